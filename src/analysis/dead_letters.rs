//! What was given up on, grouped by cause: errors that differ only in numbers and ids are one.

use foldback_domain::processes::DeadLetter;
use std::collections::BTreeMap;

/// Dead letters with one cause, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The error with its numbers and ids left out: what tells groups apart.
    pub key: String,
    /// The newest error, as it was.
    pub cause: String,
    /// Who gave up.
    pub consumer: String,
    /// The letters.
    pub letters: Vec<DeadLetter>,
}

/// What was given up on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetters {
    /// By cause.
    pub groups: Vec<Group>,
    /// How many letters the groups hold.
    pub letters: usize,
    /// Whether there are more than were read.
    pub more: bool,
    /// Why there are none, where the source tells of none.
    pub unavailable: Option<String>,
}

/// Groups by consumer and cause; the group with the most letters first, then the one with the newest.
pub fn grouped(letters: Vec<DeadLetter>) -> Vec<Group> {
    let mut groups: BTreeMap<(String, String), Vec<DeadLetter>> = BTreeMap::new();
    for letter in letters {
        groups.entry((letter.consumer.clone(), cause(&letter.error))).or_default().push(letter);
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|((consumer, key), mut letters)| {
            letters.reverse();
            let cause = letters.first().map_or(String::new(), |newest| newest.error.clone());
            Group { key, cause, consumer, letters }
        })
        .collect();
    groups.sort_by(|a, b| b.letters.len().cmp(&a.letters.len()).then_with(|| newest(b).cmp(&newest(a))));
    groups
}

fn newest(group: &Group) -> Option<jiff::Timestamp> {
    group.letters.first().and_then(|letter| letter.at)
}

/// An error with every word that has a digit, and everything between quotes, replaced by a sign.
pub fn cause(error: &str) -> String {
    let mut out = String::with_capacity(error.len());
    let mut rest = error;
    while let Some(c) = rest.chars().next() {
        if let ('"' | '\'' | '`', Some(end)) = (c, rest[c.len_utf8()..].find(c)) {
            // An apostrophe inside a word quotes nothing.
            let in_word = c == '\'' && out.ends_with(char::is_alphanumeric);
            if !in_word {
                out.push('…');
                rest = &rest[c.len_utf8() * 2 + end..];
                continue;
            }
        }
        if c.is_alphanumeric() {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ',');
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let word = rest[..end].trim_end_matches(['.', ',']);
            let word = if word.is_empty() { &rest[..end] } else { word };
            if word.contains(|c: char| c.is_ascii_digit()) {
                out.push('#')
            } else {
                out.push_str(word)
            }
            rest = &rest[word.len()..];
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ids_do_not_make_a_cause() {
        for (error, expected) in [
            ("gateway: 502", "gateway: #"),
            ("SKU-7: 3 wanted, 0 available", "#: # wanted, # available"),
            ("stock of \"SKU-7\" is -3", "stock of … is -#"),
            ("it isn't there, says o'neil", "it isn't there, says o'neil"),
            ("timeout after 1,204 ms.", "timeout after # ms."),
            ("", ""),
            ("注文 7 'x", "注文 # 'x"),
        ] {
            assert_eq!(cause(error), expected);
        }
    }
}
