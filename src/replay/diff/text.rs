//! What changed inside a long text: by lines where it has several, else by words.

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

#[cfg(test)]
mod tests {
    use super::*;

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
