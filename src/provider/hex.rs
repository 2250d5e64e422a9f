//! Octets as text, two lower-case hexadecimal digits each.

use std::fmt::Write as _;

/// The digits of these octets.
pub(super) fn encode(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() * 2);
    for octet in octets {
        // Writing to a string does not fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_has_two_digits() {
        assert_eq!(encode(&[0, 1, 0x7f, 0xff]), "00017fff");
        assert_eq!(encode(&[]), "");
    }
}
