//! Which of some texts fit what was typed, the best first.

use frizbee::{Config, Matcher};

/// The indexes of the texts that fit, the best first; all of them, in order, where nothing was typed.
pub(super) fn ranked(typed: &str, texts: &[String]) -> Vec<usize> {
    let typed = typed.trim();
    if typed.is_empty() {
        return (0..texts.len()).collect();
    }
    // A word that occurs as it was typed beats letters that happen to stand in the right order.
    let lower = typed.to_lowercase();
    let mut found: Vec<usize> =
        (0..texts.len()).filter(|index| texts[*index].to_lowercase().contains(&lower)).collect();
    let mut matches = Matcher::new(typed, &Config::default()).match_list(texts);
    matches.sort_by(|a, b| b.score.cmp(&a.score).then(a.index.cmp(&b.index)));
    for fuzzy in matches {
        let index = fuzzy.index as usize;
        if !found.contains(&index) {
            found.push(index);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::ranked;

    #[test]
    fn words_as_typed_come_first() {
        let texts: Vec<String> = ["go to the first row", "filter", "follow the leader"].map(Into::into).into();
        assert_eq!(ranked("", &texts), [0, 1, 2]);
        assert_eq!(ranked("fil", &texts)[0], 1);
        assert_eq!(ranked("zzzz", &texts), Vec::<usize>::new());
    }
}
