//! The document that an office publishes, as text and as a page. The right section is cited whatever offices print.

use askama::Template;
use chrono::NaiveDate;

use crate::api::{Problem, Shape, StaticResponse};
use crate::areas::Titles;
use crate::inspections::{Inspection, InspectionScope};
use crate::recommendations::{Recommendation, RecommendationKind};
use crate::responses::{Branch, Content, Copy, Edition, Recipient};

/// Everything the document shows.
pub struct Document {
    /// What the policing body and the force are called.
    pub titles: Titles,
    /// The inspection.
    pub inspection: Inspection,
    /// What it asks, in the report's order.
    pub recommendations: Vec<Recommendation>,
    /// What the response says.
    pub content: Content,
    /// Its publication; none while it is a draft.
    pub edition: Option<Edition>,
    /// The copies sent.
    pub copies: Vec<Copy>,
}

#[derive(Template)]
#[template(path = "document.txt", escape = "none")]
struct AsText<'a>(&'a Document);

#[derive(Template)]
#[template(path = "document.html")]
struct AsPage<'a>(&'a Document);

const STYLE: &str = include_str!("templates/document.css");

impl Document {
    /// The document in one shape.
    pub fn render(&self, shape: Shape) -> Result<StaticResponse, Problem> {
        match shape {
            Shape::Text => {
                let bytes = AsText(self).render().map_err(Problem::internal)?.into_bytes();
                Ok(StaticResponse { media: "text/plain; charset=utf-8".to_owned(), bytes, policy: None })
            }
            Shape::Html => Ok(StaticResponse::page(AsPage(self).render().map_err(Problem::internal)?, STYLE)),
        }
    }

    /// Which law asks for it: the time limit and the explanations came on 2 May 2017.
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

    /// Whether the first edition was in time; none where no date is laid down, or nothing is published.
    fn on_time(&self) -> Option<bool> {
        let edition = self.edition.as_ref()?;
        self.inspection.due_on.map(|due| edition.first_published_on <= due)
    }

    /// The explanation of a recommendation: what is done, and the words.
    fn explanation(&self, of: &Recommendation) -> Option<(&'static str, &str)> {
        let found = self.content.explanations.iter().find(|explanation| explanation.recommendation_id == of.id)?;
        let branch = match found.branch {
            Branch::ActionTaken => "Action taken",
            Branch::ActionProposed => "Action proposed",
            Branch::NoAction => "No action",
        };
        Some((branch, &found.text))
    }

    /// What the recommendation is called where it is not one.
    fn kind(of: &Recommendation) -> Option<&'static str> {
        match of.kind {
            RecommendationKind::Recommendation => None,
            RecommendationKind::AreaForImprovement => Some("Area for improvement"),
            RecommendationKind::CauseOfConcern => Some("Cause of concern"),
        }
    }

    /// A day as offices print it.
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
