-- Events become changes in one pass over the batch. The touch that shows an event to anyone is looked up by its whole key,
-- one at a time: as a join of estimates the planner took the key's end alone, and read every touch for every event.
create or replace function feed_changes() returns trigger
    language plpgsql set search_path = record, pg_temp set enable_seqscan = off as $$
declare
    last bigint;
begin
    delete from public_touches t where not exists (select from audit_queue q where q.xact = t.xact);
    select coalesce(max(position), 0) into last from changes;
    with placed as materialized (
        select last + row_number() over (order by e.seq) as position, change_stream(e.area, e.shared) as stream,
               change_side(e.resource, e.action, e.fields) as side, e.id, e.at, e.area, e.shared, e.marking, e.resource,
               e.resource_id, e.parent_id, e.version, e.action, e.seq
        from fresh f
        join events e on e.id = f.event_id
    ), told as (
        insert into changes (position, event_id, stream, at, area, shared, side, marking, resource, resource_id, parent_id,
                             version, action)
        select position, id, stream, at, area, shared, side, marking, resource, resource_id, parent_id, version, action
        from placed
    ), shown as (
        -- What it did to a public line is not told: which of the force's steps it was is the area's own.
        insert into published.changes (position, event_id, at, area, resource, resource_id, version, action)
        select p.position, p.id, p.at, p.area, p.resource, p.resource_id, coalesce(t.version, p.version),
               case p.resource when 'assignment' then 'amend' else p.action end
        from placed p
        cross join lateral (select q.xact from audit_queue q where q.seq = p.seq limit 1) q
        cross join lateral (
            select t.version from public_touches t
            where t.xact = q.xact and t.resource = p.resource and t.resource_id = p.resource_id
            limit 1
        ) t
        where p.side is null and (p.shared or p.resource in ('response', 'assignment'))
        returning position
    )
    insert into change_heads as h (stream, position)
    select stream, max(position) from placed group by stream
    union all
    select '_public', max(position) from shown having count(*) > 0
    on conflict (stream) do update set position = excluded.position;
    return null;
end $$;
