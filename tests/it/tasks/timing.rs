//! What a page of tasks costs, compared with a page of the caller's own assignments of the same size.

use std::time::{Duration, Instant};

use section55::auth::Role;

use crate::support::{App, Person};

/// Returns the median time of reading an address.
async fn median(person: &Person, path: &str, rounds: usize) -> Duration {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        let text = person.try_get_text(path).await;
        times.push(begun.elapsed());
        assert!(text.is_some(), "{path}");
    }
    times.sort();
    times[times.len() / 2]
}

/// The figures are printed with `--ignored --nocapture`: times of a machine that does other work prove nothing by themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures times"]
async fn a_page_of_tasks_costs_at_most_twice_a_page_of_assignments() {
    let app = App::start().await;
    for n in 0..40 {
        app.create_published_inspection(&format!("790{n:02}")).await;
    }
    let administrator = app.database.administrator().await;
    administrator.batch_execute("vacuum analyze").await.expect("statistics");
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer] {
        let person = app.person(role, "cumbria");
        for limit in [10, 50, 100] {
            let own = format!("/v1/assignments?area=cumbria&limit={limit}");
            let (tasks, counts) = (format!("/v1/tasks?limit={limit}"), format!("/v1/tasks?count=true&limit={limit}"));
            for path in [&own, &tasks, &counts] {
                median(&person, path, 20).await;
            }
            let own = median(&person, &own, 60).await;
            let tasks = median(&person, &tasks, 60).await;
            let counts = median(&person, &counts, 60).await;
            println!("{role}, {limit} items: assignments {own:?}, tasks {tasks:?}, counts {counts:?}");
            assert!(tasks <= own * 2, "{role}: {tasks:?} for tasks, {own:?} for assignments");
        }
    }
}
