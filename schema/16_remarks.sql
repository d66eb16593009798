-- Remarks: a side and its auditors read its own, and the side alone writes them.

alter table remarks enable row level security;
alter table remarks force row level security;
create policy remarks_select on remarks for select to section55_app using (
    area = any ((select scope_areas())::text[]) and (select scope_sides())::text[] && array[side, 'audit']);
create policy remarks_insert on remarks for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]) and version = 1
    and state = 'open');
create policy remarks_update on remarks for update to section55_app using (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]));
-- For dispose, which runs as the owner.
create policy remarks_by_owner on remarks for all to section55_owner using (true);
create trigger remarks_kept before truncate on remarks for each statement execute function refuse_change();

grant select, insert, update on remarks to section55_app;
