//! What changed inside a long text: by lines where it has several, else by words.

use crate::replay::Change;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// What became of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTag {
    /// It is in both.
    Equal,
    /// It was only in the text before.
    Removed,
    /// It is only in the text after.
    Added,
}

/// A piece of text and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPart {
    /// What became of it.
    pub tag: TextTag,
    /// The piece, with its line breaks.
    pub text: String,
}

/// The pieces of two texts, in order. The equal and removed ones make up the text before, the equal and added ones
/// the text after; neighbours have different tags.
pub fn text_diff(before: &str, after: &str) -> Vec<TextPart> {
    let compared = if before.contains('\n') || after.contains('\n') {
        TextDiff::from_lines(before, after)
    } else {
        TextDiff::from_words(before, after)
    };
    let mut parts: Vec<TextPart> = Vec::new();
    for change in compared.iter_all_changes() {
        let tag = match change.tag() {
            ChangeTag::Equal => TextTag::Equal,
            ChangeTag::Delete => TextTag::Removed,
            ChangeTag::Insert => TextTag::Added,
        };
        match parts.last_mut() {
            Some(last) if last.tag == tag => last.text.push_str(change.value()),
            _ => parts.push(TextPart { tag, text: change.value().to_owned() }),
        }
    }
    parts
}

/// A text from this many bytes on is long: seen whole twice, side by side, it hides what changed in it.
const LONG: usize = 48;
/// How much of what is equal is kept beside what is not, in characters.
const CONTEXT: usize = 24;

/// The pieces of a changed text, where that reads better than the two texts: a long one, or one of several lines,
/// of which something stayed. What stayed is cut to what stands beside a change.
pub fn text_change(change: &Change) -> Option<Vec<TextPart>> {
    let (Some(Value::String(before)), Some(Value::String(after))) = (&change.before, &change.after) else {
        return None;
    };
    let long = before.len().max(after.len()) >= LONG || before.contains('\n') || after.contains('\n');
    if !long {
        return None;
    }
    let mut parts = text_diff(before, after);
    if !parts.iter().any(|part| part.tag == TextTag::Equal && !part.text.trim().is_empty()) {
        return None;
    }
    let last = parts.len() - 1;
    for (index, part) in parts.iter_mut().enumerate().filter(|(_, part)| part.tag == TextTag::Equal) {
        part.text = context(&part.text, index > 0, index < last);
    }
    Some(parts)
}

/// The end of a text that stands before a change, and the beginning of one that stands behind it.
fn context(text: &str, behind: bool, before: bool) -> String {
    let count = text.chars().count();
    let kept = CONTEXT * (usize::from(behind) + usize::from(before));
    if count <= kept + 1 {
        return text.to_owned();
    }
    let head: String = text.chars().take(if behind { CONTEXT } else { 0 }).collect();
    let tail: String = text.chars().skip(count - if before { CONTEXT } else { 0 }).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::ChangeOp;

    fn change(before: &str, after: &str) -> Change {
        Change { path: "/note".into(), op: ChangeOp::Replace, before: Some(before.into()), after: Some(after.into()) }
    }

    #[test]
    fn a_long_text_is_shown_where_it_changed() {
        let long = "the customer asked to have the parcel left with the neighbour on the second floor";
        let parts = text_change(&change(long, &long.replace("neighbour", "concierge"))).unwrap();
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(texts, ["…he parcel left with the ", "neighbour", "concierge", " on the second floor"]);
        assert_eq!(text_change(&change("short", "shorter")), None);
        assert_eq!(text_change(&change(long, "")), None);
    }

    fn shown(before: &str, after: &str) -> String {
        text_diff(before, after)
            .iter()
            .map(|part| match part.tag {
                TextTag::Equal => part.text.clone(),
                TextTag::Removed => format!("[-{}-]", part.text),
                TextTag::Added => format!("{{+{}+}}", part.text),
            })
            .collect()
    }

    #[test]
    fn lines_and_words() {
        assert_eq!(shown("a quick fox", "a slow fox"), "a [-quick-]{+slow+} fox");
        assert_eq!(shown("one\ntwo\nthree", "one\n2\nthree"), "one\n[-two\n-]{+2\n+}three");
        assert_eq!(shown("", "new"), "{+new+}");
        assert_eq!(shown("", ""), "");
    }
}
