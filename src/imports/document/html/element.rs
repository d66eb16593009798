//! The kinds of elements of a page, by what they do to the lines.

use super::tree::Element;

/// What an element does to the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It shows nothing, such as a script.
    Ignored,
    /// It is a picture, a video or a drawing.
    Picture,
    /// It shows another page or document.
    Embedded,
    /// It ends the line.
    LineBreak,
    /// Its text was deleted from an earlier version.
    Deleted,
    /// Its text was inserted into an earlier version.
    Inserted,
    /// Its text is bold.
    Bold,
    /// Its text is struck through.
    Struck,
    /// It is a heading.
    Heading,
    /// Its line breaks and spaces stay.
    Preformatted,
    /// Its text is raised.
    Superscript,
    /// It is a list.
    List,
    /// It is an item of a list.
    ListItem,
    /// It is a table.
    Table,
    /// It is a field of a form.
    Input,
    /// It is a field of a form with a list of options.
    Select,
    /// It begins and ends lines.
    Block,
    /// Its text is part of the line.
    Inline,
}

impl Kind {
    /// Returns the kind of an element.
    pub(super) fn of(element: Element<'_>) -> Self {
        match element.name() {
            "head" | "script" | "style" | "template" | "noscript" | "title" | "meta" | "link" | "datalist"
            | "param" => Self::Ignored,
            "img" | "svg" | "video" | "audio" | "canvas" | "map" => Self::Picture,
            "iframe" | "frame" | "object" | "embed" | "frameset" => Self::Embedded,
            "br" => Self::LineBreak,
            "del" => Self::Deleted,
            "ins" => Self::Inserted,
            "s" | "strike" => Self::Struck,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "pre" | "textarea" => Self::Preformatted,
            "p" | "div" if has_style(element, "white-space", "pre") => Self::Preformatted,
            "sup" => Self::Superscript,
            "ol" | "ul" | "menu" => Self::List,
            "li" => Self::ListItem,
            "table" => Self::Table,
            "input" => Self::Input,
            "select" => Self::Select,
            "b" | "strong" => Self::Bold,
            "html" | "body" | "div" | "p" | "section" | "article" | "main" | "nav" | "header" | "footer" | "aside"
            | "address" | "blockquote" | "dl" | "dt" | "dd" | "details" | "summary" | "figure" | "figcaption"
            | "form" | "fieldset" | "legend" | "hr" | "center" | "caption" | "option" | "button" | "hgroup"
            | "search" | "dialog" => Self::Block,
            _ if has_style(element, "text-decoration", "line-through") => Self::Struck,
            _ if has_style(element, "font-weight", "bold") || has_style(element, "font-weight", "700") => Self::Bold,
            _ => Self::Inline,
        }
    }
}

/// Returns true if the page hides the element.
pub(super) fn is_hidden(element: Element<'_>) -> bool {
    element.attribute("hidden").is_some()
        || has_style(element, "display", "none")
        || has_style(element, "visibility", "hidden")
}

/// Returns true if the style of the element gives a property a value that contains a word.
pub(super) fn has_style(element: Element<'_>, property: &str, word: &str) -> bool {
    let declarations = element.attribute("style").unwrap_or_default().split(';');
    let mut pairs = declarations.filter_map(|declaration| declaration.split_once(':'));
    pairs.any(|(name, value)| {
        name.trim().to_ascii_lowercase().starts_with(property) && value.to_ascii_lowercase().contains(word)
    })
}
