//! The roles in a token, the roles that each covers, and the side that each belongs to.

use crate::vocabulary::WireName;

crate::vocabulary! {
    /// A role that a person has in an area.
    pub enum Role as ("OfficeRole") {
        /// A policy officer of the local policing body.
        Opcc = "opcc",
        /// A commissioner or chief executive, who approves for the local policing body.
        OpccApprover = "opcc_approver",
        /// The force's liaison officer or action owner.
        Constabulary = "constabulary",
        /// The chief officer or a delegate, who signs for the force.
        ChiefOfficer = "chief_officer",
        /// An internal or external auditor, who reads everything of the area.
        Auditor = "auditor",
        /// A keeper of the reference data that all areas share.
        Registrar = "registrar",
    }
}

crate::vocabulary! {
    /// A side. Texts of one side that are not published are hidden from the other.
    pub enum Side as ("OfficeSide") {
        /// The policing body's side.
        PolicingBody = "policing_body",
        /// The force's side.
        Force = "force",
        /// Auditors, who read both sides.
        Audit = "audit",
    }
}

impl Side {
    /// Returns the side for which a caller of these sides acts where a record of one side is written or shown: a caller of
    /// both acts for the force's. None for auditors, who act for neither.
    pub fn acting(sides: &[Self]) -> Option<Self> {
        [Self::Force, Self::PolicingBody].into_iter().find(|side| sides.contains(side))
    }
}

impl Role {
    /// Returns true when a holder of this role may do everything that a holder of `other` may do.
    pub fn covers(self, other: Self) -> bool {
        self == other
            || matches!((self, other), (Self::OpccApprover, Self::Opcc) | (Self::ChiefOfficer, Self::Constabulary))
    }

    /// Returns the side that the role belongs to; none for the registrar.
    pub fn side(self) -> Option<Side> {
        match self {
            Self::Opcc | Self::OpccApprover => Some(Side::PolicingBody),
            Self::Constabulary | Self::ChiefOfficer => Some(Side::Force),
            Self::Auditor => Some(Side::Audit),
            Self::Registrar => None,
        }
    }

    /// Returns every role that covers at least one of `roles`.
    pub fn all_covering(roles: &'static [Self]) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |role| roles.iter().any(|needed| role.covers(*needed)))
    }
}
