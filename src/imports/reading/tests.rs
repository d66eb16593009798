//! Tests of whole documents: what the service itself prints, and layouts that the documents in the test folder do not
//! have.

use super::*;
use crate::imports::document::{Block, Line, LineStyle, Place};
use crate::imports::proposal::{Confidence, QuestionCode};
use crate::recommendations::{Addressee, RecommendationKind, TargetKind};
use crate::responses::Branch;

fn read_as(format: DocumentFormat, text: &str) -> Proposal {
    let line = |(number, text): (u32, &str)| {
        let place = Place { line: Some(number), ..Place::default() };
        Block::Line(Line { place, text: text.to_owned(), style: LineStyle::Text })
    };
    let blocks = (1..).zip(text.lines()).map(line).collect();
    read(&Document { format, blocks, notices: Vec::new() }, &ReadingContext::default())
}

fn read_text(text: &str) -> Proposal {
    read_as(DocumentFormat::Text, text)
}

fn asks(proposal: &Proposal, code: QuestionCode, pointer: &str) -> bool {
    proposal.questions.iter().any(|question| question.code == code && question.pointer == pointer)
}

const PRINTED_TEXT: &str = "\
Police and Crime Commissioner for Lakeshire
Response of the Police and Crime Commissioner to an inspection of Lakeshire Constabulary by His Majesty's Inspectorate of Constabulary and Fire & Rescue Services (HMICFRS)

Section 55 of the Police Act 1996 requires the local policing body to publish its comments on the report, any comments submitted by the chief officer of police and its reply to them.

Inspection Title:
#30101 An inspection of how Lakeshire Constabulary looks after missing children

Date Published:
03/05/2024

Type of Inspection:
Force Inspection

Key Findings:

The constabulary finds most children within a day.

Recommendations:

1. #30102 - Within six months, the constabulary should offer every child a talk.
2. #30103 - By 1 November 2024, the constabulary should do two things:
1) name a lead; and
2) train each sergeant.
3.1. #30104 - Area for improvement: The constabulary should share what it learns.
4. #30105 - Cause of concern: The constabulary does not know enough.

Police and Crime Commissioner and Chief Constable Response to Report and Recommendations:

Comments of the Police and Crime Commissioner

I welcome the report.

It is clear.

Comments of the Chief Constable

We accept it.

Signed: J. Ferrow

Reply to the Chief Constable

I thank the Chief Constable.

Explanation for each recommendation

Recommendation 1 (#30102) - Action taken: A charity has run the talks since July 2024.
Recommendation 2 (#30103) - Action proposed: Training ends in October 2024.
Recommendation 3.1 (#30104) - No action: This is done elsewhere.

Publication

Published on 20/06/2024. In time: the last day was 27/06/2024.
Published at https://office.example/response
A copy was sent to the Secretary of State on 20/06/2024 by post.
";

const PRINTED_PAGE: &str = "\
Inspection title
#30101 An inspection of how Lakeshire Constabulary looks after missing children
Date published
03/05/2024
Type of inspection
Force Inspection
Key findings
The constabulary finds most children within a day.
Recommendations
1. 1. #30102 Within six months, the constabulary should offer every child a talk.
Action taken: A charity has run the talks since July 2024.
2. 2. #30103 (Area for improvement) The constabulary should share what it learns.
No action: This is done elsewhere.
Comments of the Police and Crime Commissioner
I welcome the report.
Comments of the Chief Constable
We accept it.
Signed: J. Ferrow
Reply to the Chief Constable
I thank the Chief Constable.
Publication
Published on 20/06/2024. In time: the last day was 27/06/2024.
Published at https://office.example/response
";

#[test]
fn what_the_service_prints_comes_back_member_by_member() {
    let found = read_text(PRINTED_TEXT);
    assert_eq!(found.inspection.reference.value.as_deref(), Some("30101"));
    assert_eq!(found.inspection.published_on.value, "2024-05-03".parse().ok());
    assert_eq!(
        found.inspection.key_findings.value.as_deref(),
        Some("The constabulary finds most children within a day.")
    );
    let recommendations: Vec<_> = found
        .recommendations
        .iter()
        .map(|found| (found.number.value.as_deref(), found.reference.value.as_deref(), found.kind.value))
        .collect();
    assert_eq!(
        recommendations,
        [
            (Some("1"), Some("30102"), Some(RecommendationKind::Recommendation)),
            (Some("2"), Some("30103"), Some(RecommendationKind::Recommendation)),
            (Some("3.1"), Some("30104"), Some(RecommendationKind::AreaForImprovement)),
            (Some("4"), Some("30105"), Some(RecommendationKind::CauseOfConcern)),
        ]
    );
    let response = &found.response;
    assert_eq!(response.policing_body_comments.value.as_deref(), Some("I welcome the report.\n\nIt is clear."));
    assert_eq!(response.chief_officer_comments.value.as_deref(), Some("We accept it."));
    assert_eq!(response.chief_officer.value.as_deref(), Some("J. Ferrow"));
    assert_eq!(response.reply_to_chief_officer.value.as_deref(), Some("I thank the Chief Constable."));
    let branches: Vec<_> = response
        .explanations
        .iter()
        .map(|found| (found.number.as_str(), found.branch.value, found.branch.confidence))
        .collect();
    assert_eq!(
        branches,
        [
            ("1", Some(Branch::ActionTaken), Confidence::Printed),
            ("2", Some(Branch::ActionProposed), Confidence::Printed),
            ("3.1", Some(Branch::NoAction), Confidence::Printed),
        ]
    );
    assert_eq!(response.dated.value, "2024-06-20".parse().ok());
    assert_eq!(response.url.value.as_deref(), Some("https://office.example/response"));
}

#[test]
fn the_page_that_the_service_prints_comes_back() {
    for format in [DocumentFormat::Html, DocumentFormat::Text] {
        let found = read_as(format, PRINTED_PAGE);
        assert_eq!(found.inspection.published_on.value, "2024-05-03".parse().ok());
        let texts: Vec<_> = found.recommendations.iter().filter_map(|found| found.text.value.as_deref()).collect();
        assert_eq!(
            texts,
            [
                "Within six months, the constabulary should offer every child a talk.",
                "The constabulary should share what it learns."
            ]
        );
        let branches: Vec<_> = found.response.explanations.iter().map(|found| found.branch.value).collect();
        assert_eq!(branches, [Some(Branch::ActionTaken), Some(Branch::NoAction)]);
        assert_eq!(found.response.reply_to_chief_officer.value.as_deref(), Some("I thank the Chief Constable."));
    }
}

#[test]
fn an_email_with_a_quotation_is_read() {
    let found = read_text(
        "From: Office of the PCC for Deepdale\nSent: 14 March 2022\nTo: Home Secretary\nSubject: PCC response – “Hidden \
         in plain sight: a thematic inspection of online abuse” (HMICFRS, 20 January 2022)\n\nDear Home \
         Secretary\n\nFurther to your inspectors’ report, I write to give my comments.\n\nRecommendation for all forces: \
         By 30 September 2022, chief constables should audit their teams.\n\nThe Chief Constable told me:\n\n‘We found four \
         gaps.’\n\nI have asked the Chief Constable for the audit report.\n\nRegards\nLena Marsh\nPCC for Deepdale\n",
    );
    assert_eq!(
        found.inspection.title.value.as_deref(),
        Some("Hidden in plain sight: a thematic inspection of online abuse")
    );
    assert_eq!(found.inspection.published_on.value, "2022-01-20".parse().ok());
    assert_eq!(
        found.recommendations[0].addressees.value.as_ref().map(|found| found.0.clone()),
        Some(vec![Addressee::ChiefConstables])
    );
    assert_eq!(found.response.chief_officer_comments.value.as_deref(), Some("‘We found four gaps.’"));
    assert_eq!(
        found.response.policing_body_comments.value.as_deref(),
        Some("I have asked the Chief Constable for the audit report.")
    );
    assert_eq!(found.response.dated.value, "2022-03-14".parse().ok());
    assert_eq!(found.response.signed_by.value.as_deref(), Some("Lena Marsh"));
}

#[test]
fn answers_before_the_recommendations_are_explanations() {
    let found = read_text(
        "Commissioner’s comments\nI agree.\n\nExplanations\n\nRecommendation 1 - The policy has been revised.\n\
         Recommendation 2 - This is a matter for the College of Policing.\n\nTitle: A rapid review of recovery\nPublished on 4 March \
         2021\n\nRecommendations\n1 - By 1 May 2021, chief constables should revise their policy.\n2 - The College of \
         Policing should publish guidance.\n",
    );
    assert_eq!(found.recommendations.len(), 2);
    let explained: Vec<_> =
        found.response.explanations.iter().map(|found| (found.number.as_str(), found.branch.value)).collect();
    assert_eq!(explained, [("1", Some(Branch::ActionTaken)), ("2", Some(Branch::NoAction))]);
}

#[test]
fn a_line_above_numbered_items_names_who_should_act() {
    let found = read_text(
        "Recommendations\n\nHM Prison and Probation Service should:\n1. review staffing by December 2022.\n\nPolice forces \
         should:\n2. by 31 January 2023, record each offender.\n",
    );
    let bodies: Vec<_> =
        found.recommendations.iter().map(|found| found.addressees.value.clone().unwrap_or_default().0).collect();
    assert_eq!(bodies, [vec![Addressee::Other], vec![Addressee::ChiefConstables]]);
    let kinds: Vec<_> =
        found.recommendations.iter().filter_map(|found| Some(found.target.value.as_ref()?.kind)).collect();
    assert_eq!(kinds, [TargetKind::ByDate, TargetKind::ByDate]);
}

#[test]
fn what_is_not_settled_is_asked() {
    let found = read_text(
        "Report: An inspection of Tolworth Police\nPublished: May 2024\n\n1. The force should answer each request within two \
         working days.\n\nComments of the PCC\nI agree.\n\nA heading of another kind\n\nWords below it.\n",
    );
    for (code, pointer) in [
        (QuestionCode::UnclearDate, "/inspection/published_on"),
        (QuestionCode::UnclearTarget, "/recommendations/0/target"),
        (QuestionCode::Confirm, "/recommendations/0/kind"),
        (QuestionCode::Missing, "/recommendations/0/reference"),
        (QuestionCode::Role, "/response/policing_body_comments"),
        (QuestionCode::NoExplanation, "/response/explanations_complete"),
    ] {
        assert!(asks(&found, code, pointer), "{code} {pointer}: {:#?}", found.questions);
    }
}

#[test]
fn words_about_recommendations_without_any_are_asked() {
    let found = read_text("The report makes recommendations, which are in the annex of the report and not here.\n");
    assert!(found.recommendations.is_empty());
    assert!(asks(&found, QuestionCode::NoExplanation, "/response/explanations_complete"));
    let none = read_text("The report makes no recommendations.\n");
    assert!(!asks(&none, QuestionCode::NoExplanation, "/response/explanations_complete"));
}

#[test]
fn answers_find_their_recommendation_by_reference() {
    let found = read_text(
        "Recommendations\n#30102 - By 1 May 2024, the force should act.\n#30103 - The force should \
         see.\n\nExplanations\n#30103 - Not accepted.\n#30102 - The work was finished in March.\n",
    );
    let explained: Vec<_> =
        found.response.explanations.iter().map(|found| (found.number.as_str(), found.text.value.as_deref())).collect();
    assert_eq!(explained, [("1", Some("The work was finished in March.")), ("2", Some("Not accepted."))]);
}

#[test]
fn a_thousand_recommendations_are_read() {
    let items: String = (1..=1000)
        .map(|at| format!("{at}. #{} - By 1 May 2024, the force should do thing {at}.\n", 30_000 + at))
        .collect();
    let found = read_text(&format!("Recommendations\n{items}"));
    assert_eq!(found.recommendations.len(), 1000);
    assert_eq!(found.recommendations[999].number.value.as_deref(), Some("1000"));
}

#[test]
fn an_empty_document_asks_for_the_inspection() {
    let found = read_text("");
    assert!(asks(&found, QuestionCode::Missing, "/inspection/title"));
    assert!(found.unclaimed.is_empty());
}

#[test]
fn the_signatory_of_the_profile_is_proposed_for_an_unsigned_response() {
    let profile = Profile { signatory: Some("R. Marlowe".to_owned()), ..Profile::default() };
    let context = ReadingContext { profile, ..ReadingContext::default() };
    for (text, expected) in [("PCC comments\nI welcome the report.", Some("R. Marlowe")), ("Published", None)] {
        let document = crate::imports::document::text::read(text);
        let signed_by = read(&document, &context).response.signed_by;
        assert_eq!(signed_by.value.as_deref(), expected, "{text}");
        assert_eq!(signed_by.from, None, "{text}");
    }
}
