//! A decimal number of any size and precision that never loses a digit.
//!
//! The host computes with 512-bit floats and sends what a double cannot hold as text, so numbers
//! stay decimal here from end to end. Start at [`Number`].

use std::{cmp::Ordering, fmt, str::FromStr};

/// The most significant digits and the greatest power of ten a number may have.
const MAX_DIGITS: usize = 10_000;
/// The longest literal that is looked at: enough for every number within [`MAX_DIGITS`].
const MAX_LITERAL: usize = 4 * MAX_DIGITS;
/// The smallest double, 2^-1074, has this many decimal places and no double has more.
const F64_PLACES: usize = 1074;

/// A number, exact, in one canonical form: equal numbers are equal whatever their notation was.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(Form);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    Infinite {
        negative: bool,
    },
    /// ±0.DIGITS × 10^point, where the digits neither start nor end in zero. Zero has no digits.
    Finite {
        negative: bool,
        digits: String,
        point: i32,
    },
}

/// Why something is not a [`Number`]. It does not repeat the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidNumber {
    /// Not a decimal number.
    Syntax,
    /// More digits, or a greater exponent, than any honest number has.
    Size,
}

impl std::error::Error for InvalidNumber {}

impl fmt::Display for InvalidNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not a decimal number",
            Self::Size => "a number with too many digits",
        })
    }
}

impl Number {
    /// Greater than every other number.
    pub const INFINITY: Self = Self(Form::Infinite { negative: false });
    /// Less than every other number.
    pub const NEG_INFINITY: Self = Self(Form::Infinite { negative: true });

    /// Whether this is a finite whole number.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Form::Infinite { .. } => false,
            Form::Finite { digits, point, .. } => {
                i32::try_from(digits.len()).is_ok_and(|digits| digits <= *point)
            }
        }
    }

    /// This number as an `i64`, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        self.short_integer()?.parse().ok()
    }

    /// This number as a `u64`, if it is one.
    pub fn as_u64(&self) -> Option<u64> {
        self.short_integer()?.parse().ok()
    }

    /// The double that equals this number exactly, if there is one.
    pub fn as_exact_f64(&self) -> Option<f64> {
        let double = self.nearest_f64();
        (Self::try_from(double).as_ref() == Ok(self)).then_some(double)
    }

    /// The double that is nearest to this number, infinite where it is beyond them all.
    pub fn nearest_f64(&self) -> f64 {
        match &self.0 {
            Form::Infinite { negative: true } => f64::NEG_INFINITY,
            Form::Infinite { negative: false } => f64::INFINITY,
            Form::Finite {
                negative,
                digits,
                point,
            } => {
                let sign = if *negative { "-" } else { "" };
                let nearest = format!("{sign}0.{digits}e{point}").parse();
                // A sign, digits and an exponent always parse; NaN would equal no number.
                nearest.unwrap_or(f64::NAN)
            }
        }
    }

    /// The plain decimal form if it is whole and short enough for 64 bits.
    fn short_integer(&self) -> Option<String> {
        match &self.0 {
            Form::Finite { point, .. } if *point <= 20 && self.is_integer() => {
                Some(self.to_string())
            }
            _ => None,
        }
    }

    /// The canonical form of ±DIGITS × 10^exponent.
    fn canonical(negative: bool, digits: &str, exponent: i64) -> Result<Self, InvalidNumber> {
        let significant = digits.trim_start_matches('0');
        let point = exponent + i64::try_from(significant.len()).map_err(|_| InvalidNumber::Size)?;
        let significant = significant.trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Self(Form::Finite {
                negative: false,
                digits: String::new(),
                point: 0,
            }));
        }
        let point = i32::try_from(point).map_err(|_| InvalidNumber::Size)?;
        if significant.len() > MAX_DIGITS || point.unsigned_abs() as usize > MAX_DIGITS {
            return Err(InvalidNumber::Size);
        }
        Ok(Self(Form::Finite {
            negative,
            digits: significant.to_owned(),
            point,
        }))
    }
}

impl FromStr for Number {
    type Err = InvalidNumber;

    /// Reads a decimal literal with optional sign, fraction and exponent.
    fn from_str(literal: &str) -> Result<Self, InvalidNumber> {
        if literal.len() > MAX_LITERAL {
            return Err(InvalidNumber::Size);
        }
        let negative = literal.starts_with('-');
        let unsigned = literal.strip_prefix(['-', '+']).unwrap_or(literal);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !is_digits(&digits) {
            return Err(InvalidNumber::Syntax);
        }
        let places = i64::try_from(fraction.len()).map_err(|_| InvalidNumber::Size)?;
        Self::canonical(negative, &digits, exponent - places)
    }
}

fn parse_exponent(text: &str) -> Result<i64, InvalidNumber> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.is_empty() || !is_digits(unsigned) {
        return Err(InvalidNumber::Syntax);
    }
    let exponent = text.parse::<i32>().map_err(|_| InvalidNumber::Size)?;
    Ok(i64::from(exponent))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl TryFrom<f64> for Number {
    type Error = InvalidNumber;

    /// The exact value of the double, so 0.1 becomes 0.1000000000000000055…; refuses NaN.
    fn try_from(double: f64) -> Result<Self, InvalidNumber> {
        if double.is_nan() {
            return Err(InvalidNumber::Syntax);
        }
        if double.is_infinite() {
            return Ok(Self(Form::Infinite {
                negative: double < 0.0,
            }));
        }
        format!("{double:.F64_PLACES$}").parse()
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                let negative = i128::from(integer) < 0;
                let digits = i128::from(integer).unsigned_abs().to_string();
                let significant = digits.trim_end_matches('0');
                Self(Form::Finite {
                    negative,
                    point: if significant.is_empty() { 0 } else { digits.len() as i32 },
                    digits: significant.to_owned(),
                })
            }
        }
    )*};
}

from_integer!(i32, i64, u32, u64);

impl fmt::Display for Number {
    /// Plain decimal without an exponent, as the host writes numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Infinite { negative: true } => f.write_str("-Inf"),
            Form::Infinite { negative: false } => f.write_str("+Inf"),
            Form::Finite {
                negative,
                digits,
                point,
            } => {
                let sign = if *negative { "-" } else { "" };
                write!(f, "{sign}{}", plain(digits, *point))
            }
        }
    }
}

fn plain(digits: &str, point: i32) -> String {
    let places = point.unsigned_abs() as usize;
    if digits.is_empty() {
        "0".to_owned()
    } else if point <= 0 {
        format!("0.{}{digits}", "0".repeat(places))
    } else if places >= digits.len() {
        format!("{digits}{}", "0".repeat(places - digits.len()))
    } else {
        format!("{}.{}", &digits[..places], &digits[places..])
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.sign().cmp(&other.sign());
        sign.then_with(|| match self.sign() {
            ..0 => other.cmp_magnitude(self),
            0.. => self.cmp_magnitude(other),
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Number {
    const fn sign(&self) -> i8 {
        match &self.0 {
            Form::Infinite { negative: true } | Form::Finite { negative: true, .. } => -1,
            Form::Finite { digits, .. } if digits.is_empty() => 0,
            _ => 1,
        }
    }

    /// Compares without the sign. Digits compare as text because none ends in zero.
    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Infinite { .. }, Form::Infinite { .. }) => Ordering::Equal,
            (Form::Infinite { .. }, Form::Finite { .. }) => Ordering::Greater,
            (Form::Finite { .. }, Form::Infinite { .. }) => Ordering::Less,
            (
                Form::Finite { digits, point, .. },
                Form::Finite {
                    digits: others,
                    point: other_point,
                    ..
                },
            ) => point.cmp(other_point).then_with(|| digits.cmp(others)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(literal: &str) -> Number {
        literal.parse().expect(literal)
    }

    #[test]
    fn literals_print_as_plain_decimals() {
        for (literal, plain) in [
            ("0", "0"),
            ("-0", "0"),
            ("0e999", "0"),
            ("-0.000", "0"),
            ("+7", "7"),
            ("007.50", "7.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-1200", "-1200"),
            ("1e3", "1000"),
            ("1E+3", "1000"),
            ("12.5e-3", "0.0125"),
            ("0.1", "0.1"),
            ("100e-2", "1"),
            ("18446744073709551616", "18446744073709551616"),
        ] {
            assert_eq!(number(literal).to_string(), plain, "{literal}");
        }
    }

    #[test]
    fn what_is_not_a_decimal_is_refused() {
        for text in [
            "", "-", "+", ".", "e5", "1e", "1e+", "--1", "+-1", "1.2.3", "0x10", "1_000", " 1",
            "1 ", "NaN", "inf", "Infinity", "١", "1e1.5", "1e--5", "1e+-5",
        ] {
            assert_eq!(
                text.parse::<Number>(),
                Err(InvalidNumber::Syntax),
                "{text:?}"
            );
        }
    }

    #[test]
    fn absurd_sizes_are_refused() {
        let long = "9".repeat(MAX_DIGITS + 1);
        let endless = "0".repeat(MAX_LITERAL + 1);
        for text in [
            "1e10001",
            "1e-10002",
            "1e999999999999999999999",
            "-1e2147483647",
            "1e-2147483648",
            &long,
            &endless,
        ] {
            let shown = &text[..text.len().min(30)];
            assert_eq!(text.parse::<Number>(), Err(InvalidNumber::Size), "{shown}");
        }
    }

    #[test]
    fn the_largest_numbers_survive_printing() {
        let digits = "7".repeat(MAX_DIGITS);
        for literal in [
            format!("{digits}e-{}", 2 * MAX_DIGITS),
            digits,
            "1e9999".into(),
        ] {
            let number = number(&literal);
            assert_eq!(number.to_string().parse(), Ok(number));
        }
    }

    #[test]
    fn order_is_numeric() {
        let mut ordered = [
            "-1e300", "-10", "-9.5", "-9", "-0.1", "-0.01", "0", "0.009", "0.01", "0.1", "0.11",
            "1", "1.05", "2", "9", "10", "11", "100", "1e300",
        ]
        .map(number)
        .to_vec();
        ordered.insert(0, Number::NEG_INFINITY);
        ordered.push(Number::INFINITY);
        for (i, left) in ordered.iter().enumerate() {
            for (j, right) in ordered.iter().enumerate() {
                assert_eq!(left.cmp(right), i.cmp(&j), "{left} and {right}");
            }
        }
    }

    #[test]
    fn integers_convert_exactly_at_their_limits() {
        for integer in [0, 1, -1, 10, 1200, i64::MAX, i64::MIN] {
            assert_eq!(Number::from(integer), number(&integer.to_string()));
            assert_eq!(Number::from(integer).as_i64(), Some(integer));
        }
        assert_eq!(Number::from(u64::MAX).as_u64(), Some(u64::MAX));
        assert_eq!(Number::from(u64::MAX).as_i64(), None);
        assert_eq!(number("1.5").as_i64(), None);
        assert_eq!(number("-1").as_u64(), None);
        assert_eq!(number("1e9000").as_i64(), None);
        assert_eq!(Number::INFINITY.as_i64(), None);
    }

    #[test]
    fn doubles_convert_to_their_exact_value() {
        let tenth = Number::try_from(0.1).expect("finite");
        assert_eq!(
            tenth.to_string(),
            "0.1000000000000000055511151231257827021181583404541015625"
        );
        for double in [
            0.5,
            -0.0,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            -1.0 / 3.0,
            f64::MIN_POSITIVE.next_down(),
            f64::INFINITY,
            f64::NEG_INFINITY,
        ] {
            let number = Number::try_from(double).expect("not NaN");
            assert_eq!(number.as_exact_f64(), Some(double));
        }
        let digits = Number::try_from(5e-324).expect("finite").to_string();
        assert_eq!(
            digits.len(),
            F64_PLACES + 2,
            "all places of the smallest double"
        );
    }

    #[test]
    fn no_double_stands_for_a_number_it_only_approximates() {
        for literal in ["0.1", "9007199254740993", "1e400", "1e-400"] {
            assert_eq!(number(literal).as_exact_f64(), None, "{literal}");
        }
        assert!(Number::try_from(f64::NAN).is_err());
        assert_eq!(
            number("9007199254740992").as_exact_f64(),
            Some(2f64.powi(53))
        );
    }
}
