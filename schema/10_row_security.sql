-- Who may read and write which rows, and which database role may use which table.
--
-- section55_owner owns everything and only migrates. section55_app does signed-in work: row security applies to it.
-- section55_public reads the schema `published` and nothing else. section55_log sequences the audit log.
-- Policies read the caller's scope through a sub-select, so that PostgreSQL computes it once for a statement.

grant usage on schema record, published, past to section55_app;
grant usage on schema published to section55_public;
grant usage on schema record, published to section55_log;

-- Row security is on for every table that holds anything private, and also binds the owner.
do $$
declare
    t text;
begin
    foreach t in array array[
        'area_settings', 'inspections', 'recommendations', 'responses', 'response_texts', 'pending_response_texts',
        'explanations', 'assignments',
        'target_changes', 'positions', 'assignment_updates', 'evidence', 'file_contents', 'evidence_files', 'evidence_reviews',
        'events', 'event_notes', 'event_payloads', 'changes', 'webhooks', 'webhook_deliveries', 'webhook_attempts',
        'imports', 'import_proposals', 'idempotency_keys', 'legal_holds', 'retention_reviews', 'disposals',
        'stored_files'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
    end loop;
    -- Not forced: the owner's views and triggers read and write these.
    foreach t in array array[
        'record.areas', 'published.inspections', 'published.recommendations', 'published.responses', 'published.editions',
        'published.assignments', 'published.changes', 'published.write_counts'] loop
        execute format('alter table %s enable row level security', t);
    end loop;
end $$;

-- Areas: registrars write them. An area increases its own version when its settings change.
create policy areas_select on areas for select to section55_app using (true);
create policy areas_insert on areas for insert to section55_app with check ((select scope_registrar()));
create policy areas_update on areas for update to section55_app using (
    (select scope_registrar()) or code = any ((select scope_areas())::text[]));
create policy area_settings_select on area_settings for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy area_settings_update on area_settings for update to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy area_settings_insert on area_settings for insert to section55_app with check (
    (select scope_registrar()));

-- Inspections: a draft is for the area that registers it, and for registrars.
create policy inspections_select on inspections for select to section55_app using (
    shown_at is not null or registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy inspections_insert on inspections for insert to section55_app with check (
    registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy inspections_update on inspections for update to section55_app
    using (registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
-- A scalar sub-select is answered by the inspection's id. As `exists`, it was answered from all inspections.
create policy recommendations_select on recommendations for select to section55_app using (
    (select true from inspections i where i.id = inspection_id));
create policy recommendations_insert on recommendations for insert to section55_app with check (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));
create policy recommendations_update on recommendations for update to section55_app using (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));
create policy recommendations_delete on recommendations for delete to section55_app using (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));

-- Responses: publishing an inspection creates the response of every subject area, so an insert may be for any area, but
-- only of a fresh response.
create policy responses_select on responses for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy responses_update on responses for update to section55_app using (area = any ((select scope_areas())::text[]));
create policy responses_insert on responses for insert to section55_app
    with check (state = 'received' and version = 1 and edition = 1 and approved_at is null);
create policy response_texts_select on response_texts for select to section55_app using (
    area = any ((select scope_areas())::text[]) and (
        'audit' = any ((select scope_sides())::text[])
        or 'policing_body' = any ((select scope_sides())::text[]) and part <> 'chief_officer_draft'
        or 'force' = any ((select scope_sides())::text[]) and part in ('chief_officer_draft', 'chief_officer_comments')));
create policy response_texts_write on response_texts for all to section55_app using (
    area = any ((select scope_areas())::text[]) and (
        'policing_body' = any ((select scope_sides())::text[])
            and (part in ('policing_body_comments', 'reply_to_chief_officer')
                 -- The comments of a publication recorded afterwards, never those that the chief officer submitted here.
                 or part = 'chief_officer_comments'
                    and exists (select from responses r where r.id = response_id and r.comments_recorded_afterwards))
        or 'force' = any ((select scope_sides())::text[]) and part in ('chief_officer_draft', 'chief_officer_comments')));
create policy explanations_select on explanations for select to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && array['policing_body', 'audit']);
create policy explanations_write on explanations for all to section55_app using (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]));

create policy pending_response_texts_select on pending_response_texts for select to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && array['policing_body', 'audit']);
create policy pending_response_texts_write on pending_response_texts for all to section55_app using (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]));

-- Assignments: created as responses are. Each position is written by its own side.
create policy assignments_select on assignments for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy assignments_update on assignments for update to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy assignments_insert on assignments for insert to section55_app with check (
    version = 1 and force_status in ('awaiting_allocation', 'dependent_on_other') and body_view = 'none'
    and assurance_opinion = 'none' and inspectorate_status = 'open' and owner is null and evidence_count = 0);
create policy target_moves_select on target_changes for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy target_moves_insert on target_changes for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]));
create policy positions_select on positions for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy positions_insert on positions for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and case position
        when 'body_view' then 'policing_body' = any ((select scope_sides())::text[])
        when 'assurance_opinion' then 'audit' = any ((select scope_sides())::text[])
        else (select scope_sides())::text[] && array['policing_body', 'force'] end);
create policy assignment_updates_select on assignment_updates for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy assignment_updates_insert on assignment_updates for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]));

-- Evidence: the force adds it. Files and reviews of an item that the caller cannot see are not visible either.
create policy evidence_select on evidence for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy evidence_insert on evidence for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]) and version = 1
    and state = 'draft');
create policy evidence_update on evidence for update to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && array['policing_body', 'force']);
create policy evidence_marking on evidence as restrictive for select to section55_app using (
    marking = 'official' or (select scope_audited()));
create policy file_contents_select on file_contents for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy file_contents_insert on file_contents for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]));
create policy file_contents_update on file_contents for update to section55_app using (
    area = any ((select scope_areas())::text[]));
-- Sizes and digests. A registrar's imports for an area are in the folder of that area.
create policy stored_files_scope on stored_files for all to section55_app using (
    folder = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy evidence_files_select on evidence_files for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy evidence_files_insert on evidence_files for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]));
create policy evidence_files_marking on evidence_files as restrictive for select to section55_app using (
    exists (select from evidence e where e.id = evidence_id));
create policy evidence_reviews_select on evidence_reviews for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy evidence_reviews_insert on evidence_reviews for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]));
create policy evidence_reviews_marking on evidence_reviews as restrictive for select to section55_app using (
    exists (select from evidence e where e.id = evidence_id));

-- The audit log: any caller appends. A side's own part or note is read by that side and by auditors, and payloads of
-- OFFICIAL-SENSITIVE evidence only where the read is recorded.
create policy events_select on events for select to section55_app using (
    shared or area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())));
create policy events_insert on events for insert to section55_app with check (true);
create policy events_select_by_sequencer on events for select to section55_log using (true);
create policy event_notes_select on event_notes for select to section55_app using (
    (shared or area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())))
    and (side is null or (select scope_sides())::text[] && array[side, 'audit']));
create policy event_notes_insert on event_notes for insert to section55_app with check (true);
create policy event_payloads_select on event_payloads for select to section55_app using (
    (shared or area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())))
    and (side is null or (select scope_sides())::text[] && array[side, 'audit']));
create policy event_payloads_marking on event_payloads as restrictive for select to section55_app using (
    resource <> 'evidence' or (select scope_audited())
    or exists (select from evidence e where e.id = resource_id and e.marking = 'official'));
create policy event_payloads_insert on event_payloads for insert to section55_app with check (true);

-- The change feed: the sequencer writes it. It never tells of OFFICIAL-SENSITIVE evidence.
create policy changes_select on changes for select to section55_app using (
    stream = any ((select scope_streams())::text[])
    and (side is null or (select scope_sides())::text[] && array[side, 'audit'])
    and marking = 'OFFICIAL');
create policy changes_marking on changes as restrictive for select to section55_app using (
    resource <> 'evidence' or exists (select from evidence e where e.id = resource_id and e.marking = 'official'));
create policy changes_insert on changes for insert to section55_log with check (true);
create policy changes_select_by_sequencer on changes for select to section55_log using (true);
create policy changes_by_owner on changes for select to section55_owner using (true);
create policy changes_insert on published.changes for insert to section55_log with check (true);
create policy changes_select_by_sequencer on published.changes for select to section55_log using (true);

-- Imports: an area's own, or a registrar's for all areas.
create policy imports_select on imports for select to section55_app using (
    area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())));
create policy imports_insert on imports for insert to section55_app with check (
    version = 1 and state = 'running'
    and (area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[])
         or (area is null and (select scope_registrar()))));
create policy imports_update on imports for update to section55_app using (
    state = 'running'
    and (area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[])
         or (area is null and (select scope_registrar()))))
    with check (true);
-- Proposals hold drafts of the policing body, so the force does not see them. A registrar sees those that a registrar started.
create policy import_proposals_select on import_proposals for select to section55_app using (
    (area = any ((select scope_areas())::text[]) and (select scope_sides())::text[] && array['policing_body', 'audit'])
    or (by_registrar and (select scope_registrar())));
create policy import_proposals_insert on import_proposals for insert to section55_app with check (
    version = 1 and state = 'proposed' and (not by_registrar or (select scope_registrar()))
    and (area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[])
         or (area is null and (select scope_registrar()))));
create policy import_proposals_update on import_proposals for update to section55_app using (
    state in ('proposed', 'accepted')
    and (area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[])
         or (area is null and (select scope_registrar()))))
    with check (true);
create policy idempotency_keys_own on idempotency_keys for all to section55_app using (caller = (select scope_caller()));

-- Retention.
create policy legal_holds_select on legal_holds for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy legal_holds_insert on legal_holds for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and version = 1 and state = 'in_force');
create policy legal_holds_update on legal_holds for update to section55_app using (area = any ((select scope_areas())::text[]));
create policy retention_reviews_select on retention_reviews for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy retention_reviews_insert on retention_reviews for insert to section55_app with check (
    area = any ((select scope_areas())::text[]));
create policy disposals_select on disposals for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy disposals_insert on disposals for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and version = 1 and state = 'proposed');
create policy disposals_update on disposals for update to section55_app using (area = any ((select scope_areas())::text[]));

-- The published copy: anyone reads it, and the area that publishes writes it.
create policy inspections_select on published.inspections for select to section55_app, section55_public using (true);
create policy recommendations_select on published.recommendations for select to section55_app, section55_public using (true);
create policy responses_select on published.responses for select to section55_app, section55_public using (true);
create policy editions_select on published.editions for select to section55_app, section55_public using (true);
create policy assignments_select on published.assignments for select to section55_app, section55_public using (true);
create policy changes_select on published.changes for select to section55_app, section55_public using (true);
create policy writes_select on published.write_counts for select to section55_app, section55_public using (true);
create policy inspections_write on published.inspections for all to section55_app using (
    registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy recommendations_write on published.recommendations for all to section55_app using (
    exists (select from published.inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));
create policy responses_write on published.responses for all to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy editions_write on published.editions for all to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy assignments_write on published.assignments for all to section55_app using (
    area = any ((select scope_areas())::text[]));

-- Functions that run as the owner: supersede_assignments, audit_backlog, audit_digest_before, dispose, those on pending
-- response texts, the webhook worker's and the sweeps. No session works as the owner.
do $$
declare
    t text;
begin
    foreach t in array array['webhooks', 'webhook_deliveries', 'webhook_attempts'] loop
        execute format('create policy %I on %I for all to section55_app using (
                            area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]))',
                       t || '_own', t);
        execute format('create policy %I on %I for all to section55_owner using (true)', t || '_by_owner', t);
    end loop;
    foreach t in array array['legal_holds', 'disposals', 'events', 'event_notes', 'event_payloads', 'evidence', 'file_contents',
                             'evidence_files', 'evidence_reviews', 'responses', 'response_texts', 'pending_response_texts',
                             'explanations'] loop
        execute format('create policy %I on %I for all to section55_owner using (true)', t || '_by_owner', t);
    end loop;
end $$;
create policy inspections_by_owner on inspections for select to section55_owner using (true);
create policy recommendations_by_owner on recommendations for select to section55_owner using (true);
create policy assignments_by_owner on assignments for all to section55_owner using (true);
create policy import_proposals_by_owner on import_proposals for all to section55_owner using (true);
create policy idempotency_keys_by_owner on idempotency_keys for all to section55_owner using (true);

-- Signed-in work.
grant select on refinery_schema_history, derived_schema to section55_app;
grant select, insert, update, delete on stored_files to section55_app;
grant select, update (marked_at) on deployment to section55_app;
grant select, insert, update on areas, area_settings, inspections, responses, assignments, evidence, imports, import_proposals,
    idempotency_keys, legal_holds, disposals to section55_app;
grant select, insert, update, delete on recommendations, response_texts, explanations, webhooks to section55_app;
grant select, insert, delete on pending_response_texts to section55_app;
grant select, insert on target_changes, positions, assignment_updates, evidence_files, evidence_reviews, events, event_notes,
    event_payloads, webhook_attempts, retention_reviews to section55_app;
grant select, insert, update on webhook_deliveries to section55_app;
grant select, insert, update (scan, scanned_at, disposed_at) on file_contents to section55_app;
-- Hashes and sizes. Row security protects what they are of.
grant select on audit_leaves, audit_tiles, audit_epochs, audit_heads, audit_checkpoints to section55_app;
grant select on changes, stream_heads, current_editions to section55_app;
grant select on all tables in schema past to section55_app;
grant insert, update, delete on published.inspections, published.recommendations to section55_app;
grant insert, update on published.responses, published.assignments to section55_app;
-- An edition is never rewritten. Only the time at which it was superseded can be added.
grant insert, update (superseded_at) on published.editions to section55_app;

-- The public's reads.
grant select on all tables in schema published to section55_app, section55_public;

-- The sequencer.
grant select on refinery_schema_history, events to section55_log;
grant select, delete on audit_queue, public_writes to section55_log;
grant select, insert on audit_leaves, audit_tiles, audit_epochs, audit_heads, audit_checkpoints to section55_log;
grant select, insert on changes, published.changes to section55_log;
grant select, insert, update on stream_heads to section55_log;
