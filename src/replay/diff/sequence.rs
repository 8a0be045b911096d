//! Aligning elements without a key: equal ones by a common subsequence, unequal ones between them in order.

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;

/// For each new element the index of the old one that it was, in rising order.
pub(super) fn align(old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    let mut numbers = HashMap::with_capacity(old.len());
    let (old_numbers, new_numbers) = (number(old, &mut numbers), number(new, &mut numbers));
    let mut origins = vec![None; new.len()];
    // Myers here is the bounded kind: where the search grows dear it takes the best split so far, so that 100,000
    // unlike elements cost no square; the answer is then a longer list of changes, never a wrong one.
    for op in capture_diff_slices(Algorithm::Myers, &old_numbers, &new_numbers) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                for step in 0..len {
                    origins[new_index + step] = Some(old_index + step);
                }
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                for step in 0..old_len.min(new_len) {
                    if alike(&old[old_index + step], &new[new_index + step]) {
                        origins[new_index + step] = Some(old_index + step);
                    }
                }
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
        }
    }
    origins
}

/// Equal values get equal numbers, so that the search compares numbers and each value is hashed once.
fn number<'v>(elements: &'v [Value], numbers: &mut HashMap<&'v Value, usize>) -> Vec<usize> {
    elements
        .iter()
        .map(|element| {
            let next = numbers.len();
            *numbers.entry(element).or_insert(next)
        })
        .collect()
}

/// Whether one may have become the other in its place: a number another number, an object an object.
fn alike(old: &Value, new: &Value) -> bool {
    old.is_object() == new.is_object() && old.is_array() == new.is_array()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn origins(old: Value, new: Value) -> Vec<Option<usize>> {
        align(old.as_array().unwrap(), new.as_array().unwrap())
    }

    #[test]
    fn an_insertion_does_not_rewrite_the_tail() {
        assert_eq!(origins(json!([1, 2, 3]), json!([0, 1, 2, 3])), [None, Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn what_changed_in_place_is_still_the_same_element() {
        assert_eq!(origins(json!(["a", "b", "c"]), json!(["a", "x", "c"])), [Some(0), Some(1), Some(2)]);
        assert_eq!(origins(json!([{"a": 1}]), json!([[1]])), [None]);
    }
}
