//! A number in decimal digits, as a spreadsheet shows it.

/// A number with at most 15 significant digits, which is what spreadsheets show of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// Whether the number is below zero.
    pub(super) is_negative: bool,
    /// The digits `d₁d₂…` of 0.d₁d₂… × 10^`exponent`, without zeros at either end. Zero has none.
    digits: Vec<u8>,
    exponent: i32,
}

impl Decimal {
    /// Creates a number. Returns none for infinity and for what is not a number.
    pub(super) fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let text = format!("{:.14e}", value.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        let mut number = Self { is_negative: value < 0.0, digits, exponent: exponent.parse::<i32>().ok()? + 1 };
        number.normalize();
        Some(number)
    }

    fn normalize(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.exponent -= i32::try_from(zeros).unwrap_or_default();
        if self.digits.is_empty() {
            (self.exponent, self.is_negative) = (0, false);
        }
    }

    /// Returns true for zero.
    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Multiplies the number by a power of ten.
    pub(super) fn shift(&mut self, power: i32) {
        if !self.is_zero() {
            self.exponent += power;
        }
    }

    /// Rounds to a number of decimal places, halves away from zero.
    pub(super) fn round(&mut self, places: i32) {
        let kept = self.exponent + places;
        let Ok(kept) = usize::try_from(kept) else {
            self.digits.clear();
            return self.normalize();
        };
        if kept >= self.digits.len() {
            return;
        }
        let rounds_up = self.digits[kept] >= 5;
        self.digits.truncate(kept);
        if rounds_up {
            while let Some(9) = self.digits.last() {
                self.digits.pop();
            }
            match self.digits.last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    self.digits.push(1);
                    self.exponent += 1;
                }
            }
        }
        self.normalize();
    }

    /// Returns the digits before the decimal point, none for a number below one.
    pub(super) fn integer_digits(&self) -> Vec<u8> {
        let length = usize::try_from(self.exponent).unwrap_or_default();
        let digits = self.digits.iter().copied().chain(std::iter::repeat(0));
        digits.take(length).collect()
    }

    /// Returns the digits after the decimal point, without zeros at the end.
    pub(super) fn fraction_digits(&self) -> Vec<u8> {
        match usize::try_from(self.exponent) {
            Ok(length) => self.digits.iter().skip(length).copied().collect(),
            Err(_) => {
                let zeros = usize::try_from(-self.exponent).unwrap_or_default();
                std::iter::repeat_n(0, zeros).chain(self.digits.iter().copied()).collect()
            }
        }
    }

    /// Returns the number as a person types it.
    pub(super) fn to_plain(&self) -> String {
        let text = |digits: Vec<u8>| digits.into_iter().map(|digit| char::from(b'0' + digit)).collect::<String>();
        let (integer, fraction) = (text(self.integer_digits()), text(self.fraction_digits()));
        let sign = if self.is_negative { "-" } else { "" };
        let integer = if integer.is_empty() { "0" } else { &integer };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{integer}{point}{fraction}")
    }
}

/// Returns a number as a person types it: whole numbers without a decimal point, and sums without the digits that
/// binary fractions add.
pub(super) fn plain_number(value: f64) -> String {
    Decimal::from_f64(value).map_or_else(|| value.to_string(), |number| number.to_plain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_as_it_was_typed() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (3.1, "3.1"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.3"),
            (21_912.0, "21912"),
            (0.0005, "0.0005"),
            (1e15, "1000000000000000"),
            (123_456_789_012.0, "123456789012"),
            (1.0 / 3.0, "0.333333333333333"),
        ] {
            assert_eq!(plain_number(value), text);
        }
        assert_eq!(Decimal::from_f64(f64::NAN), None);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (value, places, text) in [
            (1.005, 2, "1.01"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (0.4, 0, "0"),
            (-0.4, 0, "0"),
            (0.5, 0, "1"),
            (99.95, 1, "100"),
            (0.0049, 2, "0"),
            (0.00049, 2, "0"),
            (12.34, 5, "12.34"),
        ] {
            let mut number = Decimal::from_f64(value).expect("a number");
            number.round(places);
            assert_eq!(number.to_plain(), text, "{value}");
        }
    }
}
