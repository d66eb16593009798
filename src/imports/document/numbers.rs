//! The numbers of lists as text: digits, letters and Roman numerals.

/// The form of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NumberForm {
    /// `1`, `2`.
    #[default]
    Decimal,
    /// `01`, `02`.
    DecimalZero,
    /// `a` to `z`, then `aa`, `ab`.
    LowerLetter,
    /// `A` to `Z`, then `AA`, `AB`.
    UpperLetter,
    /// `a` to `z`, then `aa`, `bb`, as Word counts.
    LowerLetterRepeated,
    /// `A` to `Z`, then `AA`, `BB`, as Word counts.
    UpperLetterRepeated,
    /// `i`, `ii`.
    LowerRoman,
    /// `I`, `II`.
    UpperRoman,
    /// `1st`, `2nd`.
    Ordinal,
    /// `•`.
    Bullet,
    /// Nothing.
    None,
}

/// The largest number that is written in letters. Larger ones are written in digits, which bounds their length.
const MAX_IN_LETTERS: u32 = 2_600;

/// Returns a number as text.
pub(super) fn number_text(number: u32, form: NumberForm) -> String {
    let in_letters = (1..=MAX_IN_LETTERS).contains(&number);
    match form {
        NumberForm::DecimalZero => format!("{number:02}"),
        NumberForm::LowerLetter if in_letters => letters(number),
        NumberForm::UpperLetter if in_letters => letters(number).to_uppercase(),
        NumberForm::LowerLetterRepeated if in_letters => repeated_letter(number),
        NumberForm::UpperLetterRepeated if in_letters => repeated_letter(number).to_uppercase(),
        NumberForm::LowerRoman if in_letters => roman(number),
        NumberForm::UpperRoman if in_letters => roman(number).to_uppercase(),
        NumberForm::Ordinal => format!("{number}{}", ordinal_ending(number)),
        NumberForm::Bullet => "•".to_owned(),
        NumberForm::None => String::new(),
        _ => number.to_string(),
    }
}

/// Returns the letter of a number from 0 to 25.
fn letter(number: u32) -> char {
    char::from_digit(10 + number % 26, 36).unwrap_or('a')
}

fn letters(mut number: u32) -> String {
    let mut reversed = Vec::new();
    while number > 0 {
        number -= 1;
        reversed.push(letter(number));
        number /= 26;
    }
    reversed.iter().rev().collect()
}

fn repeated_letter(number: u32) -> String {
    let times = (number - 1) / 26 + 1;
    (0..times).map(|_| letter(number - 1)).collect()
}

fn roman(mut number: u32) -> String {
    const NUMERALS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut text = String::new();
    for (value, numeral) in NUMERALS {
        while number >= value {
            text.push_str(numeral);
            number -= value;
        }
    }
    text
}

fn ordinal_ending(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// Returns the beginning of a list item: its indentation, its number or bullet, and a space.
pub(super) fn list_prefix(level: usize, label: &str) -> String {
    let indentation = "  ".repeat(level.min(8));
    if label.is_empty() { indentation } else { format!("{indentation}{label} ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_list() {
        assert_eq!(number_text(27, NumberForm::LowerLetter), "aa");
        assert_eq!(number_text(28, NumberForm::LowerLetter), "ab");
        assert_eq!(number_text(28, NumberForm::UpperLetterRepeated), "BB");
        assert_eq!(number_text(26, NumberForm::LowerLetterRepeated), "z");
        assert_eq!(number_text(1994, NumberForm::UpperRoman), "MCMXCIV");
        assert_eq!(number_text(4, NumberForm::LowerRoman), "iv");
        assert_eq!(number_text(22, NumberForm::Ordinal), "22nd");
        assert_eq!(number_text(3, NumberForm::DecimalZero), "03");
        assert_eq!(number_text(u32::MAX, NumberForm::LowerLetterRepeated), "4294967295");
        assert_eq!(number_text(0, NumberForm::LowerRoman), "0");
    }
}
