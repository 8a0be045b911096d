//! Numbers that a script's number, a double, does not hold: found before the payload is parsed, so that they are kept.

/// Whether a JSON text may have a number that a double does not hold. Where it says so though all do (a text may look
/// like one), the payload is parsed with more care than it needs, and nothing else.
pub fn needs_care(json: &str) -> bool {
    let bytes = json.as_bytes();
    has_long_number(bytes) || (has_exponent(bytes) && has_number_with_exponent(bytes))
}

/// How many digits every number has that a double holds for sure.
const SAFE: usize = 15;

fn is_part(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

/// Sixteen digits and points in a row where a number may begin. One of them stands at every sixteenth byte.
fn has_long_number(bytes: &[u8]) -> bool {
    (SAFE..bytes.len()).step_by(SAFE + 1).any(|at| {
        if !is_part(bytes[at]) {
            return false;
        }
        let begin = begin_of(bytes, at);
        let length = at - begin + bytes[at..].iter().take(SAFE + 1).take_while(|byte| is_part(**byte)).count();
        length > SAFE && may_begin(bytes, begin)
    })
}

/// A digit before an `e`, anywhere: ids have that too, so this only says where to look closer.
fn has_exponent(bytes: &[u8]) -> bool {
    let behind = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(behind).fold(false, |found, (digit, e)| found | (digit.is_ascii_digit() & (e | 0x20 == b'e')))
}

fn has_number_with_exponent(bytes: &[u8]) -> bool {
    bytes
        .windows(2)
        .enumerate()
        .any(|(at, pair)| pair[0].is_ascii_digit() && pair[1] | 0x20 == b'e' && may_begin(bytes, begin_of(bytes, at)))
}

/// Where the digits and points begin that this one belongs to.
fn begin_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().rposition(|byte| !is_part(*byte)).map_or(0, |before| before + 1)
}

/// Whether a number may begin here: behind what stands before a value in JSON, and perhaps a sign.
fn may_begin(bytes: &[u8], begin: usize) -> bool {
    let before = bytes[..begin].strip_suffix(b"-").unwrap_or(&bytes[..begin]);
    before.last().is_none_or(|byte| matches!(byte, b':' | b',' | b'[' | b' ' | b'\t' | b'\n' | b'\r'))
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
