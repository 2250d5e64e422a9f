//! Splits bytes into msgpack tokens without believing any length before its bytes are there.

use rmp::Marker;

use crate::wire::DecodeError;

/// The bytes that are still to be read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

/// One msgpack item, or the head of an array or map with as many items to follow.
pub(super) enum Token<'a> {
    Nil,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'a [u8]),
    Array(u64),
    Map(u64),
    Extension(i8, &'a [u8]),
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next item; what an array or map holds is left to follow.
    pub(super) fn next(&mut self) -> Result<Token<'a>, DecodeError> {
        let [marker] = self.array()?;
        Ok(match Marker::from_u8(marker) {
            Marker::Null => Token::Nil,
            Marker::False => Token::Bool(false),
            Marker::True => Token::Bool(true),
            Marker::FixPos(number) => Token::Unsigned(number.into()),
            Marker::FixNeg(number) => Token::Signed(number.into()),
            Marker::U8 => Token::Unsigned(self.unsigned(1)?),
            Marker::U16 => Token::Unsigned(self.unsigned(2)?),
            Marker::U32 => Token::Unsigned(self.unsigned(4)?),
            Marker::U64 => Token::Unsigned(self.unsigned(8)?),
            Marker::I8 => Token::Signed(i8::from_be_bytes(self.array()?).into()),
            Marker::I16 => Token::Signed(i16::from_be_bytes(self.array()?).into()),
            Marker::I32 => Token::Signed(i32::from_be_bytes(self.array()?).into()),
            Marker::I64 => Token::Signed(i64::from_be_bytes(self.array()?)),
            Marker::F32 => Token::Float(f32::from_be_bytes(self.array()?).into()),
            Marker::F64 => Token::Float(f64::from_be_bytes(self.array()?)),
            Marker::FixStr(length) => Token::Text(self.take(length.into())?),
            Marker::Str8 | Marker::Bin8 => Token::Text(self.sized(1)?),
            Marker::Str16 | Marker::Bin16 => Token::Text(self.sized(2)?),
            Marker::Str32 | Marker::Bin32 => Token::Text(self.sized(4)?),
            Marker::FixArray(length) => Token::Array(length.into()),
            Marker::Array16 => Token::Array(self.unsigned(2)?),
            Marker::Array32 => Token::Array(self.unsigned(4)?),
            Marker::FixMap(length) => Token::Map(length.into()),
            Marker::Map16 => Token::Map(self.unsigned(2)?),
            Marker::Map32 => Token::Map(self.unsigned(4)?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => self.sized_extension(1)?,
            Marker::Ext16 => self.sized_extension(2)?,
            Marker::Ext32 => self.sized_extension(4)?,
            Marker::Reserved => return Err(DecodeError::new("a byte that is not msgpack")),
        })
    }

    /// Reads over one item with everything in it, without recursion.
    pub(super) fn skip(&mut self) -> Result<(), DecodeError> {
        let mut pending = 1_u64;
        while pending > 0 {
            pending -= 1;
            pending = pending.saturating_add(match self.next()? {
                Token::Array(length) => length,
                Token::Map(length) => 2 * length,
                _ => 0,
            });
        }
        Ok(())
    }

    fn sized_extension(&mut self, width: u64) -> Result<Token<'a>, DecodeError> {
        let length = self.unsigned(width)?;
        self.extension(length)
    }

    fn extension(&mut self, length: u64) -> Result<Token<'a>, DecodeError> {
        let code = i8::from_be_bytes(self.array()?);
        Ok(Token::Extension(code, self.take(length)?))
    }

    fn sized(&mut self, width: u64) -> Result<&'a [u8], DecodeError> {
        let length = self.unsigned(width)?;
        self.take(length)
    }

    fn unsigned(&mut self, width: u64) -> Result<u64, DecodeError> {
        let bytes = self.take(width)?;
        Ok(bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], DecodeError> {
        let length = usize::try_from(length).map_err(|_| truncated())?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}

fn truncated() -> DecodeError {
    DecodeError::new("the bytes end in the middle of a value")
}
