//! What a reader of a format leaves out, or keeps with a doubt. Each kind becomes one notice of the document.

use super::Notice;

/// The most characters of the words that a notice quotes.
const MAX_QUOTED: usize = 300;

/// A kind of content that a reader leaves out, or keeps with a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Omission {
    /// Pictures.
    Pictures,
    /// Tracked changes, which are read as if they were accepted.
    TrackedChanges,
    /// Comments of reviewers.
    Comments,
    /// Text that the file hides.
    HiddenText,
    /// Headers and footers of pages.
    HeaderOrFooter,
    /// The table of contents.
    TableOfContents,
    /// Prompts in form fields that nobody filled in.
    Placeholders,
    /// Text that is struck through. It stays in a cell that is struck through as a whole.
    StruckText,
    /// Tables in cells of tables, whose text stays.
    NestedTables,
    /// Characters that could not be read.
    UnreadCharacters,
    /// Numbers of lists in a form that is not supported.
    NumberFormats,
    /// Parts that are documents of their own, such as frames that show another page.
    EmbeddedParts,
    /// Scripts of a web page.
    Scripts,
    /// Pages without text.
    PagesWithoutText,
}

impl Omission {
    /// Returns the code of the notice.
    fn code(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::TrackedChanges => "tracked_changes",
            Self::Comments => "comments",
            Self::HiddenText => "hidden_text",
            Self::HeaderOrFooter => "header_or_footer",
            Self::TableOfContents => "table_of_contents",
            Self::Placeholders => "placeholders",
            Self::StruckText => "struck_text",
            Self::NestedTables => "nested_tables",
            Self::UnreadCharacters => "unread_characters",
            Self::NumberFormats => "number_formats",
            Self::EmbeddedParts => "embedded_parts",
            Self::Scripts => "scripts",
            Self::PagesWithoutText => "pages_without_text",
        }
    }

    /// Returns the sentence of the notice.
    fn sentence(self, count: u32) -> String {
        match self {
            Self::Pictures => format!("Pictures were left out: {count}."),
            Self::TrackedChanges => format!("Tracked changes were read as if they were accepted: {count}."),
            Self::Comments => format!("Comments were left out: {count}."),
            Self::HiddenText => "Hidden text was left out.".to_owned(),
            Self::HeaderOrFooter => "The headers and footers of the pages were left out.".to_owned(),
            Self::TableOfContents => "The table of contents was left out.".to_owned(),
            Self::Placeholders => format!("Form fields that nobody filled in were left empty: {count}."),
            Self::StruckText => {
                "Text that is struck through was left out, other than whole cells of tables.".to_owned()
            }
            Self::NestedTables => format!("Tables inside cells of tables were read as lines of the cell: {count}."),
            Self::UnreadCharacters => format!("Characters that could not be read were replaced by �: {count}."),
            Self::NumberFormats => {
                format!("Numbers of lists in words or other scripts were read as digits: {count}.")
            }
            Self::EmbeddedParts => format!("Embedded documents and pages were left out: {count}."),
            Self::Scripts => format!(
                "The page has scripts, which were left out: {count}. They run if the file of the import is downloaded and \
                 opened in a browser."
            ),
            Self::PagesWithoutText => format!("Pages without text, such as scans, were left out: {count}."),
        }
    }

    /// Returns the words before the quotation in the notice.
    fn quotation(self) -> &'static str {
        match self {
            Self::Pictures => "Their descriptions",
            Self::TrackedChanges => "Deleted words",
            _ => "The words",
        }
    }
}

/// Collects omissions while a document is read.
#[derive(Debug, Default)]
pub(super) struct Omissions(Vec<(Omission, u32, String)>);

impl Omissions {
    /// Records an omission with its words, which may be empty.
    pub(super) fn add(&mut self, omission: Omission, words: &str) {
        let index = match self.0.iter().position(|(of, ..)| *of == omission) {
            Some(index) => index,
            None => {
                self.0.push((omission, 0, String::new()));
                self.0.len() - 1
            }
        };
        let (_, count, quoted) = &mut self.0[index];
        *count = count.saturating_add(1);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_known = quoted.split(" · ").any(|known| known == words);
        if words.is_empty() || is_known || quoted.len() > 4 * MAX_QUOTED {
            return;
        }
        if !quoted.is_empty() {
            quoted.push_str(" · ");
        }
        quoted.extend(words.chars().take(MAX_QUOTED));
    }

    /// Returns the notices, one for each kind.
    pub(super) fn into_notices(mut self) -> Vec<Notice> {
        self.0.sort_by_key(|(omission, ..)| *omission);
        let notices = self.0.into_iter().map(|(omission, count, quoted)| {
            let mut detail = omission.sentence(count);
            if !quoted.is_empty() {
                let mut words: String = quoted.chars().take(MAX_QUOTED).collect();
                if words.len() < quoted.len() {
                    words.push('…');
                }
                detail.push_str(&format!(" {}: “{words}”.", omission.quotation()));
            }
            Notice { code: omission.code().to_owned(), detail }
        });
        notices.collect()
    }
}
