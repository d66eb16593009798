//! `section55 token`: signs a token for `dev`.

use std::path::PathBuf;

use chrono::{NaiveDate, TimeDelta};
use clap::Args;

use super::arguments::{data_dir, parse_area, parse_lifetime};
use super::{BoxedError, say};
use crate::areas::FIRST_CODES;
use crate::auth::Role;
use crate::auth::token::TokenContents;
use crate::clock::Clock;
use crate::dev;

/// The arguments of `section55 token`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: section55 token --role opcc --area kent --subject officer@kent.example")]
pub struct TokenArguments {
    /// Roles of the token, separated by commas
    #[arg(long, value_delimiter = ',', required = true)]
    role: Vec<Role>,
    /// Areas of the token, separated by commas
    #[arg(long, value_delimiter = ',', value_parser = parse_area)]
    area: Vec<String>,
    /// Subject of the token, such as opcc@cumbria.example
    #[arg(long)]
    subject: String,
    /// Name of the person
    #[arg(long)]
    name: Option<String>,
    /// How long the token is valid: 90s, 30m, 1h, 7d
    #[arg(long, default_value = "1h", value_parser = parse_lifetime)]
    ttl: TimeDelta,
    /// Day on which the token is issued: that of dev --clock
    #[arg(long, value_name = "DAY")]
    clock: Option<NaiveDate>,
    /// Data folder whose key signs the token
    #[arg(long, env = "SECTION55_DATA_DIR", default_value_os_t = data_dir())]
    data_dir: PathBuf,
}

/// Prints a signed token, and on standard error what is unusual about its areas.
///
/// # Errors
/// The folder has no key that can be used.
pub fn sign(arguments: TokenArguments) -> Result<(), BoxedError> {
    let key = dev::existing_key(&arguments.data_dir)?;
    for warning in warnings(&arguments.role, &arguments.area) {
        eprintln!("section55: warning: {warning}");
    }
    let TokenArguments { role, area, subject, name, ttl, clock, .. } = arguments;
    let issued_at = clock.map_or_else(Clock::system, Clock::from_day).now();
    let roles = role.iter().map(ToString::to_string).collect();
    say(key.sign(&TokenContents { subject, name, roles, areas: area, issued_at, lifetime: ttl }));
    Ok(())
}

/// Returns what is unusual about the areas of a token. It is signed all the same, because a registrar can add areas and a
/// test may need a token that may do nothing.
fn warnings(roles: &[Role], areas: &[String]) -> Vec<String> {
    let unknown = areas.iter().filter(|area| !FIRST_CODES.contains(&area.as_str()));
    let mut warnings: Vec<String> = unknown
        .map(|area| format!("{area} is not one of the 43 police areas: such a token sees only what an area that a registrar added has"))
        .collect();
    if areas.is_empty() && roles.iter().any(|role| *role != Role::Registrar) {
        warnings.push("the token has no area, and only a registrar needs none: add --area".to_owned());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_or_missing_area_is_named() {
        let warn = |roles: &[Role], areas: &[&str]| {
            warnings(roles, &areas.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert!(warn(&[Role::Opcc], &["cumbria", "kent"]).is_empty());
        assert!(warn(&[Role::Registrar], &[]).is_empty());
        assert!(warn(&[Role::Opcc], &["cumbira"])[0].starts_with("cumbira is not one"));
        assert!(warn(&[Role::Registrar, Role::Auditor], &[])[0].contains("--area"));
    }
}
