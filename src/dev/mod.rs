//! The parts of `section55 dev`: a private PostgreSQL, demo data and a token per role. Production uses none of it.

mod data_folder;
mod demo;
mod mail_page;
pub mod postgres;
mod turn;

pub use data_folder::{DataFolder, DataFolderError, ExistingData, development_key, existing_key, prepare};
pub use demo::load as load_demo;
pub use mail_page::MailPage;
pub use turn::{Turn, take_turn};

use crate::auth::Role;
use crate::auth::token::{DevelopmentKey, TokenContents};
use crate::vocabulary::WireName;
use chrono::{DateTime, TimeDelta, Utc};

/// The area that the printed tokens are for.
pub const AREA: &str = "cumbria";

/// Returns a token for each role, each for another person of [`AREA`]. The tokens are valid for 12 hours.
pub fn tokens(key: &DevelopmentKey, at: DateTime<Utc>) -> Vec<(Role, String)> {
    let contents = |role: Role| TokenContents {
        subject: format!("{}@{AREA}.example", role.as_str().replace('_', ".")),
        name: Some(demo::person(role).to_owned()),
        roles: vec![role.to_string()],
        areas: if role == Role::Registrar { Vec::new() } else { vec![AREA.to_owned()] },
        issued_at: at,
        lifetime: TimeDelta::hours(12),
    };
    Role::ALL.iter().map(|role| (*role, key.sign(&contents(*role)))).collect()
}
