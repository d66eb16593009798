//! The facts of the inspection: title, reference, day of publication, type, inspectorates, address and key findings.

use serde_json::json;

use super::context::Section;
use super::day::{ParsedDay, find_days_as, parse_day_as};
use super::outline::PartKind;
use super::published::{self, PrintedDay};
use super::reference;
use super::state::Reading;
use super::text::{SpacedWords, collapse, trim, words};
use super::title::{self, Title};
use super::title_line;
use super::welsh;
use crate::imports::document::Place;
use crate::imports::proposal::{Fact, QuestionCode, UnclaimedReason};

impl Reading<'_> {
    /// Reads the facts of the inspection.
    pub(super) fn read_inspection(&mut self, headings: &[(usize, String)]) {
        self.read_title(headings);
        self.read_published();
        self.read_reference();
        self.read_inspectorates();
        self.read_url();
        let findings: Vec<usize> = self.open_parts(|kind| matches!(kind, PartKind::KeyFindings));
        let mut texts = Vec::new();
        let mut first = None;
        for part in findings {
            if let Some(passage) = self.take(part) {
                texts.push(passage.text.clone());
                first.get_or_insert(passage);
            }
        }
        if let Some(first) = first {
            self.proposal.inspection.key_findings = Fact::printed(texts.join("\n\n"), &first.place, &first.printed);
        }
        self.proposal.inspection.source = Fact::assumed("hmicfrs".to_owned());
    }

    pub(super) fn fields(&self, section: Section) -> Vec<usize> {
        self.open_parts(|kind| matches!(kind, PartKind::Field(found) if *found == section))
    }

    fn read_title(&mut self, headings: &[(usize, String)]) {
        let mut found: Vec<(Title, Place, String)> = Vec::new();
        let fields = self.fields(Section::Title);
        for part in fields.iter().copied() {
            if let Some(passage) = self.take(part) {
                let title = title::clean(&passage.text);
                if !title.title.is_empty() {
                    found.push((title, passage.place, passage.printed));
                }
            }
        }
        let english = |title: &Title| !welsh::is_welsh(&title.title);
        if let Some(at) =
            found.iter().position(|(title, _, _)| english(title)).or(if found.is_empty() { None } else { Some(0) })
        {
            let others =
                found.iter().filter(|(title, _, _)| english(title) && words(&title.title) != words(&found[at].0.title));
            let other =
                others.map(|(title, place, printed)| (title.title.clone(), place.clone(), printed.clone())).next();
            let welsh =
                found.iter().find(|(title, _, _)| welsh::is_welsh(&title.title)).map(|(title, ..)| title.title.clone());
            let (mut title, place, printed) = found.swap_remove(at);
            if let Some(welsh) = welsh.filter(|welsh| *welsh != title.title && !title.title.contains(" / ")) {
                title.title = format!("{welsh} / {}", title.title);
            }
            if let Some((other, place, printed)) = other {
                let first = title.title.clone();
                self.ask_several(&first, &other, &place, &printed);
            }
            if let Some(reference) = &title.reference {
                self.proposal.inspection.reference = Fact::printed(reference.clone(), &place, &printed);
            }
            self.proposal.inspection.title = Fact::printed(title.title, &place, &printed);
            return;
        }
        self.read_title_in_lines(headings);
    }

    fn ask_several(&mut self, first: &str, second: &str, place: &Place, printed: &str) {
        let detail = format!(
            "The file has two titles, “{first}” and “{second}”. Is it one document? If not, import each document as a file of its own."
        );
        let question = self.ask(QuestionCode::SeveralDocuments, "/is_one_document", detail);
        question.with_options([json!(true), json!(false)]).with_proposed(false).with_words(place, printed);
        self.proposal.is_one_document = Fact::default();
    }

    /// Finds the title among the lines that no field names.
    fn read_title_in_lines(&mut self, headings: &[(usize, String)]) {
        let mut best: Option<(u32, usize, Option<usize>, Title, String)> = None;
        let mut consider = |line: usize, part: Option<usize>, text: &str, is_styled: bool| {
            if let Some(found) = title_line::of_line(text, is_styled)
                && best
                    .as_ref()
                    .is_none_or(|(score, before, ..)| found.score > *score || found.score == *score && line < *before)
            {
                best = Some((found.score, line, part, found.title, text.to_owned()));
            }
        };
        let is_styled = |line: usize| self.claims.lines()[line].style == crate::imports::document::LineStyle::Heading;
        let before = self
            .parts
            .iter()
            .position(|part| matches!(part.kind, PartKind::Item(_) | PartKind::Comments { is_set_apart: true, .. }));
        for (at, part) in self.parts.iter().enumerate().take(before.unwrap_or(self.parts.len())) {
            if matches!(part.kind, PartKind::Loose | PartKind::FormWords) && !self.is_done[at] {
                let text = part.text();
                let head = part.head.as_ref().map(|(_, head)| format!("{head} ")).unwrap_or_default();
                let line = part.pieces.first().map_or(0, |piece| piece.line);
                consider(line, Some(at), &format!("{head}{text}"), is_styled(line));
            }
        }
        for (line, text) in headings {
            consider(*line, None, text, is_styled(*line));
        }
        const LEAST: u32 = 2;
        let Some((score, line, part, title, printed)) = best.filter(|(score, ..)| *score >= LEAST) else { return };
        match part {
            Some(part) => {
                self.take(part);
            }
            None => self.claims.take(line),
        }
        let place = self.claims.place(line).clone();
        if let Some(reference) = &title.reference {
            self.proposal.inspection.reference = Fact::printed(reference.clone(), &place, &printed);
        }
        // “PEEL 2023-25 INSPECTION” can be shortened.
        let is_short = SpacedWords::new(&title.title).count() <= 4 || !title.title.contains(char::is_lowercase);
        let is_certain = score >= title_line::CLEAR && !is_short && !self.quotes_another_title(&title.title);
        self.proposal.inspection.title = Fact::inferred(title.title.clone(), &place, &printed);
        if !is_certain {
            let question = self.ask(QuestionCode::Confirm, "/inspection/title", "Is this the title of the report?");
            question.with_proposed(title.title).with_words(&place, &printed);
        }
    }

    fn read_published(&mut self) {
        let format = self.context.profile.day_format;
        let mut found: Vec<(PrintedDay, Place)> = Vec::new();
        for part in self.fields(Section::Published) {
            let Some(passage) = self.take(part) else { continue };
            let printed = trim(&passage.text).to_owned();
            let days = find_days_as(&printed, format);
            let day = match parse_day_as(&printed, format) {
                Some(day) => PrintedDay { day, printed },
                None => match days.first().inspect(|_| self.leave_field(part)) {
                    Some(first) => PrintedDay { day: first.day, printed: printed[first.start..first.end].to_owned() },
                    None => {
                        let detail = format!("“{printed}” is not a day. On which day was the report published?");
                        self.ask(QuestionCode::UnclearDate, "/inspection/published_on", detail)
                            .with_words(&passage.place, &passage.printed);
                        continue;
                    }
                },
            };
            found.push((day, passage.place));
        }
        if found.is_empty() {
            let lines = self.claims.lines().iter().enumerate().filter(|(_, line)| line.left_out.is_none());
            let in_lines = lines.filter_map(|(at, line)| Some((at, published::in_prose(&line.text, format)?)));
            if let Some((at, day)) = in_lines.into_iter().next() {
                self.take_line_of_day(at);
                found.push((day, self.claims.place(at).clone()));
            }
        }
        let Some((first, _)) = found.first().cloned() else { return };
        // A bilingual document can print the day in two fields.
        let contradiction = found.iter().find(|(day, _)| day.day.last_day() != first.day.last_day());
        if let Some((other, place)) = contradiction.cloned() {
            let detail = format!(
                "The file gives “{}” and “{}” as the day of publication. Which is right?",
                first.printed, other.printed
            );
            let options: Vec<_> =
                [first.day.date(), other.day.date()].into_iter().flatten().map(|day| json!(day)).collect();
            let question = self.ask(QuestionCode::Contradiction, "/inspection/published_on", detail);
            question.with_options(options).with_words(&place, &other.printed);
        }
        let english = found.iter().find(|(day, _)| !welsh::is_welsh(&day.printed)).unwrap_or(&found[0]).clone();
        self.set_published(&english.0, &english.1);
        for part in self.parts.clone().iter().filter(|part| matches!(part.kind, PartKind::Field(Section::Published))) {
            // The same day in another field or in other words, so that no line is lost.
            let printed = self.claims.printed(part);
            let has_label =
                part.head.as_ref().is_some_and(|(line, _)| part.pieces.iter().any(|piece| piece.line == *line));
            if !printed.contains(&english.0.printed) || has_label && !printed.contains(':') {
                let line = part.pieces.first().map(|piece| piece.line);
                line.into_iter().for_each(|line| self.claims.leave(line, &printed, UnclaimedReason::FormField));
            }
        }
    }

    /// Lists the words of a field of which a member takes a part only.
    pub(super) fn leave_field(&mut self, part: usize) {
        let line = self.parts[part].pieces.first().map(|piece| piece.line);
        let printed = self.claims.printed(&self.parts[part]);
        if let Some(line) = line {
            self.claims.leave(line, &printed, UnclaimedReason::FormField);
        }
    }

    /// Claims the line of the day of publication, if it says nothing else.
    fn take_line_of_day(&mut self, line: usize) {
        let only = self.parts.iter().position(|part| {
            matches!(part.kind, PartKind::Loose)
                && part.pieces.iter().all(|piece| piece.line == line)
                && words(&part.text()).len() <= 14
        });
        if let Some(part) = only {
            self.leave(part, UnclaimedReason::Introduction);
        }
    }

    fn set_published(&mut self, found: &PrintedDay, place: &Place) {
        let pointer = "/inspection/published_on";
        let printed = &found.printed;
        let mut fact = Fact::printed(found.day.last_day().unwrap_or_default(), place, printed);
        let mut ask = |reading: &mut Self, detail: String| {
            fact.value = None;
            fact.confidence = crate::imports::proposal::Confidence::Missing;
            reading.ask(QuestionCode::UnclearDate, pointer, detail).with_words(place, printed);
        };
        match found.day {
            ParsedDay::Day(_) => {}
            ParsedDay::WrongWeekday(day) => {
                let detail = format!(
                    "“{printed}” names a weekday that {} is not. On which day was the report published?",
                    day.format("%-d %B %Y")
                );
                ask(self, detail);
            }
            ParsedDay::Month { .. } => ask(
                self,
                format!("The file prints only the month, “{printed}”. On which day was the report published?"),
            ),
            ParsedDay::Year(_) => {
                ask(
                    self,
                    format!("The file prints only the year, “{printed}”. On which day was the report published?"),
                );
            }
            ParsedDay::Impossible => {
                ask(self, format!("“{printed}” is no day of the calendar. On which day was the report published?"));
            }
        }
        self.proposal.inspection.published_on = fact;
    }

    fn read_reference(&mut self) {
        for part in self.fields(Section::Reference) {
            let text = self.parts[part].text();
            let plain = collapse(text.trim_start_matches(['#', ' ']));
            let is_one = !plain.is_empty() && !plain.contains(' ') && plain.bytes().any(|b| b.is_ascii_digit());
            if is_one
                && self.proposal.inspection.reference.value.is_none()
                && let Some(passage) = self.take(part)
            {
                self.proposal.inspection.reference = Fact::printed(plain, &passage.place, &passage.printed);
            }
        }
        if self.proposal.inspection.reference.value.is_some() {
            return;
        }
        // A line such as “Ref: #30101” or “HMICFRS reference #30101” without a known label.
        let loose = self.open_parts(|kind| matches!(kind, PartKind::Loose));
        for part in loose {
            let text = collapse(&self.parts[part].text());
            if let Some(reference) = reference::bracketed_reference(&text)
                .filter(|_| text.starts_with('#') || text.to_lowercase().starts_with("ref"))
            {
                if let Some(passage) = self.take(part) {
                    self.proposal.inspection.reference = Fact::printed(reference, &passage.place, &passage.printed);
                }
                return;
            }
        }
    }
}

/// Returns the first address on the web in a text.
pub(super) fn find_url(text: &str) -> Option<String> {
    let at = text.find("https://").or_else(|| text.find("http://"))?;
    let word = text[at..].split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '”')).next()?;
    Some(word.trim_end_matches(['.', ',', ';', ')']).to_owned())
}
