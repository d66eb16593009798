//! Cursors from before a restore of the database: a reader learns of the restore, and continues without missing a change.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use section55::api::SealingKey;
use section55::audit::SequencerError;
use section55::auth::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{items, member_of_each, next_cursor, read_all};
use crate::support::app::SECRET;
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

/// Registers a report as Cumbria, and sequences the event.
async fn register(app: &App, reference: &str) {
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration(reference)).await.expect(201);
    app.sequence().await;
}

/// Returns the cursor of the feed's end.
async fn end_of(person: &Person) -> String {
    next_cursor(&person.get("/v1/changes?after=latest").await.expect(200))
}

/// Follows the feed from the place that a 410 states to its end, and returns the ids of the changes.
async fn continue_after(person: &Person, refused: &Reply) -> Vec<String> {
    assert_eq!(refused.body["code"], "feed_restarted");
    let restart = &refused.body["restart"];
    let href = restart["href"].as_str().expect("an address");
    assert_eq!(href, format!("/v1/changes?after={}", restart["cursor"].as_str().expect("a cursor")));
    let page = person.get(&format!("{href}&limit=200")).await.expect(200);
    let after = person.get(&format!("/v1/changes?after={}", next_cursor(&page))).await.expect(200);
    assert!(items(&after).is_empty(), "that was the end");
    member_of_each(&items(&page), "id")
}

/// Returns the ids of all changes that a person sees.
async fn all_ids(person: &Person) -> Vec<String> {
    member_of_each(&read_all(person).await, "id")
}

/// Returns a cursor as earlier versions made it: the position alone.
fn cursor_of_earlier_version(position: i64) -> String {
    URL_SAFE_NO_PAD.encode(SealingKey::new(SECRET, "section55 changes v1").seal(b"", &position.to_be_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_after_the_restored_state_is_410_also_when_the_feed_has_grown_past_it() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    app.create_published_inspection("88701").await;
    register(&app, "88702").await;
    let (at_backup, public_at_backup) = (end_of(&opcc).await, end_of(&app.public()).await);
    let known = all_ids(&opcc).await;
    let restored = app.start_on_copy().await;
    app.create_published_inspection("88703").await;
    register(&app, "88704").await;
    let (later, public_later) = (end_of(&opcc).await, end_of(&app.public()).await);
    let reader = restored.person(Role::Opcc, "cumbria");
    for (person, cursor) in [(&reader, &at_backup), (&restored.public(), &public_at_backup)] {
        assert!(items(&person.get(&format!("/v1/changes?after={cursor}")).await.expect(200)).is_empty());
    }
    // Ask while the feed ends before the cursor, and when it has grown past it.
    for rounds in [0, 1, 40] {
        for n in 0..rounds {
            restored
                .person(Role::Opcc, "cumbria")
                .post("/v1/inspections", registration(&format!("8871{rounds}{n}")))
                .await
                .expect(201);
        }
        if rounds > 0 {
            restored.create_published_inspection(&format!("8872{rounds}")).await;
        }
        restored.sequence().await;
        for (person, cursor) in [(&reader, &later), (&restored.public(), &public_later)] {
            for wait in ["", "&wait=5"] {
                let refused = person.get(&format!("/v1/changes?after={cursor}{wait}")).await.expect(410);
                assert!(refused.headers["cache-control"].to_str().expect("text").contains("no-store"));
                let found = continue_after(person, &refused).await;
                let all = all_ids(person).await;
                assert!(all.ends_with(&found), "without gaps to the end");
                let new = all.iter().filter(|id| !known.contains(id)).count();
                assert!(found.len() >= new, "{} of {new} new changes", found.len());
            }
        }
        let continued = reader.get(&format!("/v1/changes?limit=200&after={at_backup}")).await.expect(200);
        let new: Vec<String> = all_ids(&reader).await.into_iter().filter(|id| !known.contains(id)).collect();
        assert_eq!(member_of_each(&items(&continued), "id"), new, "a cursor of the backup misses nothing");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_epoch_opened_after_a_restore_tells_exactly_where_to_continue() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    app.create_published_inspection("88801").await;
    app.sequence().await;
    let known = all_ids(&opcc).await;
    // An epoch for a new key is no restore.
    let open_epoch = async |app: &App, reason: &str| {
        let sequencer = app.sequencer().await;
        let mut client = sequencer.connect().await.expect("a connection");
        // The connection that sequenced before may still be closing, and has the lock until then.
        for _ in 0..100 {
            match sequencer.open_epoch(&mut client, reason).await {
                Err(SequencerError::Busy) => tokio::time::sleep(Duration::from_millis(50)).await,
                opened => return opened.expect("an epoch"),
            }
        }
        panic!("another connection has the lock of the sequencer");
    };
    let before_epoch = end_of(&opcc).await;
    assert_eq!(open_epoch(&app, "A new key.").await, 2);
    opcc.get(&format!("/v1/changes?after={before_epoch}")).await.expect(200);
    register(&app, "88802").await;
    let restored = app.start_on_copy().await;
    register(&app, "88803").await;
    let later = end_of(&opcc).await;
    assert_eq!(open_epoch(&restored, "Restored the backup of that night.").await, 3);
    let reader = restored.person(Role::Opcc, "cumbria");
    for n in 0..3 {
        register(&restored, &format!("8881{n}")).await;
        let refused = reader.get(&format!("/v1/changes?after={later}")).await.expect(410);
        let found = continue_after(&reader, &refused).await;
        assert_eq!(found, all_ids(&reader).await.split_off(known.len() + 1), "the changes after the restore");
        let last_common = &read_all(&reader).await[known.len()];
        assert_eq!(refused.body["restart"]["at"], last_common["at"]);
    }
    // The cursor from before the restored state is still good, and so is one of the restored feed.
    reader.get(&format!("/v1/changes?after={before_epoch}")).await.expect(200);
    let end = end_of(&reader).await;
    let nothing = reader.get(&format!("/v1/changes?after={end}")).await.expect(200);
    assert_eq!((items(&nothing).len(), next_cursor(&nothing)), (0, end));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_an_earlier_version_is_accepted_within_the_feed_and_410_beyond_its_end() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for n in 0..3 {
        register(&app, &format!("8890{n}")).await;
    }
    let all = all_ids(&opcc).await;
    for position in 0..=3 {
        let page = opcc.get(&format!("/v1/changes?after={}", cursor_of_earlier_version(position))).await.expect(200);
        assert_eq!(member_of_each(&items(&page), "id"), all[usize::try_from(position).expect("a position")..]);
    }
    let refused = opcc.get(&format!("/v1/changes?after={}", cursor_of_earlier_version(4))).await.expect(410);
    assert_eq!(refused.body["restart"]["at"], Value::Null);
    assert_eq!(continue_after(&opcc, &refused).await, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_epoch_the_time_of_the_lost_change_tells_where_to_continue() {
    let app = App::start().await;
    let client = app.database.administrator().await;
    // One change a minute from a fixed time on, as an id of UUID version 7 states it.
    let id = |minute: u64, random: u64| -> Uuid {
        let millis = 1_700_000_000_000 + minute * 60_000;
        let (high, low) = (u128::from(millis) << 80, u128::from(random));
        Uuid::from_u128(high | 0x7000_8000_0000_0000_0000 | low)
    };
    client.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    let sql =
        "insert into changes (position, event_id, stream, at, shared, marking, resource, resource_id, version, action)
               values ($1, $2, 'cumbria', now(), false, 'OFFICIAL', 'inspection', $2, 1, 'register')";
    // The backup has the first 1,000 minutes. After the restore, the feed continues at minute 3,000.
    for position in 1..=1_500_u32 {
        let minute = u64::from(if position <= 1_000 { position } else { position + 2_000 });
        client.execute(sql, &[&i64::from(position), &id(minute, 1)]).await.expect("a change");
    }
    let check = async |reached: i64, event: Uuid| -> Option<i64> {
        let sql = "select restart from published.check_feed_position($1, $2, 1)";
        client.query_one(sql, &[&reached, &Some(event)]).await.expect("a check").get(0)
    };
    assert_eq!(check(400, id(400, 1)).await, None, "this change is in the feed");
    assert_eq!(check(1_400, id(3_400, 1)).await, None);
    for (reached, minute) in [(1_200, 1_200), (1_010, 1_010), (2_500, 2_500), (1_001, 1_001)] {
        let restart = check(reached, id(minute, 2)).await.expect("a lost change");
        assert!((995..=1_000).contains(&restart), "{restart}: the first change after the restore is at 1,001");
    }
    assert_eq!(check(1_003, id(1_003, 2)).await, Some(997), "five minutes before the lost change");
    assert_eq!(check(3, id(2, 2)).await, Some(0));
    assert_eq!(json!(check(5_000, id(3_499, 2)).await), json!(1_493));
}
