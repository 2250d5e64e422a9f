//! Writes msgpack items into memory, where writing cannot fail.

use rmp::encode::{self, buffer::ByteBuf};

use super::REFINED;
use crate::wire::{EncodeError, Number};

/// The bytes so far.
#[derive(Default)]
pub(super) struct Writer(ByteBuf);

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_vec()
    }

    pub(super) fn nil(&mut self) {
        let Ok(()) = encode::write_nil(&mut self.0);
    }

    pub(super) fn bool(&mut self, flag: bool) {
        let Ok(()) = encode::write_bool(&mut self.0, flag);
    }

    /// An unsigned integer in its shortest form.
    pub(super) fn unsigned(&mut self, integer: u64) {
        let Ok(_) = encode::write_uint(&mut self.0, integer);
    }

    pub(super) fn string(&mut self, text: &str) -> Result<(), EncodeError> {
        fits(text.len())?;
        let Ok(()) = encode::write_str(&mut self.0, text);
        Ok(())
    }

    pub(super) fn binary(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        fits(bytes.len())?;
        let Ok(()) = encode::write_bin(&mut self.0, bytes);
        Ok(())
    }

    pub(super) fn array(&mut self, length: usize) -> Result<(), EncodeError> {
        let Ok(_) = encode::write_array_len(&mut self.0, fits(length)?);
        Ok(())
    }

    pub(super) fn map(&mut self, length: usize) -> Result<(), EncodeError> {
        let Ok(_) = encode::write_map_len(&mut self.0, fits(length)?);
        Ok(())
    }

    /// As the host writes numbers: an integer, else a double if that is exact, else text.
    pub(super) fn number(&mut self, number: &Number) -> Result<(), EncodeError> {
        if let Some(integer) = number.as_i64() {
            let Ok(_) = encode::write_sint(&mut self.0, integer);
            return Ok(());
        }
        match number.as_exact_f64() {
            Some(double) if !number.is_integer() => {
                let Ok(()) = encode::write_f64(&mut self.0, double);
                Ok(())
            }
            _ => self.string(&number.to_string()),
        }
    }

    /// An unknown value of which nothing is known.
    pub(super) fn unknown(&mut self) {
        let Ok(_) = encode::write_ext_meta(&mut self.0, 1, 0);
        self.raw(&[0]);
    }

    /// An unknown value of which `payload` says something.
    pub(super) fn refined(&mut self, payload: &[u8]) -> Result<(), EncodeError> {
        let Ok(_) = encode::write_ext_meta(&mut self.0, fits(payload.len())?, REFINED);
        self.raw(payload);
        Ok(())
    }

    /// Items that are written already.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        let Ok(()) = encode::RmpWrite::write_bytes(&mut self.0, bytes);
    }
}

fn fits(length: usize) -> Result<u32, EncodeError> {
    u32::try_from(length).map_err(|_| EncodeError::new("too long for msgpack"))
}
