//! The time of a 404: a record that does not exist and one of another area both wait for the end of a step of 10 ms.

use std::time::{Duration, Instant};

use section55::auth::Role;

use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_and_a_hidden_record_are_not_answered_before_the_end_of_a_step() {
    let app = App::start().await;
    let records = app.create_sample_records().await;
    let stranger = app.person(Role::OpccApprover, "kent");
    let missing = "0192f0c0-0000-7000-8000-000000000000";
    for hidden in [
        &records.draft,
        &records.evidence,
        &records.import,
        &records.webhook,
        &records.hold,
        &records.person,
        &records.remark,
    ] {
        let (collection, _) = hidden.rsplit_once('/').expect("an id");
        for path in [hidden.clone(), format!("{collection}/{missing}")] {
            for _ in 0..5 {
                let began = Instant::now();
                stranger.get(&path).await.expect(404);
                assert!(began.elapsed() >= Duration::from_millis(10), "{path}: {:?}", began.elapsed());
            }
        }
    }
}
