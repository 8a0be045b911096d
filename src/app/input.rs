//! Keys and the mouse, in words of our own: the terminal's library stays out of the pure half.

use std::fmt;
use std::str::FromStr;

/// A key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With control.
    pub ctrl: bool,
    /// With alt.
    pub alt: bool,
    /// With shift, where the character does not say so already.
    pub shift: bool,
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character.
    Char(char),
    /// A function key.
    F(u8),
    /// A key with a name.
    Named(Named),
}

macro_rules! named {
    ($($name:ident $text:literal),* $(,)?) => {
        /// A key with a name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Named { $($name),* }

        impl Named {
            fn text(self) -> &'static str {
                match self { $(Named::$name => $text),* }
            }

            fn from_text(text: &str) -> Option<Named> {
                match text { $($text => Some(Named::$name),)* _ => None }
            }
        }
    };
}

named! {
    Enter "enter", Esc "esc", Tab "tab", Backspace "backspace", Delete "delete", Insert "insert", Up "up",
    Down "down", Left "left", Right "right", Home "home", End "end", PageUp "page-up", PageDown "page-down",
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Key {
        Key { code, ctrl: false, alt: false, shift: false }
    }

    /// A named key without modifiers.
    pub const fn named(name: Named) -> Key {
        Key::plain(Code::Named(name))
    }

    /// The character that the key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The key as the footer shows it: short, with arrows.
    pub fn sign(self, ascii: bool) -> String {
        let name = match self.code {
            Code::Char(' ') => "space".to_owned(),
            Code::Char(c) => c.to_string(),
            Code::F(n) => format!("F{n}"),
            Code::Named(name) => match (name, ascii) {
                (Named::Enter, false) => "⏎",
                (Named::Up, false) => "↑",
                (Named::Down, false) => "↓",
                (Named::Left, false) => "←",
                (Named::Right, false) => "→",
                (Named::Enter, true) => "Enter",
                (Named::Esc, _) => "Esc",
                (Named::Tab, _) => "Tab",
                (Named::PageUp, _) => "PgUp",
                (Named::PageDown, _) => "PgDn",
                (Named::Home, _) => "Home",
                (Named::End, _) => "End",
                (other, _) => other.text(),
            }
            .to_owned(),
        };
        let ctrl = if self.ctrl { "^" } else { "" };
        let alt = if self.alt { "M-" } else { "" };
        let shift = if self.shift { "S-" } else { "" };
        format!("{ctrl}{alt}{shift}{name}")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "f{n}"),
            Code::Named(name) => f.write_str(name.text()),
        }
    }
}

impl FromStr for Key {
    type Err = ();

    /// Reads `ctrl-p`, `alt-x`, `shift-tab`, `enter`, `?`, `f5`, `space`.
    fn from_str(text: &str) -> Result<Key, ()> {
        let mut key = Key::plain(Code::Char(' '));
        let mut rest = text;
        loop {
            if let Some(behind) = rest.strip_prefix("ctrl-") {
                (key.ctrl, rest) = (true, behind);
            } else if let Some(behind) = rest.strip_prefix("alt-") {
                (key.alt, rest) = (true, behind);
            } else if let Some(behind) = rest.strip_prefix("shift-") {
                (key.shift, rest) = (true, behind);
            } else {
                break;
            }
        }
        let mut characters = rest.chars();
        key.code = match (characters.next(), characters.next()) {
            (Some(c), None) => Code::Char(c),
            _ if rest == "space" => Code::Char(' '),
            _ => match rest.strip_prefix('f').and_then(|number| number.parse().ok()) {
                Some(number) if (1..=24).contains(&number) => Code::F(number),
                _ => Code::Named(Named::from_text(rest).ok_or(())?),
            },
        };
        Ok(key)
    }
}

/// What the mouse did, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub deed: Deed,
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The left button went down.
    Click,
    /// It moved with the left button down.
    Drag,
    /// The wheel turned towards the top.
    WheelUp,
    /// The wheel turned towards the bottom.
    WheelDown,
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for text in ["a", "?", "-", "ctrl-p", "ctrl--", "alt-x", "shift-tab", "enter", "f5", "page-down", "space", ":"]
        {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
        for text in ["", "hyper-x", "ctrl-", "f99", "entr"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
