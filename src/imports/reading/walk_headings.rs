//! Puts the headings of a document where they belong: each begins a section, a field or a list.

use super::context::Section;
use super::heading::{Heading, is_answer_section};
use super::outline::{Part, PartKind, Role, Token, TokenKind, UnknownHeading};
use super::quotation;
use super::signature;
use super::text::{SpacedWords, ends_sentence, trim};
use super::title_line;
use super::walk::{List, Place, Walk};
use crate::recommendations::RecommendationKind;

impl Walk<'_> {
    pub(super) fn heading(&mut self, token: &Token, heading: &Heading) {
        let value = trim(&token.text[heading.value_at..]);
        let is_number = (1..=3).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
        let item = heading.item.clone().or_else(|| {
            (is_number && is_answer_section(heading.section) && heading.section != Section::Status)
                .then(|| value.to_owned())
        });
        if let Some(number) = item {
            return self.numbered_answer(token, heading, number);
        }
        if self.is_only_words(token, heading, value) {
            return self.text(token, &token.text, false);
        }
        if self.is_title_line(token, heading, value) {
            self.close();
            self.place = Place::Outside;
            return self.text(token, &token.text, false);
        }
        if is_answer_section(heading.section) && signature::parse_signatory(value).is_some() && heading.value_at < 40 {
            self.close();
            self.begin(token, PartKind::Signature, &token.text);
            self.place = Place::Signature;
            return;
        }
        if heading.addressees.is_some() && !value.is_empty() {
            return self.text(token, &token.text, false);
        }
        // “The Chief Constable has provided this statement:” announces a quotation.
        let says = SpacedWords::new(&token.text[..heading.value_at]);
        let says = says.contains_any(&[
            "has", "have", "provided", "says", "said", "told", "writes", "wrote", "states", "stated", "adds",
        ]);
        if heading.section == Section::ChiefOfficerComments
            && says
            && quotation::find_announcement(&token.text).is_some()
        {
            return self.text(token, &token.text, false);
        }
        let under_item = self.item.is_some() && self.place == Place::List;
        // “Force: Northmere Police” is a form field, and “Force: The system works” under a recommendation is an answer.
        let says = SpacedWords::new(&token.text[..heading.value_at]);
        let names_force = matches!(says.as_str(), "force" | "the force" | "constabulary" | "the constabulary");
        if names_force && (!under_item || value.is_empty()) {
            if !value.is_empty() {
                let kind = PartKind::Field(Section::FormField);
                return self.section(token, kind, Place::Field(Section::FormField), heading, value);
            }
            // Its words can be those of the force or words about it, so a person is asked.
            self.answer_heading(token, heading, value);
            if let Some(part) = self.outline.parts.last_mut() {
                let words = trim(&token.text).to_owned();
                part.unknown_heading = Some(UnknownHeading { line: token.line, words, ends_part: false });
            }
            return;
        }
        // “Action: …” and “Comment: …” on the line of their text belong to the recommendation above them.
        // A number such as “4.2” is that of the paragraph.
        let is_numbered_section = heading.number.as_ref().is_some_and(|number| !number.contains('.'));
        let is_inline = !heading.is_bare && !value.is_empty() && !is_numbered_section;
        if let (Some(item), true, true) = (self.item, under_item, is_inline) {
            let words = SpacedWords::new(&token.text[..heading.value_at]);
            let names_nobody = words.count() <= 2
                && words.contains_any(&["comment", "comments", "remarks", "remark", "observations", "sylw"]);
            let section = match heading.section {
                Section::PolicingBodyComments if names_nobody => Some(Section::Structure),
                Section::Explanations => Some(Section::Response),
                _ => None,
            };
            if let Some(section) = section
                && self.belongs_to_item(token, heading, value, item)
            {
                return self.push(token, PartKind::Answer { item, section, is_labelled: true }, heading, value);
            }
        }
        match heading.section {
            // “Commissioner’s response” above the title of the report is the title of the document.
            section if is_answer_section(section) && self.is_above_title(heading, value) => {
                self.outline.headings.push((token.line, token.text.clone()));
            }
            section if is_answer_section(section) => self.answer_heading(token, heading, value),
            Section::FormField if under_item => {
                self.push(token, PartKind::FormWords, heading, value);
            }
            Section::Recommendations
            | Section::AreasForImprovement
            | Section::CausesOfConcern
            | Section::Responses
            | Section::Explanations => self.list_heading(token, heading, value),
            Section::KeyFindings => self.section(token, PartKind::KeyFindings, Place::KeyFindings, heading, value),
            Section::Overview => self.section(token, PartKind::Overview, Place::Overview, heading, value),
            Section::Conclusion => {
                let kind = PartKind::Comments { role: Role::Also, is_set_apart: true };
                self.section(token, kind, Place::Comments(Section::Conclusion), heading, value);
            }
            Section::Reply => {
                let kind = PartKind::Comments { role: Role::Reply, is_set_apart: true };
                self.section(token, kind, Place::Comments(Section::Reply), heading, value);
                self.in_response = true;
            }
            Section::Structure | Section::Navigation => {
                self.close();
                self.place = Place::Outside;
                self.outline.headings.push((token.line, token.text.clone()));
            }
            Section::Published if heading.is_bare && self.in_response => {
                self.section(token, PartKind::Publication, Place::Publication, heading, value);
            }
            Section::Publication => self.section(token, PartKind::Publication, Place::Publication, heading, value),
            section => {
                // Another title after the comments begins another document, or the same one in another language.
                if section == Section::Title && self.in_response {
                    self.in_response = false;
                    self.numbers.clear();
                }
                self.section(token, PartKind::Field(section), Place::Field(section), heading, value);
            }
        }
    }

    /// Returns true for a title such as “Commissioner’s response to HMICFRS report: How well it works”.
    fn is_title_line(&self, token: &Token, heading: &Heading, value: &str) -> bool {
        let words = SpacedWords::new(&token.text[..heading.value_at]);
        let names_report = words.contains_any(&["report", "inspection", "inspections", "hmicfrs", "hmic", "review"])
            || words.as_str().ends_with(" to");
        let is_response = words.contains_any(&["response to", "responses to", "reply to", "comments on", "ymateb i"])
            || words.contains_any(&["response", "reply"]) && words.contains("to");
        let can_be =
            is_answer_section(heading.section) || matches!(heading.section, Section::Structure | Section::Reply);
        let begins = !self.in_response && self.numbers.is_empty() && !value.is_empty();
        // “Eastvale PCC’s response – How well Eastvale Police keeps its house in order”.
        let is_first = self.at <= 6 && !ends_sentence(value) && SpacedWords::new(value).count() >= 3;
        let is_statement =
            words.contains_any(&["response", "responses", "ymateb", "reply"]) && !value.starts_with(['“', '"']);
        let is_line =
            is_first && is_statement && self.outline.parts.iter().all(|part| matches!(part.kind, PartKind::Loose));
        can_be && begins && (names_report && is_response || is_line)
    }

    /// Returns true for a heading in the first lines of which the next line is the title of a report.
    fn is_above_title(&self, heading: &Heading, value: &str) -> bool {
        const FIRST_LINES: usize = 5;
        let next = self.tokens.get(self.at + 1);
        self.at < FIRST_LINES
            && !self.in_response
            && heading.is_bare
            && value.is_empty()
            && next.is_some_and(|next| {
                matches!(next.kind, TokenKind::Text)
                    && title_line::of_line(&next.text, false).is_some_and(|found| found.score >= title_line::CLEAR)
            })
    }

    /// Returns true for words of a heading inside running text: a field's name without a value.
    fn is_only_words(&self, token: &Token, heading: &Heading, value: &str) -> bool {
        use Section::{
            Dated, FormField, InspectionType, Inspectorates, Overview, Published, Reference, ReportUrl, Signature,
            Status, Title,
        };
        let is_field = matches!(
            heading.section,
            Title
                | Published
                | InspectionType
                | Reference
                | Inspectorates
                | ReportUrl
                | Dated
                | Signature
                | FormField
                | Status
                | Overview
        );
        let in_text = matches!(self.place, Place::Comments(_) | Place::List | Place::KeyFindings | Place::Field(Title));
        let starts = matches!(self.place, Place::Field(_)) && self.outline.parts.last().is_some_and(Part::is_empty);
        let own_print = heading.section == Published && self.in_response;
        let open_title = starts
            && self.place == Place::Field(Title)
            && (!value.is_empty() || heading.is_bare)
            && heading.section == Title;
        let is_word = SpacedWords::new(&token.text).count() == 1;
        (is_field && is_word && in_text && heading.is_bare && !token.is_styled && !own_print && !token.after_blank)
            || open_title
    }

    fn list_heading(&mut self, token: &Token, heading: &Heading, value: &str) {
        let words = SpacedWords::new(value);
        let is_count = words.count() <= 6
            && (words.contains_any(&[
                "none",
                "nil",
                "yes",
                "no",
                "n a",
                "na",
                "not applicable",
                "delete as appropriate",
            ]) || value.bytes().all(|b| b.is_ascii_digit()))
            && !value.is_empty();
        let has_box = value.contains(['☒', '☐', '✓']) || value.starts_with('[');
        if is_count || has_box {
            self.close();
            self.place = Place::Outside;
            return self.push(token, PartKind::FormWords, heading, value);
        }
        // “What HMICFRS recommended: text” below “Recommendation 1” labels its text.
        let has_no_text = |item: &usize| {
            let part = &self.outline.parts[*item];
            let waits = matches!(&part.kind, PartKind::Item(item) if item.has_label && item.answers.is_none());
            waits && part.is_empty() && *item + 1 == self.outline.parts.len()
        };
        if !value.is_empty() && heading.addressees.is_none() && self.item.as_ref().is_some_and(has_no_text) {
            self.outline.headings.push((token.line, trim(&token.text[..heading.value_at]).to_owned()));
            return self.append(token, value);
        }
        self.begin_list(token, heading.section, heading);
        if !value.is_empty() {
            let from = token.text.len() - token.text[heading.value_at..].trim_start().len();
            self.text(token, &token.text[from..], false);
        }
    }

    pub(super) fn begin_list(&mut self, token: &Token, section: Section, heading: &Heading) {
        let before = self.list.take();
        self.quotation = None;
        let of_bodies_only = heading.addressees.is_some();
        let kind = match section {
            Section::Recommendations => Some(RecommendationKind::Recommendation),
            Section::AreasForImprovement => Some(RecommendationKind::AreaForImprovement),
            Section::CausesOfConcern => Some(RecommendationKind::CauseOfConcern),
            _ => None,
        };
        // “For chief constables” under “Areas for improvement” keeps the kind.
        let names_list =
            SpacedWords::new(&token.text).contains_any(&["recommendations", "recommendation", "argymhellion"]);
        let kind = match &before {
            Some(before) if of_bodies_only && !names_list => before.kind.or(kind),
            _ => kind,
        };
        let goes_on = before.as_ref().is_some_and(|before| before.answers.is_none());
        let is_second = self.in_response && !self.numbers.is_empty() && !goes_on;
        let answers = match section {
            Section::Explanations => Some(Section::Explanations),
            Section::Recommendations | Section::AreasForImprovement | Section::Responses if is_second => {
                Some(Section::Responses)
            }
            _ => None,
        };
        self.lists += 1;
        self.list = Some(List {
            kind,
            addressees: heading.addressees.clone(),
            section: Some(section),
            answers,
            index: self.lists,
            is_doubtful: SpacedWords::new(&token.text).contains_any(&["areas of concern", "area of concern"]),
            ..List::default()
        });
        self.place = Place::List;
        self.item = None;
        if section == Section::Explanations {
            self.in_response = true;
        }
        self.outline.headings.push((token.line, trim(&token.text[..heading.value_at]).to_owned()));
    }
}
