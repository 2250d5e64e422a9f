//! Tokens to numbers and texts.

use super::reader::Token;
use crate::wire::{DecodeError, Number, Type, view::noun};

/// A number in any of its forms: the host sends text for what neither integer nor double can hold.
pub(super) fn number(token: &Token<'_>) -> Result<Number, DecodeError> {
    match token {
        Token::Signed(integer) => Ok(Number::from(*integer)),
        Token::Unsigned(integer) => Ok(Number::from(*integer)),
        Token::Float(double) => Number::try_from(*double).map_err(|_| expected(&Type::Number)),
        Token::Text(digits) => {
            let number = text(digits)?.parse();
            number.map_err(|_| DecodeError::new("expected a decimal number of sane length"))
        }
        _ => Err(expected(&Type::Number)),
    }
}

pub(super) fn text(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|_| DecodeError::new("expected text in UTF-8"))
}

pub(super) fn expected(ty: &Type) -> DecodeError {
    DecodeError::new(format!("expected {}", noun(ty)))
}
