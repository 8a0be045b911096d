//! Branches in travel: made with a key, looked at beside main, taken away, and gone without a trace.

use super::session::Session;

/// The stream of the wrong count, at the event.
const OPEN: &str = ": i n v e n t o r y - S K U - 9 @ 4 5 enter";

fn opened(width: u16, height: u16) -> Session {
    let mut session = Session::demo(width, height);
    session.keys(OPEN);
    session
}

#[test]
fn a_branch() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut session = opened(width, height);
        session.keys("f enter right");
        insta::assert_snapshot!(format!("branch-{width}x{height}"), session.text());
    }
}

#[test]
fn the_question_and_its_answers() {
    let mut session = opened(120, 40);
    session.keys("f");
    insta::assert_snapshot!("branch-question-120x40", session.text());
    session.types("dance").keys("enter");
    assert!(session.text().contains("edit JSON, insert TYPE JSON"), "{}", session.text());
}

#[test]
fn without_unicode_a_branch_has_its_signs_too() {
    let mut session = opened(120, 40);
    session.keys("f enter");
    let theme = foldback::ui::Theme::named("none", true).unwrap();
    let text = super::session::text(&session.draw(&theme));
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains("-v45") || text.contains("- v45"), "a skipped event has a sign: {text}");
}

#[test]
fn main_and_branch_take_turns_and_the_command_says_the_same() {
    let mut session = opened(120, 40);
    session.keys("f enter");
    assert!(session.text().contains("BRANCH at v45"), "{}", session.text());
    assert!(session.text().contains("@45 · branch 1"), "the way back names it");
    session.keys("y");
    assert_eq!(session.copied, ["foldback what-if demo inventory-SKU-9@45 --skip 45"]);
    session.keys("esc");
    assert!(session.text().contains("STATE at v45"), "Esc leads back to main");
    session.keys("F");
    assert!(session.text().contains("BRANCH at v45"));
    session.keys("f").types("insert StockReceived {\"sku\":\"SKU-9\",\"quantity\":7}").keys("enter");
    let text = session.text();
    assert!(text.contains("insert StockReceived behind v45") && text.contains("61"), "{text}");
    session.keys("f").types("undo").keys("enter");
    assert!(!session.text().contains("insert StockReceived"));
    session.keys("f").types("name healthy").keys("enter");
    assert!(session.text().contains("HEALTHY"), "{}", session.text());
    session.keys("f").types("drop").keys("enter");
    assert!(session.text().contains("STATE at v45"));
    session.keys("F");
    assert!(session.text().contains("no branch yet"), "{}", session.text());
}

#[test]
fn what_main_has_stands_beside_and_the_parting_is_a_key_away() {
    let mut session = opened(200, 60);
    session.keys("d");
    assert!(session.text().contains("this is main"), "{}", session.text());
    session.keys("f enter G");
    let text = session.text();
    let row = text.lines().find(|line| line.contains("on_hand") && line.contains("main -3")).unwrap_or_default();
    assert!(row.contains("~ 54"), "{text}");
    session.keys("d");
    assert!(session.text().contains("BRANCH at v45"), "{}", session.text());
    // A second branch, of which the first is told, and the other way round.
    session.keys("F right right f enter");
    assert!(session.text().contains("beside main · branch 1"), "{}", session.text());
    session.keys("F F");
    assert!(session.text().contains("beside main · branch 2"), "{}", session.text());
    // An article that only the branch has has nothing on main.
    session
        .keys("f")
        .types("insert StockReserved {\"sku\":\"SKU-9\",\"order_id\":\"77\",\"quantity\":2}")
        .keys("enter");
    let text = session.text();
    assert!(text.lines().any(|line| line.contains("77") && line.contains("+ 2") && line.contains("main –")), "{text}");
}

#[test]
fn a_branch_stays_while_one_looks_elsewhere() {
    let mut session = opened(120, 40);
    session.keys("f enter 2");
    session.keys(": p a y m e n t - 5 2 7 @ 4 enter f enter");
    assert!(session.text().contains("branch 2"), "{}", session.text());
    session.keys(": i n v e n t o r y - S K U - 9 @ 4 5 enter F");
    let text = session.text();
    assert!(text.contains("BRANCH at v45") && text.contains("branch 1"), "{text}");
}

#[test]
fn a_payload_is_edited_and_one_that_does_not_decode_is_said() {
    let mut session = opened(120, 40);
    session.keys("f").types("edit").keys("enter");
    assert!(session.text().contains("edit {\"sku\":\"SKU-9\",\"quantity\":-3}"), "{}", session.text());
    session.keys("esc f").types("edit {\"sku\":\"SKU-9\",\"quantity\":53}").keys("enter");
    assert!(session.text().contains("53"), "{}", session.text());
    session.keys("f").types("edit {\"sku\":\"SKU-9\"}").keys("enter");
    assert!(session.text().contains("the fold stopped at v45 StockCounted"), "{}", session.text());
}

#[test]
fn a_command_is_tried_and_a_test_taken_away() {
    let mut session = opened(120, 40);
    session.keys("f").types("try ReserveStock {\"sku\":\"SKU-9\",\"order_id\":\"1\",\"quantity\":2}").keys("enter");
    assert!(session.text().contains("+ StockReservationRefused"), "{}", session.text());
    session.keys("esc f enter");
    session.keys("f").types("try ReserveStock {\"sku\":\"SKU-9\",\"order_id\":\"1\",\"quantity\":2}").keys("enter");
    assert!(session.text().contains("+ StockReserved"), "{}", session.text());
    session.keys("esc f").types("export").keys("enter");
    assert!(session.copied.last().unwrap().contains("fn given_inventory_sku_9_with_skip_v45()"));
}

#[test]
fn the_read_models_and_sagas_of_a_branch_are_a_question_away() {
    let mut session = opened(120, 40);
    session.keys("f enter f").types("models").keys("enter");
    insta::assert_snapshot!("branch-models-120x40", session.text());
    let text = session.text();
    assert!(text.contains("✗ stops at #2323") && text.contains("✓ goes through to the end"), "{text}");
}
