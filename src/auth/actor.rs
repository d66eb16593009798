//! The person or system that a token identifies, with its roles and areas.

use aws_lc_rs::digest::{SHA256, digest};

use super::permissions::PERMISSIONS;
use super::role::{Role, Side};
use super::scope::Scope;
use super::token::Claims;
use crate::label;
use crate::vocabulary::WireName;

/// The issuer of the service's own actors, and of an actor that the log of another area does not name.
pub const SERVICE_ISSUER: &str = "section55";

/// Returns the subject by which other areas know a person who acted for `area`: the area and the side, such as
/// `cumbria/policing_body`. A person without a side is a registrar.
pub fn unnamed_subject(area: Option<&str>, side: Option<Side>) -> String {
    match (area, side) {
        (Some(area), Some(side)) => format!("{area}/{side}"),
        (None, Some(side)) => side.to_string(),
        (_, None) => Role::Registrar.to_string(),
    }
}

/// The person or system that a token identifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The issuer that signed the token.
    pub issuer: String,
    /// The identity of the actor within the issuer.
    pub subject: String,
    /// The display name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    roles: Vec<Role>,
    areas: Vec<String>,
    /// The one area that the actor works for in place of its policing body.
    acting_for: Option<String>,
}

impl Actor {
    /// Creates an actor with these roles in these areas.
    pub fn new(issuer: &str, subject: &str, name: Option<&str>, roles: &[Role], areas: &[&str]) -> Self {
        Self {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: name.map(str::to_owned),
            email: None,
            roles: roles.to_vec(),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            acting_for: None,
        }
    }

    /// Creates an actor from verified claims. Unknown roles, and names that no area can have, grant nothing.
    pub(super) fn from_claims(claims: Claims) -> Self {
        let mut roles: Vec<Role> = claims.roles.iter().filter_map(|role| Role::find(role)).collect();
        roles.sort_unstable();
        roles.dedup();
        let Claims { issuer, subject, name, email, mut areas, .. } = claims;
        // Row security receives the areas joined by commas. A name with a comma would count there as two areas.
        areas.retain(|area| !area.contains(','));
        Self { issuer, subject, name, email, roles, areas, acting_for: None }
    }

    /// Returns the same actor limited to one area, with the rights of its policing body; none when the actor may not
    /// act for it. A policy officer may act for the officer's own areas. A registrar may act for any area, to enter a
    /// document that the area published.
    pub fn acting_for(&self, area: &str) -> Option<Self> {
        let is_own = self.has_any_role(&[Role::Opcc]) && self.areas.iter().any(|own| own == area);
        let allowed = is_own || self.roles.contains(&Role::Registrar);
        allowed.then(|| Self { acting_for: Some(area.to_owned()), ..self.clone() })
    }

    /// Returns the roles, each once.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Returns the areas that the token names.
    pub fn areas(&self) -> &[String] {
        &self.areas
    }

    /// Returns true when one of the actor's roles is, or covers, one of these.
    pub fn has_any_role(&self, roles: &[Role]) -> bool {
        roles.iter().any(|needed| self.roles.iter().any(|role| role.covers(*needed)))
    }

    /// Returns the names of the actor's permissions.
    pub fn permissions(&self) -> Vec<&'static str> {
        PERMISSIONS.iter().filter(|row| row.any_token || self.has_any_role(row.roles)).map(|row| row.name).collect()
    }

    /// Returns the scope of the actor's queries. The role registrar alone does not include any area's private records.
    pub fn scope(&self) -> Scope {
        if let Some(area) = &self.acting_for {
            let registrar = self.roles.contains(&Role::Registrar);
            return Scope::new(
                vec![area.clone()],
                vec![Side::PolicingBody],
                registrar,
                self.digest(),
                self.person_key(),
            );
        }
        let mut sides: Vec<Side> = self.roles.iter().filter_map(|role| role.side()).collect();
        sides.dedup();
        let areas = if sides.is_empty() { Vec::new() } else { self.areas.clone() };
        Scope::new(areas, sides, self.roles.contains(&Role::Registrar), self.digest(), self.person_key())
    }

    /// Returns the subject by which other areas know this actor, who acts for `area`; none for a registrar.
    pub fn unnamed_subject(&self, area: Option<&str>) -> String {
        unnamed_subject(area, area.and_then(|_| self.roles.iter().find_map(|role| role.side())))
    }

    /// Returns the name, or the subject when the token has no name.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.subject)
    }

    /// Returns a digest of issuer, subject, roles and areas. It is equal for two tokens of one person with the same
    /// rights. A token with other rights must not receive a response that was stored for this one.
    fn digest(&self) -> String {
        let mut roles: Vec<&str> = self.roles.iter().map(|role| role.as_str()).collect();
        let mut areas: Vec<&str> = self.areas.iter().map(String::as_str).collect();
        roles.sort_unstable();
        areas.sort_unstable();
        let caller = format!("{}\0{}\0{}\0{}", self.issuer, self.subject, roles.join(" "), areas.join(" "));
        hex::encode(digest(&SHA256, caller.as_bytes()))
    }

    /// Returns the issuer and the key of the subject, which two tokens of one person share. An issuer has no line feed.
    fn person_key(&self) -> String {
        format!("{}\n{}", self.issuer, label::key(&self.subject))
    }

    /// Returns true when the actor has this issuer and subject. The subject is compared as a label: an issuer that writes
    /// one person's subject in two ways must not make two people of one where the law needs two.
    pub fn is_same_person(&self, issuer: &str, subject: &str) -> bool {
        self.issuer == issuer && label::key(&self.subject) == label::key(subject)
    }
}
