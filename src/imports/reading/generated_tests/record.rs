//! Random records: an inspection, its recommendations and the response, in the words of reports.

use chrono::{Datelike, Days, Months, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The record that a document is made from.
#[derive(Clone, Debug)]
pub struct Record {
    pub title: String,
    /// The wire name of the kind that the title states.
    pub kind: &'static str,
    pub published_on: NaiveDate,
    pub published_printed: String,
    pub recommendations: Vec<Item>,
    pub improvements: Vec<Item>,
    pub comments: String,
    pub chief_comments: String,
    pub answered_on: NaiveDate,
}

/// A recommendation or an area for improvement.
#[derive(Clone, Debug)]
pub struct Item {
    pub text: String,
    pub target: Value,
    /// The branch and text of the explanation.
    pub explanation: Option<(&'static str, String)>,
    /// The policing body's own words on it.
    pub remark: Option<String>,
}

/// Words that have a meaning for the reader in some places. None may cost a line.
pub const READER_WORDS: &[&str] = &[
    "Recommendation",
    "Recommendations:",
    "Recommendation 1:",
    "Area for improvement",
    "AFI 2 –",
    "1.",
    "2)",
    "(a)",
    "•",
    "3.1",
    "Response:",
    "Force response:",
    "Commissioner’s comments",
    "Published",
    "Date published:",
    "3 May 2024",
    "31/12/23",
    "by June 2024",
    "within three months",
    "Immediately,",
    "Title of inspection:",
    "OFFICIAL",
    "Page 1 of 2",
    "Yours sincerely",
    "Dear",
    "Signed:",
    "☒",
    "☐ National",
    "[x]",
    "Cause of concern",
    "#30101",
    "-",
    "should",
    "the force",
    "Argymhelliad 1",
    "Chief Constable",
    "“",
    "”",
    "\t",
    "|",
    "Status",
    "Deadline",
    "http://inspectors.example/report",
];

pub const FORCE_LABELS: &[&str] = &[
    "Action:",
    "Our answer:",
    "Progress:",
    "Where we are:",
    "Northmere Police’s position:",
    "Constabulary reply:",
    "What is being done:",
];

pub const BODY_LABELS: &[&str] =
    &["Comment:", "Remark:", "PCC’s observation:", "Scrutiny note:", "What the Commissioner thinks:"];

pub const HEADINGS: &[&str] = &[
    "What the Commissioner thinks",
    "A word before we start",
    "Commissioner’s introduction",
    "Statement from the PCC",
    "What does the Commissioner say?",
];

const BODIES: &[&str] = &["the force", "Northmere Police", "the constabulary"];

const ACTS: &[&str] = &[
    "record each call from a child",
    "answer nine calls in ten within ten seconds",
    "read again the 3.2 million records that it holds",
    "share what it learns (see paragraph 4.12) with schools",
    "publish the results; and tell victims of them",
    "make sure that nobody waits more than 56 days for a visit",
    "train each sergeant who checks case files",
    "stop using answering machines – day or night – for emergency calls",
    "tell the public what it did about their response to the survey",
    "keep a list of the “wanted” and read it each day",
    "agree with the council who looks after a child at night",
    "look at how it deals with areas for improvement that come back",
    "write down why it refuses a complaint, and who decided",
    "review its cause of concern register each quarter",
];

const LATER_SENTENCES: &[&str] = &[
    "",
    "",
    " This should include people who live in rural areas.",
    " It should do so with its partners: the council, the health board and the courts.",
    " The plan of 2 May 2019 is no longer enough.",
];

const EXPLANATIONS: &[(&str, &str)] = &[
    ("action_taken", "The work was finished on 3 May 2023."),
    ("action_taken", "This has been in place since January 2024, and it is checked each month."),
    ("action_proposed", "A new team will begin the work in October 2025."),
    ("action_proposed", "We will do this by 30 June 2026. Two posts have been paid for."),
    ("no_action", "Not accepted. The force has no such unit."),
];

const REMARKS: &[&str] = &["I support this.", "My office looked at ten cases and saw it.", "I want this done sooner."];

const COMMENTS: &[&str] = &[
    "I welcome the report.",
    "Residents tell me the same as the inspectors.",
    "The findings are fair, and some of them are hard to read.",
    "I expect the work to be done on time.",
    "My office will look at twenty cases each quarter.",
    "Victims deserve better than this.",
];

const CHIEF_COMMENTS: &[&str] = &[
    "We accept the findings.",
    "Our officers and staff work hard in difficult times.",
    "Each of the points is on our governance system.",
    "The control room has more people than it had last year.",
];

const TITLES: &[(&str, &str)] = &[
    ("PEEL 2023–2025: An inspection of Northmere Police", "peel"),
    ("Slow to answer: a national thematic inspection of control rooms", "national_thematic"),
    ("Two halves of a case: a joint thematic inspection of case files", "joint_thematic"),
    ("Northmere Police: Crime Data Integrity inspection", "crime_data_integrity"),
    ("National child protection inspection of Northmere Police", "child_protection"),
    ("Custody in Northmere: an unannounced inspection of police custody", "custody"),
];

/// Any record with up to 12 recommendations and areas for improvement.
pub fn any_record() -> impl Strategy<Value = Record> {
    let day = (0u64..2_500, 30u64..56);
    let items = (prop::collection::vec(any_item(), 0..=8), prop::collection::vec(any_item(), 0..=4));
    let texts = (prop::sample::subsequence(COMMENTS, 1..=4), prop::sample::subsequence(CHIEF_COMMENTS, 1..=3));
    (prop::sample::select(TITLES), day, 0usize..6, items, texts).prop_map(
        |((title, kind), (day, later), form, items, texts)| {
            let first = NaiveDate::from_ymd_opt(2018, 1, 8).expect("a day");
            let published_on = first + Days::new(day);
            let mut districts = DISTRICTS.iter();
            let mut resolve = |items: Vec<Item>| {
                let items = items.into_iter().zip(districts.by_ref());
                items.map(|(item, district)| item.counted_from(published_on).of_district(district)).collect()
            };
            Record {
                title: title.to_owned(),
                kind,
                published_on,
                published_printed: print_day(published_on, form),
                recommendations: resolve(items.0),
                improvements: resolve(items.1),
                comments: texts.0.join(" "),
                chief_comments: texts.1.join(" "),
                answered_on: published_on + Days::new(later),
            }
        },
    )
}

fn any_item() -> impl Strategy<Value = Item> {
    let words = (prop::sample::select(BODIES), prop::sample::select(ACTS), prop::sample::select(LATER_SENTENCES));
    let target = (0usize..7, 0u64..900);
    let explanation = prop::option::weighted(0.8, prop::sample::select(EXPLANATIONS));
    let remark = prop::option::of(prop::sample::select(REMARKS));
    (words, target, explanation, remark).prop_map(|((body, act, later), (form, days), explanation, remark)| {
        let day = NaiveDate::from_ymd_opt(2024, 1, 31).expect("a day") + Days::new(days);
        let printed = format!("{} {} {}", day.day(), day.format("%B"), day.year());
        let (before, between, target) = match form {
            0 => (format!("By {printed}, "), String::new(), by(&format!("By {printed}"), day)),
            1 => (String::new(), format!(", by {printed},"), by(&format!("by {printed}"), day)),
            2 => (
                "Within three months, ".to_owned(),
                String::new(),
                json!({ "kind": "within", "text": "Within three months", "on": 3 }),
            ),
            3 => (
                String::new(),
                ", within six months,".to_owned(),
                json!({ "kind": "within", "text": "within six months", "on": 6 }),
            ),
            4 => (
                "Immediately, ".to_owned(),
                String::new(),
                json!({ "kind": "immediate", "text": "Immediately", "on": null }),
            ),
            _ => (String::new(), String::new(), json!({ "kind": "none", "text": null, "on": null })),
        };
        let sentence = format!("{before}{body} should{between} {act}.{later}");
        let first = sentence.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        Item {
            text: first + &sentence[1..],
            target,
            explanation: explanation.map(|(branch, text)| (branch, text.to_owned())),
            remark: remark.map(str::to_owned),
        }
    })
}

/// The districts that make the texts of a record different from each other.
const DISTRICTS: &[&str] = &[
    "Ashby", "Brook", "Carrow", "Dunmere", "Elmley", "Farrow", "Greave", "Harle", "Inchby", "Kelder", "Linley",
    "Marrow",
];

fn by(printed: &str, on: NaiveDate) -> Value {
    json!({ "kind": "by_date", "text": printed, "on": on })
}

impl Item {
    /// Replaces a number of months by the day that it means.
    fn counted_from(mut self, published_on: NaiveDate) -> Self {
        if let Some(months) = self.target["on"].as_u64() {
            let months = Months::new(u32::try_from(months).expect("a few months"));
            self.target["on"] = json!(published_on.checked_add_months(months));
        }
        self
    }

    /// Adds the district to the first sentence.
    fn of_district(mut self, district: &str) -> Self {
        let end = self.text.find(". ").unwrap_or(self.text.len() - 1);
        self.text.insert_str(end, &format!(" in {district}"));
        self
    }
}

/// Prints a day in one of the forms that offices use.
fn print_day(day: NaiveDate, form: usize) -> String {
    let suffix = match day.day() {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    let number = day.day();
    match form {
        0 => day.format("%d/%m/%Y").to_string(),
        1 => format!("{number}{suffix} {}", day.format("%B %Y")),
        2 => format!("{} {number} {}", day.format("%A"), day.format("%B %Y")),
        3 => format!("{}, {number}{suffix} {}", day.format("%A"), day.format("%B %Y")),
        4 => format!("{number} {}", day.format("%b %Y")),
        _ => format!("{number} {}", day.format("%B %Y")),
    }
}
