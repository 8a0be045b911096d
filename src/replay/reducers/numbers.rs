//! Numbers that a script's number, a double, does not hold: found before the payload is parsed, so that they are kept.

/// Whether a JSON text may have a number that a double does not hold. Where it says so though all do, the payload is
/// parsed with more care than it needs, and nothing else.
pub fn needs_care(json: &str) -> bool {
    let bytes = json.as_bytes();
    (has_long_run(bytes) || has_exponent(bytes)) && has_long_number(bytes)
}

/// How many digits every number has that a double holds for sure.
const SAFE: usize = 15;

/// Sixteen digits and points in a row: one of them stands at every sixteenth byte.
fn has_long_run(bytes: &[u8]) -> bool {
    let inside = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    bytes.iter().skip(SAFE).step_by(SAFE + 1).any(inside)
}

/// A digit before an `e`, anywhere: ids have that too, so this only says where to look closer.
fn has_exponent(bytes: &[u8]) -> bool {
    let behind = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(behind).fold(false, |found, (digit, e)| found | (digit.is_ascii_digit() & (e | 0x20 == b'e')))
}

/// Goes through the tokens outside of texts.
fn has_long_number(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = behind_text(bytes, at + 1),
            b'0'..=b'9' => {
                let rest = &bytes[at..];
                let end = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
                let token = &rest[..end.unwrap_or(rest.len())];
                if token.len() > SAFE || token.iter().any(|byte| byte | 0x20 == b'e') {
                    return true;
                }
                at += token.len();
            }
            _ => at += 1,
        }
    }
    false
}

fn behind_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::needs_care;

    #[test]
    fn numbers_are_told_from_texts() {
        for (json, expected) in [
            (r#"{"a": 1.10, "b": 123456789012345}"#, false),
            (r#"{"a": 9007199254740993}"#, true),
            (r#"{"a": -9007199254740993, "b": "x"}"#, true),
            (r#"{"a": 0.30000000000000004}"#, true),
            (r#"{"a": 1e400}"#, true),
            (r#"{"a": 2E5}"#, true),
            (r#"{"id": "3e51a6f0-0000", "n": 12}"#, false),
            (r#"{"id": "12345678901234567890"}"#, false),
            (r#"{"id": "a\"12345678901234567890"}"#, false),
            (r#"{"id": "a\\", "n": 12345678901234567890}"#, true),
            ("12345678901234567", true),
            ("", false),
        ] {
            assert_eq!(needs_care(json), expected, "{json}");
        }
    }
}
