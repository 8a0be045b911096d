//! Which streams of a list are meant.

use foldback_domain::reading::matches_pattern;

/// What a stream's name must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameFilter {
    /// A pattern of `*` and `?` that the whole name matches, case and all.
    Pattern(String),
    /// Words as typed: each must occur in the name, in any case and order.
    Words(String),
}

impl NameFilter {
    /// Whether a name passes.
    pub fn matches(&self, name: &str) -> bool {
        match self {
            NameFilter::Pattern(pattern) => matches_pattern(pattern, name),
            NameFilter::Words(words) => {
                let name = name.to_lowercase();
                words.split_whitespace().all(|word| name.contains(&word.to_lowercase()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NameFilter;

    #[test]
    fn words_are_found_in_any_order_and_case() {
        let filter = NameFilter::Words("10 ORD".into());
        assert!(filter.matches("order-1017"));
        assert!(!filter.matches("order-2017"));
        assert!(NameFilter::Words("  ".into()).matches("anything"));
    }
}
