//! The members of a proposal that a column of a table can be read as.

crate::vocabulary! {
    /// A member that a column of a table can be read as.
    pub enum TrackerMember {
        /// The source's reference of the recommendation.
        Reference = "reference",
        /// The number of the recommendation, such as `3.2` or `AFI 1`.
        Number = "number",
        /// The kind of the recommendation.
        Kind = "kind",
        /// The number of the cause of concern that the recommendation belongs to.
        CauseOfConcern = "cause_of_concern",
        /// The text of the recommendation.
        Text = "text",
        /// The bodies to which the recommendation is addressed.
        Addressees = "addressees",
        /// The themes of the recommendation, separated by semicolons.
        Themes = "themes",
        /// The target in the report, as printed.
        Target = "target",
        /// The kind of the target in the report.
        TargetKind = "target.kind",
        /// The text of the target in the report.
        TargetText = "target.text",
        /// The day of the target in the report.
        TargetOn = "target.on",
        /// The owner.
        Owner = "owner",
        /// The force's own target day.
        LocalTargetOn = "local_target_on",
        /// The status that the force states.
        ForceStatus = "force_status",
        /// The last update.
        Update = "update",
        /// The day of the last update.
        UpdateOn = "update_on",
        /// The policing body's view.
        BodyView = "body_view",
        /// The inspectorate's decision.
        InspectorateStatus = "inspectorate_status",
        /// The explanation of the recommendation in the area's response.
        Explanation = "explanation",
        /// The policing body's own words about the recommendation in the area's response.
        PolicingBodyExplanation = "explanation.policing_body",
        /// A note, which keeps the heading and the text of the cell.
        Note = "note",
        /// The report's reference.
        InspectionReference = "inspection.reference",
        /// The body that published the report.
        InspectionSource = "inspection.source",
        /// The report's title.
        InspectionTitle = "inspection.title",
        /// The kind of the inspection.
        InspectionKind = "inspection.kind",
        /// The enactment under which the inspection was made.
        InspectionLegalBasis = "inspection.legal_basis",
        /// The forces that the inspection examined.
        InspectionScope = "inspection.scope",
        /// The inspectorate that led the inspection.
        InspectionLeadInspectorate = "inspection.lead_inspectorate",
        /// The day on which the report was published.
        InspectionPublishedOn = "inspection.published_on",
        /// The report's address on the web.
        InspectionReportUrl = "inspection.report_url",
        /// The report's key findings.
        InspectionKeyFindings = "inspection.key_findings",
        /// The areas that the inspection binds.
        InspectionSubjects = "inspection.subjects",
    }
}

impl TrackerMember {
    /// Returns true if the member is about the report and not about one recommendation.
    pub(super) fn is_of_inspection(self) -> bool {
        use crate::vocabulary::WireName;
        self.as_str().starts_with("inspection.")
    }

    /// Returns true if the member states what was done about a recommendation.
    pub(super) fn is_of_position(self) -> bool {
        use TrackerMember::{BodyView, ForceStatus, InspectorateStatus, LocalTargetOn, Owner, Update, UpdateOn};
        matches!(self, Owner | LocalTargetOn | ForceStatus | Update | UpdateOn | BodyView | InspectorateStatus)
    }

    /// Returns true if several columns can have the member. The last cell with text is the value.
    pub(super) fn repeats(self) -> bool {
        matches!(self, Self::Update | Self::LocalTargetOn | Self::Note)
    }
}
