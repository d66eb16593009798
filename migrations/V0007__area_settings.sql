-- How an area works inside is its own. It stood among what everyone may know of an area, where only the query's own
-- scope kept it from other areas; apart, row security keeps it too. Areas themselves are written by registrars; an area
-- counts its own version up when its settings change.

create table area_settings (
    area                     text primary key references areas (code),
    afi_explanation_required boolean not null default false,
    comments_days            integer not null default 28 check (comments_days between 1 and 55),
    reminder_days            integer[] not null default '{14,7,3,1}'
);
insert into area_settings (area, afi_explanation_required, comments_days, reminder_days)
select code, afi_explanation_required, comments_days, reminder_days from areas;
alter table areas
    drop column afi_explanation_required,
    drop column comments_days,
    drop column reminder_days;

alter table area_settings enable row level security;
alter table area_settings force row level security;
-- Not forced: the view that the public reads is its owner's.
alter table areas enable row level security;

create policy area_settings_seen on area_settings for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy area_settings_amended on area_settings for update to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy area_settings_begun on area_settings for insert to section55_app with check (
    (select scope_registrar()));

create policy areas_seen on areas for select to section55_app using (true);
create policy areas_added on areas for insert to section55_app with check ((select scope_registrar()));
create policy areas_amended on areas for update to section55_app using (
    (select scope_registrar()) or code = any ((select scope_areas())::text[]));

grant select, insert, update on area_settings to section55_app;
