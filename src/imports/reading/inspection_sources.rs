//! The inspectorates of the inspection, and the address of its report.

use super::context::Section;
use super::inspection::find_url;
use super::inspectorates::{self, Inspectorates};
use super::state::Reading;
use super::text::{SpacedWords, collapse};
use crate::imports::document::Place;
use crate::imports::proposal::{Fact, QuestionCode, UnclaimedReason};

/// Words with which a line says who inspected, and not only whom a recommendation is addressed to.
const INSPECTING: [&str; 8] =
    ["joint", "led by", "led it", "carried out by", "made by", "inspected by", "inspectorate", "inspectorates"];

impl Reading<'_> {
    pub(super) fn read_inspectorates(&mut self) {
        let mut found: Option<(Inspectorates, Place, String)> = None;
        for part in self.fields(Section::Inspectorates) {
            if let Some(passage) = self.take(part) {
                let head = self.parts[part].head.as_ref().map_or("", |(_, head)| head.as_str());
                let is_lead = SpacedWords::new(head).contains("lead inspectorate");
                let mut inspectorates = inspectorates::find(&passage.text);
                if is_lead {
                    inspectorates.lead = inspectorates.all.first().cloned().or_else(|| Some(collapse(&passage.text)));
                }
                found.get_or_insert((inspectorates, passage.place, passage.printed));
            }
        }
        if found.is_none() {
            let title = self.proposal.inspection.title.clone();
            let from_title = title.value.as_deref().map(inspectorates::find).filter(|found| found.all.len() > 1);
            let joint = |text: &str| {
                SpacedWords::new(text).contains_any(&[
                    "joint inspection by",
                    "by hm inspectorate",
                    "by hmicfrs and",
                    "inspection by",
                    "investigated by",
                    "led by",
                ])
            };
            found = from_title.map(|found| {
                (found, title.from.clone().unwrap_or_default().place, title.value.clone().unwrap_or_default())
            });
            if found.is_none() {
                let line =
                    self.claims.lines().iter().take(60).find(|line| line.left_out.is_none() && joint(&line.text));
                found = line.map(|line| (inspectorates::find(&line.text), line.place.clone(), line.text.clone()));
            }
        }
        let inspection = &mut self.proposal.inspection;
        let Some((Inspectorates { lead, all }, place, printed)) = found.filter(|(found, ..)| !found.all.is_empty())
        else {
            inspection.lead_inspectorate = Fact::assumed("hmicfrs".to_owned());
            self.ask_who_led();
            return;
        };
        let is_other = lead.as_deref().is_some_and(|lead| lead != "HMICFRS")
            || lead.is_none() && !all.iter().any(|name| name == "HMICFRS");
        let lead = lead.filter(|lead| lead != "HMICFRS").or_else(|| all.first().cloned().filter(|_| is_other));
        let others: Vec<String> = all
            .into_iter()
            .filter(|name| Some(name) != lead.as_ref() && (name != "HMICFRS" || lead.is_some()))
            .collect();
        inspection.lead_inspectorate = match &lead {
            Some(lead) => Fact::printed(lead.clone(), &place, &printed),
            None => Fact::inferred("hmicfrs".to_owned(), &place, &printed),
        };
        if !others.is_empty() {
            inspection.participating_inspectorates = Fact::printed(others, &place, &printed);
        }
        if let Some(lead) = lead {
            let detail = format!("The file names {lead} as the lead inspectorate, and not HMICFRS. Is that right?");
            self.ask(QuestionCode::Confirm, "/inspection/lead_inspectorate", detail)
                .with_proposed(lead)
                .with_words(&place, &printed);
        }
    }

    /// Asks which inspectorate led, if no words say so and a line names other inspectorates or a joint inspection.
    fn ask_who_led(&mut self) {
        let is_joint = |text: &str| {
            let found = inspectorates::find(text);
            found.all.iter().any(|name| name != "HMICFRS") && SpacedWords::new(text).contains_any(&INSPECTING)
        };
        let line = self.claims.lines().iter().take(60).find(|line| line.left_out.is_none() && is_joint(&line.text));
        let Some((place, text)) = line.map(|line| (line.place.clone(), line.text.clone())) else { return };
        let detail = "The file names other inspectorates too. Did HMICFRS lead the inspection?";
        self.ask(QuestionCode::Confirm, "/inspection/lead_inspectorate", detail)
            .with_proposed("hmicfrs")
            .with_words(&place, &text);
    }

    pub(super) fn read_url(&mut self) {
        for part in self.fields(Section::ReportUrl) {
            let text = self.parts[part].text();
            match find_url(&text) {
                Some(url) => {
                    if let Some(passage) = self.take(part) {
                        self.proposal.inspection.report_url = Fact::printed(url, &passage.place, &passage.printed);
                    }
                }
                None => self.leave(part, UnclaimedReason::FormField),
            }
        }
    }
}
