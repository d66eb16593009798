-- Removes all that the other files in this folder create, so that a migration may alter any table. It runs in the same
-- transaction as the migrations and the files that create everything anew. Until that transaction ends, nobody else can
-- use the tables.

drop schema if exists past cascade;

do $$
declare
    found record;
begin
    for found in select schemaname, tablename, policyname from pg_policies where schemaname in ('record', 'published') loop
        execute format('drop policy %I on %I.%I', found.policyname, found.schemaname, found.tablename);
    end loop;
    for found in
        select c.oid::regclass as relation, t.tgname
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        where not t.tgisinternal and c.relnamespace in ('record'::regnamespace, 'published'::regnamespace)
    loop
        execute format('drop trigger %I on %s', found.tgname, found.relation);
    end loop;
    for found in
        select oid::regclass as relation
        from pg_class
        where relkind = 'v' and relnamespace in ('record'::regnamespace, 'published'::regnamespace)
    loop
        execute format('drop view %s cascade', found.relation);
    end loop;
    -- A function with which a table computes a column belongs to the migrations and stays.
    for found in
        select p.oid::regprocedure as function
        from pg_proc p
        where p.pronamespace in ('record'::regnamespace, 'published'::regnamespace)
          and not exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid)
    loop
        execute format('drop function %s', found.function);
    end loop;
    -- Row security would hide rows from a migration that changes them.
    for found in
        select oid::regclass as relation
        from pg_class
        where relkind = 'r' and relforcerowsecurity and relnamespace in ('record'::regnamespace, 'published'::regnamespace)
    loop
        execute format('alter table %s no force row level security', found.relation);
    end loop;
end $$;

revoke all on all tables in schema record, published from public, section55_app, section55_public, section55_log;
revoke all on schema record, published from public, section55_app, section55_public, section55_log;
