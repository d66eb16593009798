//! Isolation of areas and sides. Every private member of two areas has a text of its own, a secret. No caller who may
//! not read a secret finds it: with both layers of protection, and with either layer alone.

mod assignees;
mod hidden_records;
mod names;
mod not_found;
mod private_assignments;
pub mod private_data;
mod private_imports;
mod private_people;
mod reading;
mod writing;

use super::support::App;

/// The layers of protection that a test leaves active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layers {
    Both,
    RowSecurityOnly,
    QueryScopeOnly,
    Neither,
}

impl Layers {
    /// Starts a service whose database has only these layers. They are changed before the first connection, because
    /// connections cache plans.
    pub async fn start(self) -> App {
        let app = App::start().await;
        let administrator = app.database.administrator().await;
        if matches!(self, Self::RowSecurityOnly | Self::Neither) {
            let admit_all = "create or replace function in_scope(area text, scope text[]) returns boolean
                              immutable language sql return true";
            administrator.batch_execute(admit_all).await.expect("a scope that admits every row");
        }
        if matches!(self, Self::QueryScopeOnly | Self::Neither) {
            let disable = "do $$ declare t regclass; begin
                for t in select oid from pg_class where relrowsecurity loop
                    execute format('alter table %s disable row level security, no force row level security', t);
                end loop; end $$";
            administrator.batch_execute(disable).await.expect("no row security");
        }
        let row = administrator
            .query_one("select in_scope('a', '{b}'), (select count(*) from pg_class where relrowsecurity)", &[])
            .await
            .expect("the state of both layers");
        assert_eq!(row.get::<_, bool>(0), matches!(self, Self::RowSecurityOnly | Self::Neither));
        assert_eq!(row.get::<_, i64>(1) == 0, matches!(self, Self::QueryScopeOnly | Self::Neither));
        app
    }
}
