//! The formats of the cells of an XLS file, its hidden rows and columns, and its merged cells (MS-XLS). The crate for
//! the values tells only which cells are dates.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::address::MergedArea;
use super::number_format::built_in_code;
use super::sheet::SheetLayout;
use super::{MAX_COLUMNS, MAX_ROWS};

/// The largest stream that is read, in bytes.
const MAX_STREAM: u64 = 64 * 1024 * 1024;

/// A format of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CellFormat {
    /// The code of the number format, empty for `General`.
    pub(super) code: String,
    /// Whether the text is struck through.
    pub(super) is_struck: bool,
}

/// The formats of a workbook, by their number.
pub(super) type WorkbookFormats = Vec<CellFormat>;

/// The formats and the layout of a worksheet.
#[derive(Debug, Default)]
pub(super) struct SheetFormats {
    pub(super) layout: SheetLayout,
    by_cell: HashMap<(u16, u16), u16>,
}

impl SheetFormats {
    /// Returns the number of the format of a cell.
    pub(super) fn format_of(&self, row: u32, column: u32) -> Option<usize> {
        let place = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
        self.by_cell.get(&place).map(|format| usize::from(*format))
    }
}

/// Reads the formats of a workbook and of its sheets, in their order. Returns none if the file is damaged.
pub(super) fn read(bytes: &[u8]) -> Option<(WorkbookFormats, Vec<SheetFormats>)> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut stream = Vec::new();
    file.open_stream(name).ok()?.take(MAX_STREAM).read_to_end(&mut stream).ok()?;
    read_stream(&stream)
}

/// The records of a stream: type and content.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);
    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, usize::from(u16_at(self.0, 2)?));
        let content = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, content))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

fn read_stream(stream: &[u8]) -> Option<(WorkbookFormats, Vec<SheetFormats>)> {
    let (mut codes, mut struck_fonts, mut formats) = (HashMap::new(), Vec::new(), Vec::new());
    let mut sheets = Vec::new();
    let mut is_biff8 = true;
    for (kind, content) in Records(stream) {
        match kind {
            // BOF
            0x0809 => is_biff8 = u16_at(content, 0) != Some(0x0500),
            // Font: bit 3 of its options strikes the text.
            0x0031 => struck_fonts.push(u16_at(content, 2).is_some_and(|options| options & 0x0008 != 0)),
            // Format
            0x041e => {
                if let Some((id, code)) = u16_at(content, 0).zip(format_code(content, is_biff8)) {
                    codes.insert(id, code);
                }
            }
            // XF: the font and the number format.
            0x00e0 => formats.push((u16_at(content, 0).unwrap_or_default(), u16_at(content, 2).unwrap_or_default())),
            // BoundSheet8: the position of a sheet.
            0x0085 => {
                let position = u32::from_le_bytes(content.get(..4)?.try_into().ok()?);
                sheets.push(usize::try_from(position).ok()?);
            }
            // EOF
            0x000a => break,
            _ => {}
        }
    }
    let format = |(font, id): &(u16, u16)| {
        // The number 4 is never used for a font.
        let font = usize::from(*font);
        let font = if font > 4 { font - 1 } else { font };
        // Formats 5 to 8, 42 and 44 show the currency of the computer's country, unless the file has its own code.
        let built_in = || match id {
            5..=8 | 42 | 44 => "?local?".to_owned(),
            id => built_in_code(*id).unwrap_or_default().to_owned(),
        };
        let code = codes.get(id).cloned().unwrap_or_else(built_in);
        let code = if code.eq_ignore_ascii_case("general") { String::new() } else { code };
        CellFormat { code, is_struck: struck_fonts.get(font).copied().unwrap_or_default() }
    };
    let formats: Vec<CellFormat> = formats.iter().map(format).collect();
    let sheets = sheets.into_iter().map(|at| read_sheet(stream.get(at..).unwrap_or_default(), &formats)).collect();
    Some((formats, sheets))
}

/// Returns the code of a format record.
fn format_code(content: &[u8], is_biff8: bool) -> Option<String> {
    if !is_biff8 {
        let length = usize::from(*content.get(2)?);
        return Some(content.get(3..3 + length)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let length = usize::from(u16_at(content, 2)?);
    let is_wide = content.get(4)? & 1 != 0;
    let text = content.get(5..)?;
    if !is_wide {
        return Some(text.get(..length)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let units = text.get(..length * 2)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Reads the formats of a sheet up to its end. Embedded charts inside it are skipped.
fn read_sheet(stream: &[u8], formats: &[CellFormat]) -> SheetFormats {
    let mut sheet = SheetFormats::default();
    let mut depth = 0_u32;
    for (kind, content) in Records(stream) {
        match kind {
            0x0809 => depth += 1,
            0x000a if depth <= 1 => break,
            0x000a => depth -= 1,
            _ if depth == 1 => {
                let _ = sheet.read_record(kind, content, formats);
            }
            _ => {}
        }
    }
    sheet
}

impl SheetFormats {
    /// Reads a record. Returns none if it is too short.
    fn read_record(&mut self, kind: u16, content: &[u8], formats: &[CellFormat]) -> Option<()> {
        let number = |at| u16_at(content, at);
        match kind {
            // Row: bit 5 of its options hides it.
            0x0208 if content.get(12)? & 0x20 != 0 => {
                self.layout.hidden_rows.insert(u32::from(number(0)?));
            }
            // ColInfo: bit 0 of its options hides the columns.
            0x007d if content.get(8)? & 1 != 0 => {
                let last = number(2)?.min(u16::try_from(MAX_COLUMNS).ok()?);
                self.layout.hidden_columns.extend(u32::from(number(0)?)..=u32::from(last));
            }
            // Number, Label, BoolErr, RK, LabelSst, RString and Formula begin with row, column and format.
            0x0203 | 0x0204 | 0x0205 | 0x027e | 0x00fd | 0x00d6 | 0x0006 => {
                self.add(number(0)?, number(2)?, number(4)?, formats);
            }
            // MulRk: a row, the first column, and then a format with each number.
            0x00bd => {
                let (row, first) = (number(0)?, number(2)?);
                for (column, pair) in (first..).zip(content.get(4..)?.chunks_exact(6)) {
                    self.add(row, column, u16_at(pair, 0)?, formats);
                }
            }
            // MergeCells
            0x00e5 => {
                for area in content.get(2..)?.chunks_exact(8).take(usize::from(number(0)?)) {
                    let part = |at| u16_at(area, at).map(u32::from);
                    let (first, last) = ((part(0)?, part(4)?), (part(2)?, part(6)?));
                    if first.0 <= last.0 && first.1 <= last.1 {
                        self.layout.add_merged(MergedArea { first, last }).ok()?;
                    }
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Adds the format of a cell, if it changes how the cell is shown.
    fn add(&mut self, row: u16, column: u16, format: u16, formats: &[CellFormat]) {
        let matters = formats.get(usize::from(format)).is_some_and(|it| !it.code.is_empty() || it.is_struck);
        if matters && u32::from(row) <= MAX_ROWS && usize::from(column) <= MAX_COLUMNS {
            self.by_cell.insert((row, column), format);
        }
    }
}
