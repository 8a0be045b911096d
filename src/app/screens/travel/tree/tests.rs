//! The tree's rows, marks and folding, as tables of actions and expectations.

use super::*;
use serde_json::json;

fn change(path: &str, op: ChangeOp, before: Option<Value>, after: Option<Value>) -> Change {
    Change { path: path.into(), op, before, after }
}

fn labels(tree: &Tree) -> Vec<String> {
    rows(tree).iter().map(|row| format!("{}{}", "  ".repeat(usize::from(row.depth)), row.label)).collect()
}

fn rows(tree: &Tree) -> Vec<TreeRow> {
    (0..tree.count()).filter_map(|index| tree.row(index)).collect()
}

fn on_screen(tree: &Tree) -> Vec<String> {
    tree.visible(4).into_iter().map(|row| row.path).collect()
}

#[test]
fn every_element_of_a_large_array_can_be_reached() {
    let items: Vec<Value> = (0..100_000).map(|id| json!({"id": id, "name": "n", "qty": 1})).collect();
    let state = json!({ "items": items });
    let one = [change("/items/50000/qty", ChangeOp::Replace, Some(json!(2)), Some(json!(1)))];
    let moved = |n: usize| ChangeOp::Move { from: format!("/items/{}", 99_999 - n) };
    let all: Vec<Change> = (0..100_000).map(|n| change(&format!("/items/{n}"), moved(n), None, None)).collect();
    let mut tree = Tree::default();
    tree.resize(4);
    tree.rebuild(Some(&state), &[]);
    tree.toggle();
    // What changed is unfolded where little did.
    for (changes, unfolded) in [(&[][..], 0), (&one[..], 3), (&all[..], 0)] {
        tree.rebuild(Some(&state), changes);
        assert_eq!(tree.count(), 100_001 + unfolded);
        tree.select("/items");
        assert_eq!(on_screen(&tree), ["/items", "/items/0", "/items/1", "/items/2"]);
        tree.select("/items/49999");
        assert_eq!(tree.selected().unwrap().label, "49999");
        tree.move_by(1_000_000);
        assert_eq!(on_screen(&tree), ["/items/99996", "/items/99997", "/items/99998", "/items/99999"]);
    }
    assert_eq!(tree.selected().unwrap().mark, Some(Mark::Moved("/items/0".into())));
    tree.rebuild(Some(&state), &one);
    tree.select("/items/50000/qty");
    assert_eq!(tree.selected().unwrap().mark, Some(Mark::Changed(Some(json!(2)))));
}

#[test]
fn changes_are_marked_and_what_is_gone_is_still_shown() {
    let state = json!({"status": "PAID", "items": [{"sku": "a/b", "n": 1}], "new": {"x": 1}});
    let changes = [
        change("/status", ChangeOp::Replace, Some(json!("OPEN")), Some(json!("PAID"))),
        change("/new", ChangeOp::Add, None, Some(json!({"x": 1}))),
        change("/items/0/n", ChangeOp::Replace, Some(json!(2)), Some(json!(1))),
        change("/coupon", ChangeOp::Remove, Some(json!("TEN")), None),
    ];
    let mut tree = Tree::default();
    tree.resize(20);
    tree.rebuild(Some(&state), &changes);
    assert_eq!(labels(&tree), ["status", "items", "  0", "    sku", "    n", "new", "  x", "coupon"]);
    let marks: Vec<_> = rows(&tree).iter().map(|row| row.mark.clone()).collect();
    assert_eq!(marks[0], Some(Mark::Changed(Some(json!("OPEN")))));
    assert_eq!(marks[1], Some(Mark::Within));
    assert_eq!(marks[3], None);
    assert_eq!((&marks[5], &marks[6]), (&Some(Mark::Added), &Some(Mark::Added)));
    assert_eq!(marks[7], Some(Mark::Removed(Some(json!("TEN")))));
}

#[test]
fn a_large_array_is_one_row_until_it_is_opened_and_keeps_the_cursor() {
    let state = json!({"head": 1, "all": (0..100_000).collect::<Vec<_>>()});
    let mut tree = Tree::default();
    tree.resize(20);
    tree.rebuild(Some(&state), &[]);
    assert_eq!(tree.count(), 2);
    tree.move_by(1);
    assert!(tree.toggle());
    tree.rebuild(Some(&state), &[]);
    assert_eq!(tree.count(), 100_002);
    tree.select("/all/99999");
    assert_eq!(tree.selected().unwrap().label, "99999");
    assert!(tree.visible(20).iter().any(|row| row.label == "99999"));
    // The next version has fewer: the cursor goes to the nearest path above.
    tree.rebuild(Some(&json!({"head": 1, "all": [1]})), &[]);
    assert_eq!(tree.selected().unwrap().path, "/all");
}

#[test]
fn keys_are_escaped_and_odd_states_do_no_harm() {
    let mut tree = Tree::default();
    for state in [json!(null), json!([]), json!({}), json!("text"), json!({"a/b": {"~": 1}})] {
        tree.rebuild(Some(&state), &[]);
        for row in rows(&tree) {
            assert!(state.pointer(&row.path).is_some(), "{}", row.path);
        }
        tree.move_by(3);
        tree.fold_all();
        tree.unfold_below();
    }
    tree.rebuild(None, &[]);
    assert!(tree.selected().is_none());
}
