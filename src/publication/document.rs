//! The document of a response, as plain text and as an HTML page. It always cites the right section of the Act:
//! published documents often cite a wrong one.

use askama::Template;
use chrono::NaiveDate;
use uuid::Uuid;

use crate::api::{Problem, StaticResponse, TextFormat};
use crate::areas::{self, AreaTitles};
use crate::auth::{Call, Side};
use crate::db::Session;
use crate::inspections::{self, Inspection, InspectionScope};
use crate::recommendations::{self, Recommendation, RecommendationKind};
use crate::responses::{self, Branch, Content, Copy, Edition, Recipient};

/// The data that the document shows.
pub struct Document {
    /// The titles of the policing body, the force and their office holders.
    pub titles: AreaTitles,
    /// The inspection.
    pub inspection: Inspection,
    /// The inspection's recommendations, in the order of the report.
    pub recommendations: Vec<Recommendation>,
    /// The content of the response.
    pub content: Content,
    /// The published edition. `None` for a draft.
    pub edition: Option<Edition>,
    /// The copies sent of that edition.
    pub copies: Vec<Copy>,
}

#[derive(Template)]
#[template(path = "document.txt", escape = "none")]
struct TextDocument<'a>(&'a Document);

#[derive(Template)]
#[template(path = "document.html")]
struct HtmlDocument<'a>(&'a Document);

const STYLE: &str = include_str!("templates/document.css");

impl Document {
    /// Returns the document of a response as it is now, published or not. Returns `None` if the caller may not read the
    /// policing body's drafts.
    pub async fn find_draft(db: &Session<'_>, id: Uuid, call: &Call) -> Result<Option<Self>, Problem> {
        let scope = call.actor.scope();
        if !scope.reads(Side::PolicingBody) {
            return Ok(None);
        }
        let Some(record) = responses::store::find(db, &scope, id).await? else { return Ok(None) };
        let row = record.row;
        let inspection = inspections::store::find(db, row.inspection_id).await?.ok_or_else(Problem::not_found)?;
        // While a correction is a draft, the published edition and its copies belong to the edition before.
        let edition = row.published.filter(|published| published.edition == row.edition);
        Ok(Some(Self {
            titles: areas::find_titles(db, &row.area).await?,
            recommendations: recommendations::store::find_of_inspection(db, inspection.id).await?,
            inspection,
            content: record.content,
            copies: if edition.is_some() { row.copies } else { Vec::new() },
            edition,
        }))
    }

    /// Returns the document of the current published edition of a response.
    pub async fn find_published(db: &Session<'_>, id: Uuid) -> Result<Self, Problem> {
        let response = responses::store::find_public(db, id).await?.ok_or_else(Problem::not_found)?;
        let inspection = inspections::store::find_public(db, response.inspection_id).await?;
        let inspection = inspection.ok_or_else(Problem::not_found)?;
        Ok(Self {
            titles: areas::find_titles(db, &response.area).await?,
            recommendations: recommendations::store::find_public_of_inspection(db, inspection.id).await?,
            inspection,
            content: response.edition.content.clone(),
            copies: response.copies,
            edition: Some(response.edition),
        })
    }

    /// Renders the document as plain text or as an HTML page.
    pub fn render(&self, format: TextFormat) -> Result<StaticResponse, Problem> {
        match format {
            TextFormat::Text => {
                let bytes = TextDocument(self).render().map_err(Problem::internal)?.into_bytes();
                Ok(StaticResponse { media_type: "text/plain; charset=utf-8".to_owned(), bytes, policy: None })
            }
            TextFormat::Html => {
                Ok(StaticResponse::html(HtmlDocument(self).render().map_err(Problem::internal)?, STYLE))
            }
        }
    }

    /// Returns the statement of the legal duty. Section 37 of the Policing and Crime Act 2017 added the deadline and
    /// the explanations for reports published from 2 May 2017.
    fn statute(&self) -> &'static str {
        if self.inspection.due_on.is_some() {
            "Section 55 of the Police Act 1996 (as amended by section 37 of the Policing and Crime Act 2017) requires \
             the local policing body to publish, before the end of the period of 56 days beginning with the day on \
             which the report was published, its comments on the report, any comments submitted by the chief officer \
             of police and its reply to them, with an explanation of the action taken or proposed in response to each \
             recommendation, or of why no action has been or is to be taken."
        } else {
            "Section 55 of the Police Act 1996 requires the local policing body to publish its comments on the report, \
             any comments submitted by the chief officer of police and its reply to them."
        }
    }

    fn inspection_type(&self) -> &'static str {
        match self.inspection.scope {
            InspectionScope::National => "National Inspection",
            InspectionScope::Regional => "Regional Inspection",
            InspectionScope::Force => "Force Inspection",
        }
    }

    fn title(&self) -> &str {
        self.inspection.title.as_deref().unwrap_or_default()
    }

    fn findings(&self) -> &str {
        self.inspection.key_findings.as_deref().unwrap_or_default()
    }

    fn published_on(&self) -> String {
        self.inspection.published_on.as_ref().map(Self::printed).unwrap_or_default()
    }

    fn due_on(&self) -> Option<String> {
        self.inspection.due_on.as_ref().map(Self::printed)
    }

    /// Returns true if the first edition was published in time. Returns `None` for a draft, or without a statutory
    /// deadline.
    fn on_time(&self) -> Option<bool> {
        let edition = self.edition.as_ref()?;
        self.inspection.due_on.map(|due| edition.first_published_on <= due)
    }

    /// Returns the explanation of a recommendation: a heading for its kind, and its text.
    fn explanation(&self, recommendation: &Recommendation) -> Option<(&'static str, &str)> {
        let explanations = &self.content.explanations;
        let found = explanations.iter().find(|explanation| explanation.recommendation_id == recommendation.id)?;
        let branch = match found.branch {
            Branch::ActionTaken => "Action taken",
            Branch::ActionProposed => "Action proposed",
            Branch::NoAction => "No action",
        };
        Some((branch, &found.text))
    }

    /// Returns true if the edition was published without an explanation of a recommendation.
    fn is_unexplained(&self, recommendation: &Recommendation) -> bool {
        self.edition.as_ref().is_some_and(|edition| edition.missing_explanations.contains(&recommendation.id))
    }

    /// Returns the name of a kind other than a recommendation.
    fn kind(recommendation: &Recommendation) -> Option<&'static str> {
        match recommendation.kind {
            RecommendationKind::Recommendation => None,
            RecommendationKind::AreaForImprovement => Some("Area for improvement"),
            RecommendationKind::CauseOfConcern => Some("Cause of concern"),
        }
    }

    /// Formats a day as day/month/year.
    fn printed(on: &NaiveDate) -> String {
        on.format("%d/%m/%Y").to_string()
    }

    fn recipient(copy: &Copy) -> &'static str {
        match copy.recipient {
            Recipient::Inspectors => "His Majesty's Inspectors of Constabulary",
            Recipient::SecretaryOfState => "the Secretary of State",
        }
    }
}
