//! The lines of a page. Programs draw text in the order of reading, also in columns and cells, so the order of the file
//! is kept unless most lines go upwards.

use super::glyphs::Glyph;

/// Distances as parts of the size of the font: between words, between cells, and the shift of a raised character.
const WORD_GAP: f64 = 0.17;
const CELL_GAP: f64 = 2.5;
const RAISED: f64 = 0.45;
/// The greatest overlap of two neighbouring glyphs on a line, as a fraction of the font size.
const OVERLAP: f64 = 0.6;

/// A line of a page.
#[derive(Clone, Debug)]
pub(super) struct PageLine {
    glyphs: Vec<Glyph>,
    baseline: f64,
    size: f64,
}

impl PageLine {
    fn new(glyph: Glyph) -> Self {
        Self { baseline: glyph.across, size: glyph.size, glyphs: vec![glyph] }
    }

    /// Returns the distance of the baseline from the top of the page.
    pub(super) fn baseline(&self) -> f64 {
        self.baseline
    }

    /// Returns where the line begins and ends.
    fn extent(&self) -> (f64, f64) {
        let (first, last) = (self.glyphs.first(), self.glyphs.last());
        (first.map_or(0.0, |glyph| glyph.along.0), last.map_or(0.0, |glyph| glyph.along.1))
    }

    fn direction(&self) -> u8 {
        self.glyphs.first().map_or(0, |glyph| glyph.direction)
    }

    /// Returns true if the glyph continues the line.
    fn continues_with(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        glyph.direction == self.direction()
            && (glyph.across - self.baseline).abs() < RAISED * size
            && glyph.along.0 > self.extent().1 - OVERLAP * size
    }

    fn push(&mut self, glyph: Glyph) {
        // The largest glyph has the baseline, because smaller ones can be raised.
        if glyph.size > self.size * 1.05 && !glyph.text.trim().is_empty() {
            self.size = glyph.size;
            self.baseline = glyph.across;
        }
        self.glyphs.push(glyph);
    }

    /// Returns the text, with a space between words and a tab between cells.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut end: Option<f64> = None;
        for (index, glyph) in self.glyphs.iter().enumerate() {
            let is_space = glyph.text.chars().all(char::is_whitespace);
            let gap = end.map_or(0.0, |end| glyph.along.0 - end) / self.size;
            if is_space {
                // The gap to the next glyph says how wide the space is.
                if !text.is_empty() && !text.ends_with([' ', '\t']) {
                    text.push(' ');
                }
                end = Some(if gap > WORD_GAP { end.unwrap_or(glyph.along.0) } else { glyph.along.1 });
                continue;
            }
            if gap > CELL_GAP {
                text.truncate(text.trim_end().len());
                text.push('\t');
            } else if gap > WORD_GAP && !text.is_empty() && !text.ends_with([' ', '\t']) {
                text.push(' ');
            }
            // Word draws the bullets of its second level as the letter o, far from the text.
            let next = self.glyphs[index + 1..].iter().find(|next| !next.text.trim().is_empty());
            let is_bullet = text.is_empty()
                && glyph.text == "o"
                && next.is_some_and(|next| next.along.0 - glyph.along.1 > 0.6 * glyph.size);
            text.push_str(if is_bullet { "•" } else { &glyph.text });
            end = Some(glyph.along.1);
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Returns the lines that glyphs form.
pub(super) fn lines_of(glyphs: Vec<Glyph>) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = Vec::new();
    for glyph in glyphs {
        // Spaces at other places, such as at the end of a paragraph, begin no line.
        let is_space = glyph.text.trim().is_empty();
        match lines.last_mut().filter(|line| line.continues_with(&glyph)) {
            Some(line) => line.push(glyph),
            None if is_space => {}
            None => lines.push(PageLine::new(glyph)),
        }
    }
    lines.retain(|line| !line.text().is_empty());
    fill_gaps(&mut lines);
    let upwards = lines.windows(2).filter(|pair| pair[1].baseline < pair[0].baseline - pair[0].size * 0.5).count();
    if lines.len() > 5 && upwards * 5 > lines.len() * 2 {
        sort_downwards(&mut lines);
    }
    lines
}

/// Joins each line with the one before it if its glyphs stand in gaps of that line. Some programs draw the characters of
/// another font, such as boxes, after the rest of the line.
fn fill_gaps(lines: &mut Vec<PageLine>) {
    let mut filled: Vec<PageLine> = Vec::with_capacity(lines.len());
    for line in lines.drain(..) {
        let before = filled.last_mut().filter(|before| are_on_one_baseline(before, &line));
        match before.and_then(|before| Some((fill_gap(before, &line)?, before))) {
            Some((glyphs, before)) => before.glyphs = glyphs,
            None => filled.push(line),
        }
    }
    *lines = filled;
}

/// Returns the glyphs of both lines in their order, if those of the second stand in gaps of the first.
fn fill_gap(line: &PageLine, other: &PageLine) -> Option<Vec<Glyph>> {
    if other.extent().0 > line.extent().1 {
        return None;
    }
    let visible = |line: &PageLine| {
        let glyphs = line.glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty());
        glyphs.cloned().collect::<Vec<_>>()
    };
    let mut glyphs = [visible(line), visible(other)].concat();
    glyphs.sort_by(|a, b| a.along.0.total_cmp(&b.along.0));
    let overlap = |pair: &[Glyph]| pair[0].along.1 - pair[1].along.0 > 0.3 * line.size;
    if glyphs.windows(2).any(overlap) { None } else { Some(glyphs) }
}

/// Sorts lines from the top of the page downwards, and joins those on the same baseline.
fn sort_downwards(lines: &mut Vec<PageLine>) {
    lines.sort_by(|a, b| {
        let key = |line: &PageLine| (line.direction(), line.baseline);
        let (a_key, b_key) = (key(a), key(b));
        a_key.0.cmp(&b_key.0).then(a_key.1.total_cmp(&b_key.1)).then(a.extent().0.total_cmp(&b.extent().0))
    });
    let mut sorted: Vec<PageLine> = Vec::with_capacity(lines.len());
    for line in lines.drain(..) {
        match sorted.last_mut().filter(|before| are_on_one_baseline(before, &line)) {
            Some(before) => {
                before.glyphs.extend(line.glyphs);
                before.glyphs.sort_by(|a, b| a.along.0.total_cmp(&b.along.0));
            }
            None => sorted.push(line),
        }
    }
    *lines = sorted;
}

fn are_on_one_baseline(a: &PageLine, b: &PageLine) -> bool {
    a.direction() == b.direction() && (a.baseline - b.baseline).abs() < RAISED * a.size.min(b.size)
}

/// Puts the values of form fields into the lines on whose baseline they stand, or between the lines.
pub(super) fn merge_form_fields(lines: &mut Vec<PageLine>, fields: Vec<PageLine>) {
    for field in fields {
        if let Some(line) = lines.iter_mut().find(|line| are_on_one_baseline(line, &field)) {
            line.glyphs.extend(field.glyphs);
            line.glyphs.sort_by(|a, b| a.along.0.total_cmp(&b.along.0));
        } else {
            let below = lines.iter().position(|line| line.baseline > field.baseline);
            lines.insert(below.unwrap_or(lines.len()), field);
        }
    }
}
