//! Words of a command as a shell takes them: what a finding or a screen names must work when it is pasted.

use foldback_domain::event::safe_text;
use std::fmt::Write;

/// A word as it is where it is plain, else in single quotes. A word with characters that a terminal would obey, or a
/// reader would not see, is written in `$'…'` with escapes (bash, zsh, ksh), so that it is safe to show and still
/// means the same.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@+=%,".contains(c);
    if !word.is_empty() && word.chars().all(plain) && safe_text(word) == word {
        return word.to_owned();
    }
    if safe_text(word) == word {
        return format!("'{}'", word.replace('\'', "'\\''"));
    }
    let mut out = String::from("$'");
    for c in word.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if safe_text(c.encode_utf8(&mut [0; 4])) == *c.encode_utf8(&mut [0; 4]) => out.push(c),
            c if c.is_ascii() => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => {
                let _ = write!(out, "\\U{:08x}", c as u32);
            }
        }
    }
    out.push('\'');
    out
}

/// A word that stands where a flag could: behind `--` where it begins like one.
pub fn operand(word: &str) -> String {
    let dashes = if word.starts_with('-') { "-- " } else { "" };
    format!("{dashes}{}", quoted(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_safe_for_a_shell_and_for_a_terminal() {
        for (word, expected) in [
            ("order-1001@3", "order-1001@3"),
            ("order-주문-1", "order-주문-1"),
            ("it's", "'it'\\''s'"),
            ("two words", "'two words'"),
            ("", "''"),
            ("a\u{1b}[31m'b", "$'a\\x1b[31m\\'b'"),
            ("a\u{202e}b\n", "$'a\\U0000202eb\\x0a'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
        assert_eq!(operand("-x"), "-- -x");
    }

    #[test]
    fn a_shell_reads_the_word_that_was_meant() {
        for word in ["a b", "it's", "a\u{1b}[31m'b\\", "x\u{202e}y\n", "\u{feff}🎁", "$HOME `id`", "-n"] {
            let script = format!("printf %s {}", quoted(word));
            let output = std::process::Command::new("bash").args(["-c", &script]).output();
            let Ok(output) = output else { return };
            assert_eq!(String::from_utf8_lossy(&output.stdout), word, "{script}");
        }
    }
}
