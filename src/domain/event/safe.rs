//! Hostile text made safe to show. Every name and payload is other people's bytes; a terminal obeys some of them.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with every character that a terminal would obey, or a reader would not see, put visibly: `␛` for
/// control characters (line breaks and tabs among them), `\u{202e}` for the ones without a picture.
pub fn safe_text(text: &str) -> Cow<'_, str> {
    let Some((first, _)) = text.char_indices().find(|(_, c)| is_hostile(*c)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if !is_hostile(c) {
            out.push(c);
        } else if let Some(picture) = picture(c) {
            out.push(picture);
        } else {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
    }
    Cow::Owned(out)
}

/// Controls move the cursor; bidirectional controls reorder what is read; characters without width hide in names.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Unicode has a picture for each of the old control characters.
fn picture(c: char) -> Option<char> {
    match c as u32 {
        code @ 0..=0x1f => char::from_u32(0x2400 + code),
        0x7f => Some('\u{2421}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::safe_text;
    use std::borrow::Cow;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(safe_text("order-1001 é 注文 👩"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_obeys_is_shown_instead() {
        for (text, expected) in [
            ("a\u{1b}[31mb", "a␛[31mb"),
            ("one\ntwo\tthree\r", "one␊two␉three␍"),
            ("\0\u{7f}", "␀␡"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("abc\u{202e}fed", "abc\\u{202e}fed"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
        ] {
            assert_eq!(safe_text(text), expected);
        }
    }

    #[test]
    fn nothing_hostile_is_left_and_twice_is_once() {
        for code in 0..=0x10_ffffu32 {
            if let Some(c) = char::from_u32(code) {
                let text = c.to_string();
                let once = safe_text(&text);
                assert!(!once.chars().any(super::is_hostile), "{code:x}");
                assert_eq!(safe_text(&once), once);
            }
        }
    }
}
