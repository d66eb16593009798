//! The document of a response, as plain text and as an HTML page. It always cites the right section of the Act:
//! published documents often cite a wrong one.

use askama::Template;
use chrono::NaiveDate;
use uuid::Uuid;

use super::corrections::{LaterCorrection, later_corrections, later_names};
use crate::api::{Problem, StaticResponse, TextFormat};
use crate::areas::{self, AreaTitles};
use crate::auth::{Call, Side};
use crate::db::Session;
use crate::inspections::{self, Inspection, InspectionScope};
use crate::recommendations::{self, Recommendation, RecommendationKind};
use crate::responses::{self, Branch, Content, Copy, Edition, PrintedRecommendation, PrintedReport, Recipient};

/// The data that the document shows.
pub struct Document {
    /// The names of the area, the inspection and its recommendations: as the edition printed them, or as they are now if
    /// this is a draft.
    pub printed: PrintedReport,
    /// The corrections of the report since the edition was published.
    pub corrections: Vec<LaterCorrection>,
    /// A sentence for each name of the area that has changed since then.
    pub names: Vec<String>,
    /// The content of the response.
    pub content: Content,
    /// The published edition. `None` for a draft.
    pub edition: Option<Edition>,
    /// The copies sent of that edition.
    pub copies: Vec<Copy>,
}

/// The records from which a document prints, as they are now.
struct Sources {
    titles: AreaTitles,
    inspection: Inspection,
    recommendations: Vec<Recommendation>,
}

impl Sources {
    fn printed(&self) -> PrintedReport {
        PrintedReport::new(&self.titles, &self.inspection, &self.recommendations)
    }
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
        let now = Sources {
            titles: areas::find_titles(db, &row.area).await?,
            inspection: inspections::store::find(db, row.inspection_id).await?.ok_or_else(Problem::not_found)?,
            recommendations: recommendations::store::find_of_inspection(db, row.inspection_id).await?,
        };
        // While a correction is a draft, the published edition and its copies belong to the edition before.
        match row.published.filter(|published| published.edition == row.edition) {
            Some(edition) => Ok(Some(Self::of_edition(db, id, edition, row.copies, &now).await?)),
            None => Ok(Some(Self {
                printed: now.printed(),
                corrections: Vec::new(),
                names: Vec::new(),
                content: record.content,
                edition: None,
                copies: Vec::new(),
            })),
        }
    }

    /// Returns the document of the current published edition of a response.
    pub async fn find_published(db: &Session<'_>, id: Uuid) -> Result<Self, Problem> {
        let response = responses::store::find_public(db, id).await?.ok_or_else(Problem::not_found)?;
        let inspection = inspections::store::find_public(db, response.inspection_id).await?;
        let now = Sources {
            titles: areas::find_titles(db, &response.area).await?,
            inspection: inspection.ok_or_else(Problem::not_found)?,
            recommendations: recommendations::store::find_public_of_inspection(db, response.inspection_id).await?,
        };
        Self::of_edition(db, id, response.edition, response.copies, &now).await
    }

    /// Returns the document of an edition: what it printed, and what was corrected since.
    async fn of_edition(
        db: &Session<'_>,
        id: Uuid,
        edition: Edition,
        copies: Vec<Copy>,
        now: &Sources,
    ) -> Result<Self, Problem> {
        let printed = responses::store::find_printed(db, id, edition.edition).await?.unwrap_or_else(|| now.printed());
        Ok(Self {
            corrections: later_corrections(&printed, &now.inspection, &now.recommendations),
            names: later_names(&printed, &now.titles),
            printed,
            content: edition.content.clone(),
            edition: Some(edition),
            copies,
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
        if self.printed.due_on.is_some() {
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
        match self.printed.scope {
            InspectionScope::National => "National Inspection",
            InspectionScope::Regional => "Regional Inspection",
            InspectionScope::Force => "Force Inspection",
        }
    }

    fn title(&self) -> &str {
        self.printed.title.as_deref().unwrap_or_default()
    }

    fn findings(&self) -> &str {
        self.printed.key_findings.as_deref().unwrap_or_default()
    }

    fn published_on(&self) -> String {
        self.printed.published_on.as_ref().map(Self::printed).unwrap_or_default()
    }

    fn due_on(&self) -> Option<String> {
        self.printed.due_on.as_ref().map(Self::printed)
    }

    /// Returns true if the first edition was published in time. Returns `None` for a draft, or without a statutory
    /// deadline.
    fn on_time(&self) -> Option<bool> {
        let edition = self.edition.as_ref()?;
        self.printed.due_on.map(|due| edition.first_published_on <= due)
    }

    /// Returns the explanation of a recommendation: a heading for its kind, and its text.
    fn explanation(&self, recommendation: &PrintedRecommendation) -> Option<(&'static str, &str)> {
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
    fn is_unexplained(&self, recommendation: &PrintedRecommendation) -> bool {
        self.edition.as_ref().is_some_and(|edition| edition.missing_explanations.contains(&recommendation.id))
    }

    /// Returns the name of a kind other than a recommendation.
    fn kind(recommendation: &PrintedRecommendation) -> Option<&'static str> {
        match recommendation.kind {
            RecommendationKind::Recommendation => None,
            RecommendationKind::AreaForImprovement => Some("Area for improvement"),
            RecommendationKind::CauseOfConcern => Some("Cause of concern"),
        }
    }

    /// Returns true if the report was corrected, or the area renamed, after the edition was published.
    fn is_corrected(&self) -> bool {
        !self.corrections.is_empty() || !self.names.is_empty()
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
