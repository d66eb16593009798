//! The database's roles, each as weak as it should be: what the public's cannot read, what the service's cannot rewrite.

use section55::auth::Role;
use serde_json::json;
use tokio_postgres::Client;

use super::support::App;

/// A statement is refused, for want of a privilege or by row security.
async fn refused(client: &Client, sql: &str) {
    let error = client.batch_execute(sql).await.expect_err(sql);
    let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
    assert_eq!(code, "42501", "{sql}: {error}");
}

async fn tables(client: &Client, schema: &str) -> Vec<String> {
    let sql = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = $1";
    let rows = client.query(sql, &[&schema]).await.expect("the tables");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_publics_role_reads_what_is_published_and_nothing_else() {
    let app = App::start().await;
    let administrator = app.database.administrator().await;
    let public = app.database.connect("section55_public").await;
    let (record, published) = (tables(&administrator, "record").await, tables(&administrator, "published").await);
    assert!(record.len() >= 16 && published.len() >= 8, "{record:?} {published:?}");
    for table in record {
        refused(&public, &format!("select from {table}")).await;
    }
    for table in published {
        public.batch_execute(&format!("select from {table}")).await.expect("what is published");
        refused(&public, &format!("delete from {table}")).await;
        refused(&public, &format!("insert into {table} default values")).await;
    }
    refused(&public, "set role section55_app").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_services_role_cannot_rewrite_the_log_or_what_was_published() {
    let app = App::start().await;
    let inspection = app.published_inspection("90001").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "published").await;
    let service = app.database.connect("section55_app").await;
    for table in ["events", "event_notes"] {
        for sql in ["delete from", "truncate"] {
            refused(&service, &format!("{sql} {table}")).await;
        }
    }
    refused(&service, "update events set action = 'x'").await;
    refused(&service, "update published.editions set content = '{}'").await;
    refused(&service, "delete from published.editions").await;
    refused(&service, "delete from responses").await;
    refused(&service, "set role section55_owner").await;
    // Nor the owner: a trigger stands in the way.
    let administrator = app.database.administrator().await;
    refused(&administrator, "update record.events set action = 'x'").await;
    refused(&administrator, "truncate record.events").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_the_services_role_nor_the_owner_takes_back_what_was_said_or_shown_of_a_line() {
    let app = App::start().await;
    let inspection = app.published_inspection("90003").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let force = app.person(Role::Constabulary, "cumbria");
    force.post(&format!("{line}/updates"), json!({ "text": "Begun." })).await.expect(201);
    let moved = json!({ "local_target_on": "2022-09-01", "reason": "The budget." });
    force.patch(&line, "*", moved).await.expect(200);
    let (opcc, item) = (app.person(Role::Opcc, "cumbria"), app.submitted_evidence(&line, "cumbria", json!({})).await);
    opcc.act(&item.href(), json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    let view = json!({ "value": "assured", "note": "Seen." });
    opcc.put(&format!("{line}/positions/body_view"), "*", view).await.expect(200);
    let before = app.database.fingerprint().await;
    let service = app.database.connect("section55_app").await;
    let scope = "select set_config('section55.areas', 'cumbria', false),
                        set_config('section55.sides', 'policing_body,force,audit', false),
                        set_config('section55.recorded', 'on', false)";
    service.batch_execute(scope).await.expect("a scope");
    let owner = app.database.administrator().await;
    owner.batch_execute("set role section55_owner").await.expect("the owner");
    let administrator = app.database.administrator().await;
    for table in ["evidence_files", "evidence_reviews", "positions", "assignment_updates", "target_moves"] {
        let count = service.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count");
        assert_eq!(count.get::<_, i64>(0), 1, "{table}: a row that could be taken away");
        for sql in ["delete from", "truncate"] {
            for client in [&service, &owner, &administrator] {
                refused(client, &format!("{sql} record.{table} {}", if sql == "truncate" { "cascade" } else { "" }))
                    .await;
            }
        }
        for client in [&service, &owner, &administrator] {
            refused(client, &format!("update record.{table} set area = area")).await;
        }
    }
    for table in ["evidence", "contents"] {
        for client in [&service, &owner, &administrator] {
            refused(client, &format!("delete from record.{table}")).await;
            refused(client, &format!("truncate record.{table} cascade")).await;
        }
    }
    refused(&service, "delete from assignments").await;
    refused(&service, "delete from published.assignments").await;
    for column in ["sha256 = repeat('0', 64)", "size = 1", "media_type = 'text/csv'", "area = 'kent'"] {
        refused(&service, &format!("update contents set {column}")).await;
    }
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_official_sensitive_is_invisible_to_a_reading_that_is_not_recorded() {
    let app = App::start().await;
    let inspection = app.published_inspection("90004").await;
    let line = app.assignment(&inspection, "cumbria").await;
    app.submitted_evidence(&line, "cumbria", json!({})).await;
    let item = app.submitted_evidence(&line, "cumbria", json!({ "marking": "official_sensitive" })).await;
    let reject = json!({ "action": "reject", "note": "Not this." });
    app.person(Role::Opcc, "cumbria").act(&item.href(), reject).await.expect(200);
    let service = app.database.connect("section55_app").await;
    let seen = async |recorded: &str| {
        let set = "select set_config('section55.areas', 'cumbria', false),
                          set_config('section55.sides', 'policing_body,force,audit', false),
                          set_config('section55.recorded', $1, false)";
        service.query(set, &[&recorded]).await.expect("a scope");
        let sql = "select (select count(*) from evidence), (select count(*) from evidence_files),
                          (select count(*) from evidence_reviews)";
        let row = service.query_one(sql, &[]).await.expect("counts");
        [0, 1, 2].map(|at| row.get::<_, i64>(at))
    };
    assert_eq!(seen("on").await, [2, 2, 1]);
    for not in ["off", "", "yes", "ON"] {
        assert_eq!(seen(not).await, [1, 1, 0], "{not:?}");
        let changed = service.execute("update evidence set title = title", &[]).await.expect("rows");
        assert_eq!(changed, 1, "{not:?}: what is not seen is not written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_scope_the_services_role_sees_and_writes_nothing_private() {
    let app = App::start().await;
    let inspection = app.published_inspection("90002").await;
    let response = app.response(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "private words" })).await.expect(200);
    let line = app.assignment(&inspection, "cumbria").await;
    let item = app.submitted_evidence(&line, "cumbria", json!({})).await;
    opcc.act(&item.href(), json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    let view = json!({ "value": "assured", "note": "Seen." });
    opcc.put(&format!("{line}/positions/body_view"), "*", view).await.expect(200);
    let force = app.person(Role::Constabulary, "cumbria");
    let moved = json!({ "local_target_on": "2022-09-01", "reason": "The budget." });
    force.patch(&line, "*", moved).await.expect(200);
    force.post(&format!("{line}/updates"), json!({ "text": "Begun." })).await.expect(201);
    let administrator = app.database.administrator().await;
    let service = app.database.connect("section55_app").await;
    let read = ["contents", "evidence_files", "evidence_reviews", "positions", "assignment_updates", "target_moves"];
    for table in read {
        let sql = format!("select count(*) from {table}");
        let there: i64 = administrator.query_one(&sql, &[]).await.expect("a count").get(0);
        let seen: i64 = service.query_one(&sql, &[]).await.expect("a count").get(0);
        assert!(there > 0 && seen == 0, "{table}: {seen} of {there}");
    }
    for table in ["responses", "response_texts", "explanations", "area_settings", "assignments", "evidence"] {
        let count: i64 =
            service.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count").get(0);
        assert_eq!(count, 0, "{table}");
        let changed = service.execute(&format!("update {table} set area = area"), &[]).await.expect("no row");
        assert_eq!(changed, 0, "{table}");
    }
    let id = inspection.body["id"].as_str().expect("an id");
    let forged = |state: &str| {
        format!(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             values (gen_random_uuid(), '{id}', 'cumbria', '{state}', now(), now())"
        )
    };
    for state in ["approved", "published", "complete", "not_required"] {
        refused(&service, &forged(state)).await;
    }
    let (line, item) = (line.rsplit('/').next().expect("an id"), item.body["id"].as_str().expect("an id"));
    let recommendation = "(select id from recommendations limit 1)";
    for (table, columns, values) in [
        (
            "assignments",
            "id, recommendation_id, inspection_id, area, force_status, created_at, updated_at",
            format!("gen_random_uuid(), {recommendation}, '{id}', 'cumbria', 'force_complete', now(), now()"),
        ),
        (
            "positions",
            "id, assignment_id, area, position, value, date, issuer, subject, at",
            format!("gen_random_uuid(), '{line}', 'cumbria', 'body_view', 'assured', now(), 'x', 'x', now()"),
        ),
        (
            "assignment_updates",
            "id, assignment_id, area, date, text, side, issuer, subject, created_at",
            format!("gen_random_uuid(), '{line}', 'cumbria', now(), 'x', 'force', 'x', 'x', now()"),
        ),
        (
            "target_moves",
            "id, assignment_id, area, reason, issuer, subject, at",
            format!("gen_random_uuid(), '{line}', 'cumbria', 'x', 'x', 'x', now()"),
        ),
        (
            "evidence",
            "id, assignment_id, area, state, marking, title, kind, author_issuer, author_subject, created_at, updated_at",
            format!("gen_random_uuid(), '{line}', 'cumbria', 'draft', 'official', 'x', 'data', 'x', 'x', now(), now()"),
        ),
        (
            "contents",
            "area, sha256, size, media_type, scan, created_at",
            "'cumbria', repeat('0', 64), 1, 'text/plain', 'clean', now()".to_owned(),
        ),
        (
            "evidence_files",
            "id, evidence_id, area, version, filename, sha256, issuer, subject, uploaded_at",
            format!("gen_random_uuid(), '{item}', 'cumbria', 2, 'x', repeat('0', 64), 'x', 'x', now()"),
        ),
        (
            "evidence_reviews",
            "id, evidence_id, area, decision, note, file_version, issuer, subject, at",
            format!("gen_random_uuid(), '{item}', 'cumbria', 'accepted', 'x', 1, 'x', 'x', now()"),
        ),
    ] {
        refused(&service, &format!("insert into {table} ({columns}) values ({values})")).await;
    }
}

/// What each event calls runs with the owner's rights and sets no `search_path`: whatever the caller's is, names in it mean
/// what they meant.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_event_calls_goes_by_nobodys_search_path() {
    let app = App::start().await;
    app.published_inspection("76201").await;
    let administrator = app.database.administrator().await;
    let hostile = "
        create schema evil;
        create function evil.no(text, text) returns boolean language plpgsql as $$ begin raise 'taken in'; end $$;
        create function evil.no(uuid, uuid) returns boolean language plpgsql as $$ begin raise 'taken in'; end $$;
        create function evil.nothing(bytea, bytea) returns bytea language plpgsql as $$ begin raise 'taken in'; end $$;
        create function evil.encode(bytea, text) returns text language plpgsql as $$ begin raise 'taken in'; end $$;
        create function evil.sha256(bytea) returns bytea language plpgsql as $$ begin raise 'taken in'; end $$;
        create operator evil.= (leftarg = text, rightarg = text, function = evil.no);
        create operator evil.= (leftarg = uuid, rightarg = uuid, function = evil.no);
        create operator evil.|| (leftarg = bytea, rightarg = bytea, function = evil.nothing);
        grant usage on schema evil to section55_app";
    administrator.batch_execute(hostile).await.expect("a hostile schema");
    let service = app.database.connect("section55_app").await;
    let digest = "select record.audit_before($1, 'record', 'x')";
    let inspection = "select id from record.inspections";
    let inspection: uuid::Uuid = administrator.query_one(inspection, &[]).await.expect("an inspection").get(0);
    let scope = "select pg_catalog.set_config('section55.areas', 'cumbria', false)";
    service.batch_execute(scope).await.expect("a scope");
    let right: Option<String> = service.query_one(digest, &[&inspection]).await.expect("a digest").get(0);
    let waiting = "select count(*) from record.audit_queue";
    let before: i64 = administrator.query_one(waiting, &[]).await.expect("a count").get(0);
    service
        .batch_execute(
            "create temp table audit_queue (seq bigint, event_id uuid);
             create temp table event_payloads (resource_id uuid, part text, version bigint, seq bigint, salt bytea);
             set search_path = evil, pg_temp, record, pg_catalog",
        )
        .await
        .expect("a hostile path");
    let same: Option<String> = service.query_one(digest, &[&inspection]).await.expect("a digest").get(0);
    assert!(right.is_some() && same == right);
    let appended = "
        insert into record.events (id, at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles, resource,
                                   resource_id, version, action, request_id, marking, rules, parts)
        select pg_catalog.gen_random_uuid(), at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles,
               resource, resource_id, version, action, request_id, marking, rules, parts
        from record.events limit 1";
    assert_eq!(service.execute(appended, &[]).await.expect("an event"), 1);
    let after: i64 = administrator.query_one(waiting, &[]).await.expect("a count").get(0);
    let astray: i64 = service.query_one("select count(*) from pg_temp.audit_queue", &[]).await.expect("a count").get(0);
    assert_eq!((after - before, astray), (1, 0));
}
