//! `section55 dev`: a private PostgreSQL, demo data, one token per role. Nothing here is used in production.

mod data_folder;
mod demo;
pub mod postgres;

pub use data_folder::{Data, DataFolder, DataFolderError, key, prepare};
pub use demo::load as load_demo;

use crate::auth::Role;
use crate::auth::token::{DevelopmentKey, Grant};
use crate::vocabulary::WireName;
use chrono::{DateTime, TimeDelta, Utc};

/// The area whose people the printed tokens speak for.
pub const AREA: &str = "cumbria";

/// One token per role, by role: each another person.
pub fn tokens(key: &DevelopmentKey, at: DateTime<Utc>) -> Vec<(Role, String)> {
    let grant = |role: Role| Grant {
        subject: format!("{}@{AREA}.example", role.as_str().replace('_', ".")),
        name: Some(demo::person(role).to_owned()),
        roles: vec![role.to_string()],
        areas: if role == Role::Registrar { Vec::new() } else { vec![AREA.to_owned()] },
        issued_at: at,
        lifetime: TimeDelta::hours(12),
    };
    Role::ALL.iter().map(|role| (*role, key.sign(&grant(*role)))).collect()
}
