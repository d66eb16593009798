//! What is private stays so: distinct strings in every private place of two areas, looked for by everybody who may not
//! read them; with both layers of protection, and with either of them taken away.

mod hidden;
mod kept;
mod lines;
pub mod private;
mod reading;
mod writing;

use super::support::App;

/// Which of the two layers protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layers {
    Both,
    RowSecurityAlone,
    QueryScopeAlone,
    Neither,
}

impl Layers {
    /// A service whose database has these layers alone, from before its first connection: plans are kept.
    pub async fn start(self) -> App {
        let app = App::start().await;
        let administrator = app.database.administrator().await;
        if matches!(self, Self::RowSecurityAlone | Self::Neither) {
            let everything = "create or replace function in_scope(area text, scope text[]) returns boolean
                              immutable language sql return true";
            administrator.batch_execute(everything).await.expect("a scope that lets everything through");
        }
        if matches!(self, Self::QueryScopeAlone | Self::Neither) {
            let off = "do $$ declare t regclass; begin
                for t in select oid from pg_class where relrowsecurity loop
                    execute format('alter table %s disable row level security, no force row level security', t);
                end loop; end $$";
            administrator.batch_execute(off).await.expect("no row security");
        }
        let row = administrator
            .query_one("select in_scope('a', '{b}'), (select count(*) from pg_class where relrowsecurity)", &[])
            .await
            .expect("how it is");
        assert_eq!(row.get::<_, bool>(0), matches!(self, Self::RowSecurityAlone | Self::Neither));
        assert_eq!(row.get::<_, i64>(1) == 0, matches!(self, Self::QueryScopeAlone | Self::Neither));
        app
    }
}
