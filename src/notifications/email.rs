//! The text of an e-mail, as plain text and as HTML, and its MIME form. Every value comes from a record or a token, so each
//! is one line without control characters before it goes into a header.

use std::collections::BTreeMap;
use std::time::SystemTime;

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use uuid::Uuid;

use super::kind::NotificationKind;
use super::model::{EmailLine, EmailRecord};
use super::wording::{self, Phrase};
use crate::areas::NotificationLanguage;
use crate::vocabulary::WireName;

/// The longest value of a line, in characters.
const MAX_CHARACTERS: usize = 300;

/// An e-mail in words.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The id, of which the Message-ID is made.
    pub id: Uuid,
    /// The address of the recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The page on which the recipient can change what is sent.
    pub preferences: Option<String>,
    /// The language.
    pub language: NotificationLanguage,
    /// The kind of its only notification. `None` for several.
    pub kind: Option<NotificationKind>,
    /// What its first notification tells, by the names that templates of another service use.
    pub parameters: BTreeMap<&'static str, String>,
    /// True if it may have been accepted before.
    pub is_repeated: bool,
}

/// One notification, as the templates show it.
struct Item {
    phrase: Phrase,
    title: Option<String>,
    day: Option<String>,
    who: Option<String>,
    link: Option<String>,
    /// Why it goes to a further role.
    note: Option<&'static str>,
}

impl Item {
    /// Returns what the notification tells, by name. A name without a value has an empty text, because a template must get
    /// every name that it uses.
    fn parameters(&self, area: &str, why: &str) -> BTreeMap<&'static str, String> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        [
            ("headline", self.phrase.headline.clone()),
            ("to_do", self.phrase.to_do.clone()),
            ("note", self.note.unwrap_or_default().to_owned()),
            ("area", area.to_owned()),
            ("report", text(&self.title)),
            ("day", text(&self.day)),
            ("by", text(&self.who)),
            ("link", text(&self.link)),
            ("why", why.to_owned()),
        ]
        .into()
    }
}

#[derive(Template)]
#[template(path = "email.txt", escape = "none")]
struct TextTemplate<'a> {
    labels: &'static wording::Labels,
    area: &'a str,
    items: &'a [Item],
    why: &'a str,
}

#[derive(Template)]
#[template(path = "email.html")]
struct HtmlTemplate<'a> {
    language: &'static str,
    subject: &'a str,
    labels: &'static wording::Labels,
    area: &'a str,
    items: &'a [Item],
    why: &'a str,
}

/// Returns a value as one line without control characters, and shortens it.
pub(super) fn one_line(value: &str) -> String {
    let spaced: String = value.chars().map(|c| if c.is_control() || c == '\u{2028}' { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Returns the address of a record in the frontend.
fn link(frontend: &str, line: &EmailLine) -> String {
    let folder = if line.resource == "evidence" { "evidence".to_owned() } else { format!("{}s", line.resource) };
    format!("{}/{folder}/{}", frontend.trim_end_matches('/'), line.resource_id)
}

/// Writes an e-mail that tells these lines today.
pub fn write(record: &EmailRecord, lines: &[EmailLine], frontend: Option<&str>, today: NaiveDate) -> Mail {
    let language = record.language;
    let labels = wording::labels(language);
    let item = |line: &EmailLine| {
        let Phrase { headline, to_do } = wording::phrase(language, line, today);
        let reason = if line.lead.is_some_and(|lead| lead < 0) { labels.late } else { labels.unopened };
        Item {
            phrase: Phrase { headline: one_line(&headline), to_do },
            title: line.title.as_deref().map(one_line),
            day: line.day.map(|day| wording::day(language, day)),
            who: line.who.as_deref().map(one_line),
            link: frontend.map(|frontend| link(frontend, line)),
            note: (line.kind == NotificationKind::Escalated).then_some(reason),
        }
    };
    let items: Vec<Item> = lines.iter().map(item).collect();
    let subject = match items.as_slice() {
        [only] => only.phrase.headline.clone(),
        several => labels.digest.replace("{count}", &several.len().to_string()),
    };
    let area = one_line(&record.area_name);
    let why = if record.is_for_person { labels.why_person } else { labels.why_area };
    let text = TextTemplate { labels, area: &area, items: &items, why };
    let html = HtmlTemplate { language: language.as_str(), subject: &subject, labels, area: &area, items: &items, why };
    let (text, html) = (text.render().unwrap_or_default(), html.render().unwrap_or_default());
    let preferences = frontend.map(|frontend| format!("{}/me/notifications", frontend.trim_end_matches('/')));
    Mail {
        id: record.id,
        to: record.recipient.clone(),
        subject,
        text,
        html,
        preferences,
        language,
        kind: if let [only] = lines { Some(only.kind) } else { None },
        parameters: items.first().map(|item| item.parameters(&area, why)).unwrap_or_default(),
        is_repeated: record.handed_over_at.is_some(),
    }
}

/// Returns a header that lettre has no type for. The value is ASCII without control characters.
fn raw_header(name: &'static str, value: &str) -> HeaderValue {
    let value: String = value.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()).collect();
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

impl Mail {
    /// Returns the MIME form from a sender.
    ///
    /// # Errors
    /// The reason why there is none, such as an address that is not valid.
    pub fn to_mime(&self, from: &Mailbox, at: DateTime<Utc>) -> Result<Message, String> {
        let to: Address = self.to.parse().map_err(|_| format!("`{}` is not an e-mail address", one_line(&self.to)))?;
        let mut message = Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(&self.subject)
            .message_id(Some(format!("<{}@{}>", self.id, from.email.domain())))
            .date(SystemTime::from(at))
            // So that an absence note does not answer, and other programs know that no person wrote this (RFC 3834).
            .raw_header(raw_header("Auto-Submitted", "auto-generated"));
        if let Some(page) = &self.preferences {
            message = message.raw_header(raw_header("List-Unsubscribe", &format!("<{page}>")));
        }
        let parts = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        message.multipart(parts).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(subject: &str) -> Mail {
        let text = "Text".to_owned();
        let html = "<p>Text".to_owned();
        let (id, to) = (Uuid::nil(), "office@example.org".to_owned());
        Mail {
            id,
            to,
            subject: one_line(subject),
            text,
            html,
            preferences: Some("https://app.example/me".to_owned()),
            language: NotificationLanguage::English,
            kind: None,
            parameters: BTreeMap::new(),
            is_repeated: false,
        }
    }

    fn formatted(mail: &Mail) -> String {
        let from: Mailbox = "Section 55 <no-reply@section55.example>".parse().expect("a mailbox");
        let at = "2022-03-22T12:00:00Z".parse().expect("an instant");
        String::from_utf8(mail.to_mime(&from, at).expect("a message").formatted()).expect("ASCII")
    }

    #[test]
    fn no_value_can_add_a_header() {
        let long = "Adroddiad ŵ ".repeat(100);
        for subject in ["One\r\nBcc: other@example.org", "One\nBcc: other@example.org\n\nBody", "a\u{2028}b\0c", &long]
        {
            let text = formatted(&mail(subject));
            let (head, _) = text.split_once("\r\n\r\n").expect("a head");
            assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
            assert!(head.lines().all(|line| line.len() <= 998 && line.is_ascii()), "{head}");
            let starts = head.lines().filter(|line| line.starts_with("Subject:")).count();
            assert_eq!(starts, 1, "{head}");
        }
        let other = Mail { to: "a@example.org\r\nBcc: b@example.org".to_owned(), ..mail("One") };
        let from: Mailbox = "no-reply@section55.example".parse().expect("a mailbox");
        assert!(other.to_mime(&from, DateTime::UNIX_EPOCH).is_err());
    }

    #[test]
    fn the_headers_identify_the_message() {
        let text = formatted(&mail("Ymateb ŵ"));
        for header in [
            "Message-ID: <00000000-0000-0000-0000-000000000000@section55.example>",
            "Auto-Submitted: auto-generated",
            "List-Unsubscribe: <https://app.example/me>",
            "Content-Type: multipart/alternative",
        ] {
            assert!(text.contains(header), "{header}: {text}");
        }
    }
}
