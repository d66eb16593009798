//! What is known before a document is read: the words that the area's office uses, and the area's names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::assignments::ForceStatus;
use crate::imports::proposal::{Answers, Language};

/// What is known before a document is read. All members are optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingContext {
    /// The words that the area's office uses in its documents.
    pub profile: Profile,
    /// The area's names. They are hints only, because a document can be imported for any area.
    pub area: Option<AreaNames>,
    /// The answers given so far. They decide which column of a table is read as which member.
    pub answers: Answers,
}

/// The names of an area's bodies and office holders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaNames {
    /// The name of the policing body.
    pub policing_body: String,
    /// The name of the force.
    pub force: String,
    /// The title of the policing body's office holder.
    pub office_holder_title: String,
    /// The title of the chief officer.
    pub chief_officer_title: String,
}

/// The words that an area's office uses in its documents and tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Further headings of each section.
    pub headings: BTreeMap<Section, Vec<String>>,
    /// The member for each column heading of a table. An empty member means that the cells become notes.
    pub columns: BTreeMap<String, String>,
    /// The force status for each status word of a table.
    pub status_words: BTreeMap<String, ForceStatus>,
    /// The order of day and month in a date such as `03/04/2024`.
    pub day_format: DayFormat,
    /// The language of the record's texts, if a document has two.
    #[schema(nullable = false)]
    pub language: Option<Language>,
    /// The name of the person who signs the office's responses.
    #[schema(nullable = false)]
    pub signatory: Option<String>,
}

crate::vocabulary! {
    /// The order of day and month in a date written with numbers.
    #[derive(Default)]
    pub enum DayFormat {
        /// The day comes first.
        #[default]
        DayFirst = "day_first",
        /// The month comes first.
        MonthFirst = "month_first",
    }
}

crate::vocabulary! {
    /// A section or a form field of a document.
    pub enum Section as ("DocumentSection") {
        /// The title of the report.
        Title = "title",
        /// The day on which the report was published.
        Published = "published",
        /// The type of inspection.
        InspectionType = "inspection_type",
        /// The reference of the inspection.
        Reference = "reference",
        /// The inspectorates that took part.
        Inspectorates = "inspectorates",
        /// The address of the report on the web.
        ReportUrl = "report_url",
        /// The key findings of the report.
        KeyFindings = "key_findings",
        /// The recommendations.
        Recommendations = "recommendations",
        /// The areas for improvement.
        AreasForImprovement = "areas_for_improvement",
        /// The causes of concern.
        CausesOfConcern = "causes_of_concern",
        /// The recommendations with the answers to them, or the answers alone.
        Responses = "responses",
        /// The explanations of the recommendations.
        Explanations = "explanations",
        /// The policing body's comments.
        PolicingBodyComments = "policing_body_comments",
        /// The chief officer's comments.
        ChiefOfficerComments = "chief_officer_comments",
        /// Comments of the policing body and the chief officer in one text.
        JointComments = "joint_comments",
        /// The policing body's reply to the chief officer's comments.
        Reply = "reply",
        /// A response of an unnamed body.
        Response = "response",
        /// A section that introduces the policing body's comments, such as an overview.
        Overview = "overview",
        /// A conclusion or next steps.
        Conclusion = "conclusion",
        /// The day of the response.
        Dated = "dated",
        /// The signature.
        Signature = "signature",
        /// The publication of the response, and the copies sent.
        Publication = "publication",
        /// The status of the recommendation above.
        Status = "status",
        /// The action taken in response to the recommendation above.
        ActionTaken = "action_taken",
        /// The action proposed in response to the recommendation above.
        ActionProposed = "action_proposed",
        /// Why no action was taken or is proposed.
        NoAction = "no_action",
        /// A heading that only structures the document.
        Structure = "structure",
        /// A form field that no member of a record has.
        FormField = "form_field",
        /// Links of a web page.
        Navigation = "navigation",
    }
}
