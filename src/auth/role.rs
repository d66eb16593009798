//! The roles of the token, what each covers, and which side of the record each stands on.

use crate::vocabulary::WireName;

crate::vocabulary! {
    /// What a person may be in an area.
    pub enum Role {
        /// Policy officer of the local policing body.
        Opcc = "opcc",
        /// Commissioner or chief executive: approves for the local policing body.
        OpccApprover = "opcc_approver",
        /// The force's liaison or action owner.
        Constabulary = "constabulary",
        /// The chief officer or a delegate: signs for the force.
        ChiefOfficer = "chief_officer",
        /// Internal or external auditor: reads all of the area.
        Auditor = "auditor",
        /// Keeper of shared reference data, of all areas.
        Registrar = "registrar",
    }
}

crate::vocabulary! {
    /// A side of the record; what one writes before it is published, the other does not see.
    pub enum Side {
        /// The local policing body.
        PolicingBody = "policing_body",
        /// The force.
        Force = "force",
        /// Audit, which reads both.
        Audit = "audit",
    }
}

impl Role {
    /// Whether who holds this role may do what `other` may.
    pub fn covers(self, other: Self) -> bool {
        self == other
            || matches!((self, other), (Self::OpccApprover, Self::Opcc) | (Self::ChiefOfficer, Self::Constabulary))
    }

    /// The side the role stands on; the registrar stands on none.
    pub fn side(self) -> Option<Side> {
        match self {
            Self::Opcc | Self::OpccApprover => Some(Side::PolicingBody),
            Self::Constabulary | Self::ChiefOfficer => Some(Side::Force),
            Self::Auditor => Some(Side::Audit),
            Self::Registrar => None,
        }
    }

    /// Every role that may do what one of `by` may.
    pub fn all_covering(by: &'static [Self]) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |role| by.iter().any(|needed| role.covers(*needed)))
    }
}
