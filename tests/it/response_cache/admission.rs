//! Which responses are stored: free text only when it is asked a second time, everything else at once while there is room.

use super::counts;
use crate::support::App;

/// Sends a request, and returns the numbers of hits and of new entries that came of it.
async fn read(app: &App, path: &str) -> (u64, i64) {
    loop {
        let before = counts(app);
        app.public().get(path).await.expect(200);
        let after = counts(app);
        // While the version is not confirmed, on a busy machine, the cache takes no part in a request.
        if (after.hits, after.stored) != (before.hits, before.stored) {
            return (after.hits - before.hits, after.entries as i64 - before.entries as i64);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn free_text_that_is_asked_once_takes_no_memory() {
    let app = App::start().await;
    app.create_published_inspection("70040").await;
    app.wait_for_current_version().await;
    let before = counts(&app);
    for n in 0..200 {
        for path in ["/v1/search?q=", "/v1/recommendations?limit=5&q=", "/v1/responses?%71="] {
            app.public().get(&format!("{path}word{n}")).await.expect(200);
        }
    }
    let after = counts(&app);
    assert_eq!((after.bytes, after.entries), (before.bytes, before.entries));
    for path in ["/v1/search?q=custody", "/v1/inspections?q=custody&limit=5"] {
        assert_eq!([read(&app, path).await, read(&app, path).await, read(&app, path).await], [(0, 0), (0, 1), (1, 0)]);
    }
    assert_eq!(
        [read(&app, "/v1/inspections?limit=5").await, read(&app, "/v1/inspections?limit=5").await],
        [(0, 1), (1, 0)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_drops_all_entries_and_free_text_in_demand_is_stored_again_at_once() {
    let app = App::start().await;
    app.create_published_inspection("70041").await;
    app.wait_for_current_version().await;
    let path = "/v1/search?q=custody";
    assert_eq!([read(&app, path).await, read(&app, path).await, read(&app, path).await], [(0, 0), (0, 1), (1, 0)]);
    assert_eq!(read(&app, "/v1/areas").await, (0, 1));
    app.create_published_inspection("70042").await;
    let emptied = counts(&app);
    assert_eq!((emptied.bytes, emptied.entries), (0, 0));
    app.wait_for_current_version().await;
    assert_eq!([read(&app, path).await, read(&app, path).await], [(0, 1), (1, 0)]);
}
