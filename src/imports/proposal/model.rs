//! The members of a proposal. Each member of a record that an import can write is a fact.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fact::{DayFact, Fact, Source};
use super::question::Question;
use crate::assignments::ForceStatus;
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::imports::document::Notice;
use crate::inspections::{InspectionKind, InspectionScope, Subjects};
use crate::recommendations::{Addressee, RecommendationKind, RecommendationTarget};
use crate::responses::Branch;

/// The facts that were read in a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProposedFacts)]
pub struct Proposal {
    /// Whether the file is one document. A file with several is imported in several files.
    pub is_one_document: Fact<bool>,
    /// The inspection.
    pub inspection: ProposedInspection,
    /// The recommendations, areas for improvement and causes of concern, in the order of the file.
    pub recommendations: Vec<ProposedRecommendation>,
    /// Whether the file has no further recommendations of the report.
    #[serde(default)]
    pub recommendations_complete: Fact<bool>,
    /// The area's response.
    pub response: ProposedResponse,
    /// The positions of a tracker, one for each recommendation that has any.
    pub positions: Vec<ProposedPosition>,
    /// The columns of a table, and the member that each was read as.
    pub columns: Vec<ProposedColumn>,
    /// What a person settles once for all rows of the tables.
    #[serde(default)]
    pub rows: ProposedRows,
    /// The questions that the words of the file raise. The service adds those that the record raises.
    pub questions: Vec<Question>,
    /// The lines that no member contains.
    pub unclaimed: Vec<UnclaimedLine>,
    /// What was left out or could not be read.
    pub notices: Vec<Notice>,
}

impl Proposal {
    /// Returns true if a question names the fact, or a member that contains it.
    pub fn is_asked(&self, pointer: &str) -> bool {
        self.questions.iter().any(|question| {
            pointer.strip_prefix(&question.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The inspection of a proposal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedInspection {
    /// The registered inspection that the file is about: its id, or `new`. A person always answers this.
    pub inspection_id: Fact<String>,
    /// The source's reference.
    pub reference: Fact<String>,
    /// The body that published the report.
    pub source: Fact<String>,
    /// The report's title.
    pub title: Fact<String>,
    /// The kind of the inspection.
    pub kind: Fact<InspectionKind>,
    /// The forces that the inspection examined. `from` has the type of inspection as printed.
    pub scope: Fact<InspectionScope>,
    /// The enactment under which the inspection was made.
    pub legal_basis: Fact<String>,
    /// The inspectorate that led the inspection.
    pub lead_inspectorate: Fact<String>,
    /// The other inspectorates that took part.
    pub participating_inspectorates: Fact<Vec<String>>,
    /// The day on which the report was published. `from` has the day as printed.
    #[schema(value_type = DayFact)]
    pub published_on: Fact<NaiveDate>,
    /// The report's address on the web.
    pub report_url: Fact<String>,
    /// The report's key findings.
    pub key_findings: Fact<String>,
    /// The areas that the inspection binds.
    pub subjects: Fact<Subjects>,
}

/// A recommendation, area for improvement or cause of concern of a proposal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedRecommendation {
    /// Whether the import registers it. A person can answer false for a line that is none.
    pub included: Fact<bool>,
    /// The number as a person would cite it, such as `3.2` or `AFI 1`.
    pub number: Fact<String>,
    /// The source's reference.
    pub reference: Fact<String>,
    /// The kind.
    pub kind: Fact<RecommendationKind>,
    /// The text, as in the file.
    pub text: Fact<String>,
    /// The Welsh text of a bilingual file.
    pub welsh_text: Fact<String>,
    /// The target, with the day that it means.
    pub target: Fact<RecommendationTarget>,
    /// The bodies to which it is addressed.
    pub addressees: Fact<Addressees>,
    /// The themes.
    pub themes: Fact<Vec<String>>,
    /// The number of the cause of concern that it belongs to.
    pub cause_of_concern: Fact<String>,
    /// Whether a text with bullets is one recommendation. If a person answers false, they add each bullet as a
    /// recommendation of its own, and answer `included` with false here.
    pub is_one: Fact<bool>,
}

/// The bodies to which a recommendation is addressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Addressees(pub Vec<Addressee>);

crate::vocabulary! {
    /// What the force's answers under the recommendations are.
    pub enum ResponseRole {
        /// The explanations of the policing body's response (Police Act 1996 s.55(5B)).
        Explanations = "explanations",
        /// Part of the chief officer's comments.
        ChiefOfficerComments = "chief_officer_comments",
    }
}

crate::vocabulary! {
    /// The language of the record's texts.
    pub enum Language as ("DocumentLanguage") {
        /// English.
        English = "english",
        /// Welsh.
        Welsh = "welsh",
        /// The Welsh text and, under it, the English text.
        Both = "both",
    }
}

/// The response of a proposal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedResponse {
    /// The policing body's comments.
    pub policing_body_comments: Fact<String>,
    /// Further comments of the policing body, such as a conclusion. Accepting adds them below the comments.
    pub policing_body_comments_also: Vec<Fact<String>>,
    /// The chief officer's comments.
    pub chief_officer_comments: Fact<String>,
    /// The name of the chief officer who signed the comments.
    pub chief_officer: Fact<String>,
    /// The day of the chief officer's comments.
    #[schema(value_type = DayFact)]
    pub chief_officer_dated: Fact<NaiveDate>,
    /// The policing body's reply to the chief officer's comments.
    pub reply_to_chief_officer: Fact<String>,
    /// The explanations of the recommendations.
    pub explanations: Vec<ProposedExplanation>,
    /// Whether the file has no further explanations.
    pub explanations_complete: Fact<bool>,
    /// What the force's answers under the recommendations are.
    pub force_answers_are: Fact<ResponseRole>,
    /// The language of the recommendations' texts in the record, if the file has two.
    pub language: Fact<Language>,
    /// The day of the response.
    #[schema(value_type = DayFact)]
    pub dated: Fact<NaiveDate>,
    /// The name of the person who signed the response.
    pub signed_by: Fact<String>,
    /// The address at which the response was published.
    pub url: Fact<String>,
}

/// The explanation of a recommendation of a proposal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedExplanation {
    /// The number of the recommendation.
    pub number: String,
    /// Whether action was taken, is proposed, or neither. It is only ever proposed.
    pub branch: Fact<Branch>,
    /// The text.
    pub text: Fact<String>,
    /// The policing body's own words under the recommendation, if they stand apart. Accepting adds them to the text.
    pub policing_body: Fact<String>,
}

/// What a tracker states about one recommendation. Each side confirms its own positions after the import is accepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedPosition {
    /// The number of the recommendation.
    pub number: String,
    /// The owner.
    pub owner: Fact<String>,
    /// The force's own target day.
    #[schema(value_type = DayFact)]
    pub local_target_on: Fact<NaiveDate>,
    /// The status that the force states.
    pub force_status: Fact<ForceStatus>,
    /// The text of the last update.
    pub update: Fact<String>,
    /// The day of the last update.
    #[schema(value_type = DayFact)]
    pub update_on: Fact<NaiveDate>,
    /// The policing body's view.
    pub body_view: Fact<BodyView>,
    /// The inspectorate's decision.
    pub inspectorate_status: Fact<InspectorateStatus>,
    /// The cells of columns that no member contains, as `Heading: text` lines.
    pub note: Fact<String>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProposedColumn {
    /// The heading as printed.
    pub heading: String,
    /// The member that the column was read as; null if its cells became notes.
    pub member: Fact<String>,
    /// The day of the updates in the column that name no day; absent if the column has no updates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DayFact>, nullable = false)]
    pub updated_on: Option<Fact<NaiveDate>>,
}

/// What a person settles once for all rows of the tables. An answer for one row comes before these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedRows {
    /// The kind of the rows that state none.
    pub kind: Fact<RecommendationKind>,
    /// Whether the hidden rows are included.
    pub hidden: Fact<bool>,
    /// Whether the rows that are struck through are included.
    pub struck: Fact<bool>,
    /// The words for positions, each once, and the position that each was read as.
    pub words: Vec<ProposedWord>,
}

/// The words in the cells of a column of positions, and the position that they were read as.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ProposedWord {
    /// The words as printed.
    pub printed: String,
    /// The number of rows with these words.
    pub rows: u32,
    /// The status that the force states; absent in a column of another position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub force_status: Option<Fact<ForceStatus>>,
    /// The policing body's view; absent in a column of another position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_view: Option<Fact<BodyView>>,
    /// The inspectorate's decision; absent in a column of another position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub inspectorate_status: Option<Fact<InspectorateStatus>>,
}

crate::vocabulary! {
    /// Why no member contains a line.
    pub enum UnclaimedReason {
        /// A page header or footer, a page number or a marking.
        PageFurniture = "page_furniture",
        /// A menu or link of the web page.
        Navigation = "navigation",
        /// An address, a salutation or a closing phrase of a letter.
        Letter = "letter",
        /// A heading that structures the document.
        Heading = "heading",
        /// A sentence that introduces or summarises other members.
        Introduction = "introduction",
        /// A form field that no member of a record has.
        FormField = "form_field",
        /// The reader did not recognise the line.
        NotRecognised = "not_recognised",
    }
}

/// A line that no member contains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnclaimedLine {
    /// The place and the words.
    #[serde(flatten)]
    pub source: Source,
    /// Why no member contains the line.
    pub reason: UnclaimedReason,
}
