//! The rows that a caller may read and write. Only an [`Actor`](super::Actor) creates a [`Scope`], and every query of
//! private rows takes one.

use super::role::Side;

/// The areas and sides that a caller's queries are limited to. The query itself applies the limit, and PostgreSQL's row
/// security applies it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    areas: Vec<String>,
    sides: Vec<Side>,
    registrar: bool,
    caller: String,
    person: String,
}

impl Scope {
    pub(super) fn new(areas: Vec<String>, sides: Vec<Side>, registrar: bool, caller: String, person: String) -> Self {
        Self { areas, sides, registrar, caller, person }
    }

    /// Returns the caller's identity, as the SQL function `person_key` makes it of an issuer and a subject.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Returns a digest of the token's issuer, subject, roles and areas.
    pub fn caller(&self) -> &str {
        &self.caller
    }

    /// Returns the areas whose private records the caller may read.
    pub fn areas(&self) -> &[String] {
        &self.areas
    }

    /// Returns the sides that the caller's roles belong to.
    pub fn sides(&self) -> &[Side] {
        &self.sides
    }

    /// Returns true when the caller may read the private records of the area.
    pub fn covers(&self, area: &str) -> bool {
        self.areas.iter().any(|own| own == area)
    }

    /// Returns true when the caller may read the texts that only this side may read.
    pub fn reads(&self, side: Side) -> bool {
        self.sides.contains(&side) || self.sides.contains(&Side::Audit)
    }

    /// Returns true when the caller is a registrar.
    pub fn is_registrar(&self) -> bool {
        self.registrar
    }

    /// Returns the sides separated by commas, as row security reads them.
    pub fn side_list(&self) -> String {
        self.sides.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}
