//! The screens of projections, sagas, traces and dead letters, on a store where everything goes on at once.

use super::session::Session;
use crate::support::processes::store;
use foldback::adapters::SourceSpec;
use foldback::app::place::Screen;
use foldback::explore::Explorer;
use foldback::ui::Theme;
use foldback_domain::event::Position;

/// A session on the store in which everything goes on at once.
fn opened(width: u16, height: u16) -> Session {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let spec = SourceSpec::parse(store().to_str().unwrap()).unwrap();
    let reader = runtime.block_on(foldback::adapters::open(&spec, &Default::default())).unwrap();
    let explorer = Explorer::new(reader, foldback::domain::Registry::embedded(), false);
    let mut session = Session::new(explorer.spoken_of_as("shop.db".to_owned()), false, width, height);
    session.model.setup.source_arg = "shop.db".to_owned();
    session.model.setup.source.label = "shop.db".to_owned();
    session
}

const SIZES: [(u16, u16); 4] = [(60, 15), (80, 24), (120, 40), (200, 60)];

fn looks(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut session = opened(width, height);
        session.keys(keys);
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), session.text());
    }
}

#[test]
fn projections() {
    looks("projections", "5");
}

#[test]
fn the_rows_of_a_read_model() {
    let mut session = opened(120, 40);
    session.keys("5 enter");
    insta::assert_snapshot!("rows-120x40", session.text());
}

#[test]
fn sagas() {
    looks("sagas", "6");
}

#[test]
fn one_saga() {
    looks("saga", "6 enter");
}

#[test]
fn trace() {
    looks("trace", "6 t");
}

#[test]
fn dead_letters() {
    looks("dead-letters", "8 down");
}

#[test]
fn the_overview_leads_to_each_of_them() {
    let mut session = opened(120, 40);
    insta::assert_snapshot!("overview-processes-120x40", session.text());
    for code in ["projection-stalled", "compensation-failed", "dead-letter"] {
        let findings = &session.model.facts.attention.as_ref().unwrap().findings;
        let at = findings.iter().position(|finding| finding.code == code).unwrap();
        session.keys(&format!("1 home {} enter", "down ".repeat(at)));
        let screen = match code {
            "projection-stalled" => Screen::Projections,
            "compensation-failed" => Screen::Sagas,
            _ => Screen::DeadLetters,
        };
        assert_eq!(session.model.screen, screen, "{code}: {}", session.text());
    }
}

#[test]
fn a_failed_projection_leads_to_its_event_and_to_what_is_to_come() {
    let mut session = opened(120, 40);
    session.keys("5");
    assert_eq!(session.model.screens.projections.selected().unwrap().checkpoint.name, "stock-levels");
    session.keys("e");
    assert_eq!(session.model.screens.log.window.selected_key(), Some(Position(1_877)));
    session.keys("esc w");
    assert_eq!(session.model.screens.log.filters.filter().from, Some(Position(1_877)));
    session.keys("esc enter");
    assert!(session.text().contains("ROWS of stock-levels"), "{}", session.text());
    session.keys("esc");
    assert_eq!(session.model.screen, Screen::Projections);
}

#[test]
fn from_a_saga_to_its_trace_to_its_event_and_back() {
    let mut session = opened(120, 40);
    session.keys("6 enter");
    assert_eq!(session.model.screens.sagas.shown(), Some("fulfil-1017"));
    assert_eq!(session.model.screens.sagas.attempts().len(), 6);
    session.keys("home enter");
    assert_eq!(session.model.screens.log.window.selected_key(), Some(Position(396)));
    session.keys("t");
    assert_eq!(session.model.screen, Screen::Trace);
    assert!(session.text().contains("OrderPlaced"), "{}", session.text());
    session.keys("down enter");
    assert_eq!(session.model.screen, Screen::Travel);
    session.keys("t");
    assert_eq!(session.model.screen, Screen::Trace);
    session.keys("esc esc esc esc esc");
    assert_eq!(session.model.screen, Screen::Sagas);
    session.keys("7 g").types("nobody").keys("enter");
    assert!(session.text().contains("nothing in this source has"), "{}", session.text());
}

#[test]
fn a_retry_says_first_what_it_does_and_a_frozen_store_is_left_alone() {
    let mut session = opened(120, 40);
    session.keys("8 down r");
    assert!(session.text().contains("Enter: "), "{}", session.text());
    session.types("perhaps").keys("enter");
    assert!(session.text().contains("this store is frozen and only read"), "{}", session.text());
    session.keys("esc t");
    assert_eq!(session.model.screen, Screen::Trace);
}

#[test]
fn each_screen_names_its_command() {
    let mut session = opened(120, 40);
    session.keys("5 y 6 y enter y t y 8 y");
    assert_eq!(
        session.copied[..3],
        ["projections shop.db", "sagas shop.db", "sagas shop.db fulfil-1017"].map(|c| format!("foldback {c}"))
    );
    assert!(session.copied[3].starts_with("foldback trace shop.db 29e5a054"), "{:?}", session.copied);
    assert_eq!(session.copied[4], "foldback dead-letters shop.db");
}

#[test]
fn the_palette_finds_sagas_and_projections_by_name() {
    let mut session = opened(120, 40);
    session.keys("5 6 :").types("fulfil 1025").keys("enter");
    assert_eq!(session.model.screens.sagas.shown(), Some("fulfil-1025"));
    session.keys(":").types("stock lev").keys("enter");
    assert_eq!(session.model.screen, Screen::Projections);
    assert_eq!(session.model.screens.projections.picked.name.as_deref(), Some("stock-levels"));
}

#[test]
fn without_unicode_and_in_every_theme() {
    for keys in ["5", "5 enter", "6", "6 enter", "6 t", "8"] {
        let mut session = opened(120, 40);
        session.keys(keys);
        let text = super::session::text(&session.draw(&Theme::named("none", true).unwrap()));
        assert!(text.is_ascii() && !text.contains("??"), "{text}");
        for (theme, _) in foldback::ui::theme::BUILT_IN {
            session.draw(&Theme::named(theme, false).unwrap());
        }
    }
}

#[test]
fn a_source_without_processes_says_why() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let lines = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/webshop.jsonl");
    let spec = foldback::adapters::SourceSpec::parse(lines).unwrap();
    let reader = runtime.block_on(foldback::adapters::open(&spec, &Default::default())).unwrap();
    let explorer = foldback::explore::Explorer::new(reader, foldback::domain::Registry::embedded(), true);
    let mut session = Session::new(explorer, false, 80, 24);
    for key in ["5", "6", "8"] {
        session.keys(key);
        assert!(session.text().contains("lines of events say nothing of"), "{}", session.text());
    }
}
