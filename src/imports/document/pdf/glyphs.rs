//! The glyphs of a page with their positions, in the order in which the file draws them.

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, RenderContent, SoftMask, TransformExt, interpret_page,
};

use super::super::{DocumentFault, symbols};

/// The most glyphs of a page.
const MAX_GLYPHS: usize = 300_000;

/// A glyph. Coordinates are those of its own direction of writing: `along` it, and `across` it downwards.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// Where the glyph begins and ends.
    pub(super) along: (f64, f64),
    /// The baseline.
    pub(super) across: f64,
    /// The size of the font.
    pub(super) size: f64,
    /// The direction of writing in quarters of a turn.
    pub(super) direction: u8,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct PageContent {
    pub(super) glyphs: Vec<Glyph>,
    /// The number of glyphs whose character is not known.
    pub(super) unread: usize,
    /// The number of pictures.
    pub(super) pictures: usize,
    /// The first glyph and the length of the last run.
    last_run: Option<(Point, usize)>,
    is_too_long: bool,
}

/// Reads the glyphs of a page or of its form fields.
///
/// # Errors
///
/// Returns `too_long` if the page has too many glyphs.
pub(super) fn read_glyphs<'a>(
    page: &Page<'a>,
    cache: &InterpreterCache<'a>,
    content: RenderContent,
) -> Result<PageContent, DocumentFault> {
    let settings = InterpreterSettings { render_content: content, ..InterpreterSettings::default() };
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, bounds, cache, page.xref(), settings);
    let mut shown = PageContent::default();
    interpret_page(page, &mut context, &mut shown);
    if shown.is_too_long {
        let detail = format!("A page has more than {MAX_GLYPHS} characters. Send it in several smaller files.");
        return Err(DocumentFault::new("too_long", detail));
    }
    Ok(shown)
}

impl<'a> Device<'a> for PageContent {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let place =
            |index: usize| run.glyphs().get(index).map(|glyph| (props.transform * glyph.transform()) * Point::ORIGIN);
        let Some(start) = place(0) else { return };
        // Bold or outlined text can be drawn twice at the same place.
        let again =
            self.last_run.is_some_and(|(before, length)| length == run.glyphs().len() && before.distance(start) < 0.6);
        self.last_run = Some((start, run.glyphs().len()));
        if again {
            return;
        }
        for glyph in run.glyphs() {
            if self.glyphs.len() >= MAX_GLYPHS {
                self.is_too_long = true;
                return;
            }
            let text = match glyph.as_unicode() {
                Some(BfString::Char(character)) => plain_text(&character.to_string()),
                Some(BfString::String(text)) => plain_text(&text),
                None => char::REPLACEMENT_CHARACTER.to_string(),
            };
            self.unread += usize::from(text.contains(char::REPLACEMENT_CHARACTER));
            let advance = match &**glyph {
                FontGlyph::Outline(outline) => outline.advance_width(),
                FontGlyph::Type3(drawn) => drawn.advance_width(),
            };
            let transform = props.transform * glyph.transform();
            let (start, end) = (Point::ORIGIN, Point::new(f64::from(advance.unwrap_or(500.0)), 0.0));
            let (start, end) = (transform * start, transform * end);
            // The coordinates of glyphs have a thousand units for the size of the font.
            let [a, b, c, d, ..] = transform.as_coeffs();
            let size = c.hypot(d) * 1_000.0;
            if !(start.x.is_finite() && start.y.is_finite() && end.x.is_finite() && end.y.is_finite() && size > 0.01) {
                continue;
            }
            let (direction, along, across) = if b.abs() <= a.abs() {
                if a >= 0.0 { (0, (start.x, end.x), start.y) } else { (2, (-start.x, -end.x), -start.y) }
            } else if b > 0.0 {
                (1, (start.y, end.y), -start.x)
            } else {
                (3, (-start.y, -end.y), start.x)
            };
            self.glyphs.push(Glyph { text, along, across, size, direction });
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.pictures += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// Returns the text of a glyph with letters in place of ligatures, and symbols in place of private characters.
fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{fb00}' => plain.push_str("ff"),
            '\u{fb01}' => plain.push_str("fi"),
            '\u{fb02}' => plain.push_str("fl"),
            '\u{fb03}' => plain.push_str("ffi"),
            '\u{fb04}' => plain.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => plain.push_str("st"),
            '\u{e000}'..='\u{f8ff}' => {
                plain.push(symbols::private_character(character).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            '\t' | '\n' | '\r' => plain.push(' '),
            _ => plain.push(character),
        }
    }
    plain
}
