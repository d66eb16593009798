-- Bank holidays: everyone reads them, and registrars write them.

alter table published.bank_holidays enable row level security;
create policy bank_holidays_select on published.bank_holidays for select to section55_app, section55_public using (true);
create policy bank_holidays_write on published.bank_holidays for all to section55_app using ((select scope_registrar()));
grant insert, update, delete on published.bank_holidays to section55_app;
grant select on published.bank_holidays to section55_app, section55_public;
