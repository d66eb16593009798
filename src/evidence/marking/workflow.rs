//! What can be done to a marking.

use super::super::store::Record;
use crate::assignments::Marking;
use crate::auth::Role::{Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where the marking of an item stands.
    pub enum MarkingState {
        /// OFFICIAL.
        Official = "official",
        /// OFFICIAL-SENSITIVE.
        OfficialSensitive = "official_sensitive",
        /// OFFICIAL-SENSITIVE; somebody asks for OFFICIAL.
        LoweringRequested = "lowering_requested",
    }
}

crate::vocabulary! {
    /// What can be done to a marking.
    pub enum Action as ("MarkingAction") {
        /// Mark it OFFICIAL-SENSITIVE.
        Raise = "raise",
        /// Ask for OFFICIAL.
        RequestLowering = "request_lowering",
        /// Let it be OFFICIAL.
        ConfirmLowering = "confirm_lowering",
        /// Leave it OFFICIAL-SENSITIVE.
        RefuseLowering = "refuse_lowering",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("MarkingNeed") {
        /// Why.
        Reason = "reason",
        /// Another person than the one who asked.
        AnotherPerson = "another_person",
    }
}

use Action::{ConfirmLowering, Raise, RefuseLowering, RequestLowering};
use MarkingState::{LoweringRequested, Official, OfficialSensitive};

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<MarkingState, Action, Need> = Workflow {
    name: "marking",
    start: Official,
    ends: &[Official, OfficialSensitive],
    rules: &[
        //   from               action           to                 by                     needs
        rule(Official,          Raise,           OfficialSensitive, &[Constabulary, Opcc], &[]),
        rule(OfficialSensitive, RequestLowering, LoweringRequested, &[Constabulary, Opcc], &[Need::Reason]),
        rule(LoweringRequested, ConfirmLowering, Official,          &[Constabulary, Opcc], &[Need::AnotherPerson]),
        rule(LoweringRequested, RefuseLowering,  OfficialSensitive, &[Constabulary, Opcc], &[Need::Reason]),
    ],
};

/// Where an item's marking stands.
pub fn state(record: &Record) -> MarkingState {
    match (record.marking, record.lowering_at) {
        (Marking::Official, _) => Official,
        (Marking::OfficialSensitive, None) => OfficialSensitive,
        (Marking::OfficialSensitive, Some(_)) => LoweringRequested,
    }
}
