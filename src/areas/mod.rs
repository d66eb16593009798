//! Police areas. Each has one local policing body and one police force; its settings are readable only in the area
//! itself.

mod codes;
pub mod http;
mod model;
mod notification_address;
mod requests;
mod service;
mod store;
mod views;

pub use codes::FIRST_CODES;
pub use model::{Area, AreaRules, AreaTitles, PolicingBodyKind};
pub use notification_address::NotificationLanguage;
pub use store::{Areas, codes, codes_valid_on, find_rules, find_titles, page, page_public};
