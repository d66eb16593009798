//! What rows a caller can reach. Only an [`Actor`](super::Actor) makes a [`Scope`]; every query of private rows takes one.

use super::role::Side;

/// The areas, sides and keeper's right that a caller's queries are limited to, in the query itself and, apart from it,
/// in PostgreSQL's row security.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    areas: Vec<String>,
    sides: Vec<Side>,
    registrar: bool,
    caller: String,
}

impl Scope {
    pub(super) fn new(areas: Vec<String>, sides: Vec<Side>, registrar: bool, caller: String) -> Self {
        Self { areas, sides, registrar, caller }
    }

    /// A digest of who calls: of the token's issuer and subject.
    pub fn caller(&self) -> &str {
        &self.caller
    }

    /// The areas whose private records it reaches.
    pub fn areas(&self) -> &[String] {
        &self.areas
    }

    /// The sides whose own texts it reads.
    pub fn sides(&self) -> &[Side] {
        &self.sides
    }

    /// Whether it reaches the private records of an area.
    pub fn covers(&self, area: &str) -> bool {
        self.areas.iter().any(|own| own == area)
    }

    /// Whether it reads what a side keeps to itself.
    pub fn reads(&self, side: Side) -> bool {
        self.sides.contains(&side) || self.sides.contains(&Side::Audit)
    }

    /// Whether it is a keeper's of shared reference data.
    pub fn is_registrar(&self) -> bool {
        self.registrar
    }

    /// The sides, comma-separated, as row security reads them.
    pub fn side_list(&self) -> String {
        self.sides.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}
