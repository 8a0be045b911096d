//! `log | seed` makes the same store again, byte for byte.

use super::{foldback, foldback_with};

#[test]
fn a_log_that_is_seeded_gives_the_same_log() {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    let original = foldback(&["log", "demo", "--format", "jsonl"]);
    assert_eq!(original.code, 0, "{}", original.err);
    assert!(original.out.lines().count() > 1_500);
    let seed = foldback_with(&["seed", "-", "-o", copy], &original.out);
    assert_eq!(seed.code, 0, "{}", seed.err);
    assert_eq!(foldback(&["log", copy, "--format", "jsonl"]).out, original.out);

    let again = foldback_with(&["seed", "-", "-o", copy], &original.out);
    assert_eq!(again.code, 3, "a store that is there is not overwritten: {}", again.err);

    let backwards = foldback(&["log", copy, "--format", "jsonl", "--reverse"]).out;
    let mut lines: Vec<&str> = backwards.lines().collect();
    lines.reverse();
    assert_eq!(lines, original.out.lines().collect::<Vec<_>>());
}
