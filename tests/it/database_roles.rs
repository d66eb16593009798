//! The privileges of the database roles: what the public role cannot read, and what the service's role cannot rewrite.

use section55::auth::Role;
use serde_json::json;
use tokio_postgres::Client;

use super::support::App;

/// Asserts that a statement is refused for lack of a privilege or by row security.
async fn assert_refused(client: &Client, sql: &str) {
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
async fn the_public_role_can_read_the_published_copy_and_nothing_else() {
    let app = App::start().await;
    let administrator = app.database.administrator().await;
    let public = app.database.connect("section55_public").await;
    let (record, published) = (tables(&administrator, "record").await, tables(&administrator, "published").await);
    assert!(record.len() >= 16 && published.len() >= 8, "{record:?} {published:?}");
    for table in record {
        assert_refused(&public, &format!("select from {table}")).await;
    }
    for table in published {
        public.batch_execute(&format!("select from {table}")).await.expect("a table of the published copy");
        assert_refused(&public, &format!("delete from {table}")).await;
        assert_refused(&public, &format!("insert into {table} default values")).await;
    }
    assert_refused(&public, "set role section55_app").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_services_role_cannot_rewrite_the_log_or_published_editions() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("90001").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    let service = app.database.connect("section55_app").await;
    for table in ["events", "event_notes"] {
        for sql in ["delete from", "truncate"] {
            assert_refused(&service, &format!("{sql} {table}")).await;
        }
    }
    assert_refused(&service, "update events set action = 'x'").await;
    assert_refused(&service, "update published.editions set content = '{}'").await;
    assert_refused(&service, "delete from published.editions").await;
    assert_refused(&service, "delete from responses").await;
    assert_refused(&service, "set role section55_owner").await;
    // A trigger stops the owner and administrators too.
    let administrator = app.database.administrator().await;
    assert_refused(&administrator, "update record.events set action = 'x'").await;
    assert_refused(&administrator, "truncate record.events").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_the_services_role_nor_the_owner_can_delete_the_history_of_an_assignment() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("90003").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let force = app.person(Role::Constabulary, "cumbria");
    force.post(&format!("{assignment}/updates"), json!({ "text": "Begun." })).await.expect(201);
    let new_target = json!({ "local_target_on": "2022-09-01", "reason": "The budget." });
    force.patch(&assignment, "*", new_target).await.expect(200);
    let (opcc, evidence) =
        (app.person(Role::Opcc, "cumbria"), app.add_submitted_evidence(&assignment, "cumbria", json!({})).await);
    opcc.act(&evidence.href(), json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    let view = json!({ "value": "assured", "note": "Seen." });
    opcc.put(&format!("{assignment}/positions/body_view"), "*", view).await.expect(200);
    let before = app.database.fingerprint().await;
    let service = app.database.connect("section55_app").await;
    let scope = "select set_config('section55.areas', 'cumbria', false),
                        set_config('section55.sides', 'policing_body,force,audit', false),
                        set_config('section55.recorded', 'on', false)";
    service.batch_execute(scope).await.expect("a scope");
    let owner = app.database.administrator().await;
    owner.batch_execute("set role section55_owner").await.expect("the owner");
    let administrator = app.database.administrator().await;
    for table in ["evidence_files", "evidence_reviews", "positions", "assignment_updates", "target_changes"] {
        let count = service.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count");
        assert_eq!(count.get::<_, i64>(0), 1, "{table} must have a row that could be deleted");
        for sql in ["delete from", "truncate"] {
            for client in [&service, &owner, &administrator] {
                assert_refused(
                    client,
                    &format!("{sql} record.{table} {}", if sql == "truncate" { "cascade" } else { "" }),
                )
                .await;
            }
        }
        for client in [&service, &owner, &administrator] {
            assert_refused(client, &format!("update record.{table} set area = area")).await;
        }
    }
    for table in ["evidence", "file_contents"] {
        for client in [&service, &owner, &administrator] {
            assert_refused(client, &format!("delete from record.{table}")).await;
            assert_refused(client, &format!("truncate record.{table} cascade")).await;
        }
    }
    assert_refused(&service, "delete from assignments").await;
    assert_refused(&service, "delete from published.assignments").await;
    for column in ["sha256 = repeat('0', 64)", "size = 1", "media_type = 'text/csv'", "area = 'kent'"] {
        assert_refused(&service, &format!("update file_contents set {column}")).await;
    }
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn official_sensitive_evidence_is_invisible_to_a_read_that_is_not_audited() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("90004").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.add_submitted_evidence(&assignment, "cumbria", json!({})).await;
    let evidence = app.add_submitted_evidence(&assignment, "cumbria", json!({ "marking": "official_sensitive" })).await;
    let reject = json!({ "action": "reject", "note": "Not this." });
    app.person(Role::Opcc, "cumbria").act(&evidence.href(), reject).await.expect(200);
    let service = app.database.connect("section55_app").await;
    let visible_rows = async |recorded: &str| {
        let set = "select set_config('section55.areas', 'cumbria', false),
                          set_config('section55.sides', 'policing_body,force,audit', false),
                          set_config('section55.recorded', $1, false)";
        service.query(set, &[&recorded]).await.expect("a scope");
        let sql = "select (select count(*) from evidence), (select count(*) from evidence_files),
                          (select count(*) from evidence_reviews)";
        let row = service.query_one(sql, &[]).await.expect("counts");
        [0, 1, 2].map(|column| row.get::<_, i64>(column))
    };
    assert_eq!(visible_rows("on").await, [2, 2, 1]);
    for not_on in ["off", "", "yes", "ON"] {
        assert_eq!(visible_rows(not_on).await, [1, 1, 0], "{not_on:?}");
        let updated = service.execute("update evidence set title = title", &[]).await.expect("rows");
        assert_eq!(updated, 1, "{not_on:?}: an invisible row cannot be written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_scope_the_services_role_can_read_and_write_no_private_row() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("90002").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "private words" })).await.expect(200);
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let evidence = app.add_submitted_evidence(&assignment, "cumbria", json!({})).await;
    opcc.act(&evidence.href(), json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    let view = json!({ "value": "assured", "note": "Seen." });
    opcc.put(&format!("{assignment}/positions/body_view"), "*", view).await.expect(200);
    let force = app.person(Role::Constabulary, "cumbria");
    let new_target = json!({ "local_target_on": "2022-09-01", "reason": "The budget." });
    force.patch(&assignment, "*", new_target).await.expect(200);
    force.post(&format!("{assignment}/updates"), json!({ "text": "Begun." })).await.expect(201);
    let administrator = app.database.administrator().await;
    let service = app.database.connect("section55_app").await;
    let read =
        ["file_contents", "evidence_files", "evidence_reviews", "positions", "assignment_updates", "target_changes"];
    for table in read {
        let sql = format!("select count(*) from {table}");
        let existing: i64 = administrator.query_one(&sql, &[]).await.expect("a count").get(0);
        let visible: i64 = service.query_one(&sql, &[]).await.expect("a count").get(0);
        assert!(existing > 0 && visible == 0, "{table}: {visible} of {existing}");
    }
    for table in ["responses", "response_texts", "explanations", "area_settings", "assignments", "evidence"] {
        let count: i64 =
            service.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count").get(0);
        assert_eq!(count, 0, "{table}");
        let updated = service.execute(&format!("update {table} set area = area"), &[]).await.expect("no row");
        assert_eq!(updated, 0, "{table}");
    }
    let id = inspection.body["id"].as_str().expect("an id");
    let insert_with_state = |state: &str| {
        format!(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             values (gen_random_uuid(), '{id}', 'cumbria', '{state}', now(), now())"
        )
    };
    for state in ["approved", "published", "complete", "not_required"] {
        assert_refused(&service, &insert_with_state(state)).await;
    }
    let assignment = assignment.rsplit('/').next().expect("an id");
    let evidence = evidence.body["id"].as_str().expect("an id");
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
            format!("gen_random_uuid(), '{assignment}', 'cumbria', 'body_view', 'assured', now(), 'x', 'x', now()"),
        ),
        (
            "assignment_updates",
            "id, assignment_id, area, date, text, side, issuer, subject, created_at",
            format!("gen_random_uuid(), '{assignment}', 'cumbria', now(), 'x', 'force', 'x', 'x', now()"),
        ),
        (
            "target_changes",
            "id, assignment_id, area, reason, issuer, subject, at",
            format!("gen_random_uuid(), '{assignment}', 'cumbria', 'x', 'x', 'x', now()"),
        ),
        (
            "evidence",
            "id, assignment_id, area, state, marking, title, kind, author_issuer, author_subject, created_at, updated_at",
            format!(
                "gen_random_uuid(), '{assignment}', 'cumbria', 'draft', 'official', 'x', 'data', 'x', 'x', now(), now()"
            ),
        ),
        (
            "file_contents",
            "area, sha256, size, media_type, scan, created_at",
            "'cumbria', repeat('0', 64), 1, 'text/plain', 'clean', now()".to_owned(),
        ),
        (
            "evidence_files",
            "id, evidence_id, area, version, filename, sha256, issuer, subject, uploaded_at",
            format!("gen_random_uuid(), '{evidence}', 'cumbria', 2, 'x', repeat('0', 64), 'x', 'x', now()"),
        ),
        (
            "evidence_reviews",
            "id, evidence_id, area, decision, note, file_version, issuer, subject, at",
            format!("gen_random_uuid(), '{evidence}', 'cumbria', 'accepted', 'x', 1, 'x', 'x', now()"),
        ),
    ] {
        assert_refused(&service, &format!("insert into {table} ({columns}) values ({values})")).await;
    }
}

/// The functions that run for each event have the owner's rights and set no `search_path`. A caller's `search_path`
/// must not change which functions, operators and tables they use.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callers_search_path_does_not_change_what_the_event_functions_use() {
    let app = App::start().await;
    app.create_published_inspection("76201").await;
    let administrator = app.database.administrator().await;
    let hostile = "
        create schema evil;
        create function evil.no(text, text) returns boolean language plpgsql as $$ begin raise 'hostile function called'; end $$;
        create function evil.no(uuid, uuid) returns boolean language plpgsql as $$ begin raise 'hostile function called'; end $$;
        create function evil.nothing(bytea, bytea) returns bytea language plpgsql as $$ begin raise 'hostile function called'; end $$;
        create function evil.encode(bytea, text) returns text language plpgsql as $$ begin raise 'hostile function called'; end $$;
        create function evil.sha256(bytea) returns bytea language plpgsql as $$ begin raise 'hostile function called'; end $$;
        create operator evil.= (leftarg = text, rightarg = text, function = evil.no);
        create operator evil.= (leftarg = uuid, rightarg = uuid, function = evil.no);
        create operator evil.|| (leftarg = bytea, rightarg = bytea, function = evil.nothing);
        grant usage on schema evil to section55_app";
    administrator.batch_execute(hostile).await.expect("a hostile schema");
    let service = app.database.connect("section55_app").await;
    let digest = "select record.audit_digest_before($1, 'record', 'x')";
    let inspection = "select id from record.inspections";
    let inspection: uuid::Uuid = administrator.query_one(inspection, &[]).await.expect("an inspection").get(0);
    let scope = "select pg_catalog.set_config('section55.areas', 'cumbria', false)";
    service.batch_execute(scope).await.expect("a scope");
    let expected: Option<String> = service.query_one(digest, &[&inspection]).await.expect("a digest").get(0);
    let queued = "select count(*) from record.audit_queue";
    let before: i64 = administrator.query_one(queued, &[]).await.expect("a count").get(0);
    service
        .batch_execute(
            "create temp table audit_queue (seq bigint, event_id uuid);
             create temp table event_payloads (resource_id uuid, part text, version bigint, seq bigint, salt bytea);
             set search_path = evil, pg_temp, record, pg_catalog",
        )
        .await
        .expect("a hostile path");
    let actual: Option<String> = service.query_one(digest, &[&inspection]).await.expect("a digest").get(0);
    assert!(expected.is_some() && actual == expected);
    let append = "
        insert into record.events (id, at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles, resource,
                                   resource_id, version, action, request_id, marking, rules, parts)
        select pg_catalog.gen_random_uuid(), at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles,
               resource, resource_id, version, action, request_id, marking, rules, parts
        from record.events limit 1";
    assert_eq!(service.execute(append, &[]).await.expect("an event"), 1);
    let after: i64 = administrator.query_one(queued, &[]).await.expect("a count").get(0);
    let in_hostile_table: i64 =
        service.query_one("select count(*) from pg_temp.audit_queue", &[]).await.expect("a count").get(0);
    assert_eq!((after - before, in_hostile_table), (1, 0));
}
