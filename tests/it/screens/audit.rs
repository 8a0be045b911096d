//! The audit of a read model, and of the snapshots, from the screens.

use super::session::Session;
use foldback::app::modals::Modal;
use foldback::app::place::Screen;
use foldback_domain::event::Version;

/// The projections of the demo, with this one selected.
fn at(name: &str, width: u16, height: u16) -> Session {
    let mut session = Session::demo(width, height);
    session.keys("5");
    let list = &session.model.screens.projections.found.as_ref().unwrap().list;
    let place = list.iter().position(|health| health.checkpoint.name == name).unwrap();
    session.keys(&format!("home {}", "down ".repeat(place)));
    session
}

#[test]
fn the_spoilt_row_stands_in_the_screen() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut session = at("customer-summaries", width, height);
        session.keys("c");
        insta::assert_snapshot!(format!("audit-{width}x{height}"), session.text());
    }
}

#[test]
fn enter_goes_to_the_event_where_a_row_parted_and_esc_comes_back() {
    let mut session = at("customer-summaries", 120, 40);
    session.keys("c");
    assert!(session.text().contains("3 in the read model, 12 by its events"), "{}", session.text());
    session.keys("y");
    assert_eq!(session.copied, ["foldback audit demo customer-summaries"]);
    session.keys("enter");
    assert_eq!(session.model.screen, Screen::Travel);
    assert_eq!(session.model.screens.travel.stream.as_ref().unwrap().as_str(), "order-1017");
    assert_eq!(session.model.screens.travel.at, Some(Version(0)));
    session.keys("esc");
    assert!(session.text().contains("AUDIT of customer-summaries"), "{}", session.text());
    session.keys("esc");
    assert!(session.text().contains("PROJECTIONS"), "{}", session.text());
}

#[test]
fn where_nothing_differs_one_line_says_so() {
    let mut session = at("stock-levels", 120, 40);
    session.keys("c");
    assert!(session.text().contains("✓ no difference: "), "{}", session.text());
    assert!(session.text().contains("1 event that the projection cannot handle passed over"), "{}", session.text());
    session.keys("esc enter c");
    assert!(session.text().contains("AUDIT of stock-levels"), "from its rows too: {}", session.text());
}

#[test]
fn what_cannot_be_audited_says_why() {
    let mut session = at("order-fulfilment", 120, 40);
    session.keys("c");
    assert!(session.text().contains("order-fulfilment keeps no rows"), "{}", session.text());
    let mut session = at("users", 120, 40);
    session.keys("< c");
    assert!(session.text().contains("an audit is about the rows as they are now"), "{}", session.text());
    session.keys("S");
    assert!(session.text().contains("an audit is about the snapshots as they are now"), "{}", session.text());
}

#[test]
fn the_snapshots_are_held_against_their_streams_from_anywhere() {
    let mut session = Session::demo(120, 40);
    session.keys("2 S");
    let Some(Modal::Hits(hits)) = &session.model.modal else { panic!("{}", session.text()) };
    assert!(hits.found.about.contains("snapshot"), "{}", hits.found.about);
    session.keys("esc");
    assert_eq!(session.model.screen, Screen::Streams);
}
