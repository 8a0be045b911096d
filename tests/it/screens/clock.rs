//! The one clock: whoever moves it moves every screen, and back at now everything is as it was.

use super::session::Session;
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::app::geometry::Size;
use foldback::app::input::{Deed, Mouse};
use foldback::app::message::Message;
use foldback::app::place::Screen;
use foldback::explore::Explorer;
use foldback::store::seed::seed;
use foldback::ui::Theme;
use foldback_domain::event::{Position, Version};

fn demo() -> Session {
    Session::demo(120, 40)
}

fn as_of(session: &Session) -> Option<i64> {
    session.model.clock.as_of.map(|as_of| as_of.position.0)
}

fn head(session: &Session) -> i64 {
    session.model.facts.head().unwrap().0
}

#[test]
fn one_event_back_and_on_and_one_key_to_now() {
    let mut session = demo();
    let head = head(&session);
    session.keys("3 <");
    let first = as_of(&session).unwrap();
    assert!(first < head);
    assert_eq!(session.model.screens.log.window.selected_key(), Some(Position(first)), "the end goes with the clock");
    session.keys("< < >");
    assert!(as_of(&session).unwrap() < first);
    session.keys("> > > >");
    assert_eq!(as_of(&session), Some(head));
    assert!(session.text().contains("this is the newest event; L goes back to live"));
    session.keys("esc");
    assert_eq!((session.model.screen, as_of(&session)), (Screen::Overview, Some(head)), "Esc does not leave the past");
    session.keys("L");
    assert_eq!(as_of(&session), None);
}

#[test]
fn the_line_above_says_that_this_is_the_past_at_every_width_and_without_colour() {
    for (width, height) in [(60, 15), (80, 24), (120, 40), (200, 60)] {
        let mut session = Session::demo(width, height);
        session.keys("@").types("1,204").keys("enter");
        let text = session.text();
        let line = text.lines().next().unwrap();
        let expected =
            format!("as of 1,204 of {} · ", foldback::app::format::number(session.model.clock.head.unwrap().0));
        assert!(line.contains(&expected) && line.ends_with(" · L back to live"), "{line}");
        let theme = Theme::named("none", true).unwrap();
        let buffer = session.draw(&theme);
        for x in 0..width {
            assert!(buffer[(x, 0)].modifier.contains(ratatui::style::Modifier::REVERSED), "column {x} of {width}");
        }
    }
}

#[test]
fn every_screen_goes_with_it_and_comes_back_as_it_was() {
    for keys in [
        "",
        "2 down down down down down",
        "2 s down down",
        "3",
        "3 g 1 3 2 2 enter",
        "3 o",
        ": p a y m e n t - 5 2 7 @ 4 enter",
        ": p a y m e n t - 5 2 7 @ 2 enter b",
        "5 down",
        "6 down",
        "6 down enter",
        "3 g 1 3 2 2 enter t down down",
        "8 down",
    ] {
        let mut session = demo();
        session.keys(keys);
        let before = session.text();
        for past in ["<", "( (", "@ s t a r t enter", "@ 7 0 0 enter", "@ 1 0 0 0 enter @ 3 0 0 enter ) )"] {
            session.keys(past);
            assert!(as_of(&session).is_some());
            assert_ne!(session.text(), before);
            session.keys("L");
            assert_eq!(session.text(), before, "{keys} / {past}");
        }
    }
}

#[test]
fn streams_are_those_that_were_there_as_long_as_they_were() {
    let mut session = demo();
    session.keys("2 @").types("700").keys("enter");
    let rows = session.model.screens.streams.window.rows();
    assert!(!rows.is_empty() && rows.len() < 300);
    let last = rows.iter().map(|row| row.last_at).max().unwrap();
    assert_eq!(last, session.model.clock.as_of.unwrap().at);
    let events: u64 = rows.iter().map(|row| row.events).sum();
    assert!(events <= 700);
}

#[test]
fn what_did_not_exist_says_so_and_nothing_jumps() {
    let mut session = demo();
    session.keys("2 /").types("payment 527").keys("enter x");
    session.keys(":").types("payment-527").keys("enter");
    session.keys("@").types("start").keys("enter");
    let text = session.text();
    assert!(text.contains("payment-527 did not exist yet; > moves on, L goes back to live"), "{text}");
    session.keys("L");
    assert_eq!(session.model.screens.travel.at, Some(Version(4)));

    let mut session = demo();
    session.keys("3 g").types("1322").keys("enter @").types("1321").keys("enter");
    let text = session.text();
    assert!(text.contains("this event had not happened yet; > moves on,"), "{text}");
    assert_eq!(session.model.screens.log.window.selected(), None);
    session.keys("enter");
    assert_eq!(session.model.screen, Screen::Log, "nothing is selected, so that nothing is opened");
    session.keys(">");
    assert_eq!(session.model.screens.log.window.selected_key(), Some(Position(1_322)));
}

#[test]
fn before_the_first_event_every_screen_says_that_nothing_had_happened() {
    let mut session = demo();
    session.keys("@").types("start").keys("enter");
    for key in ["1", "2", "3"] {
        session.keys(key);
        let text = session.text();
        assert!(text.contains("as of the start: nothing had happened yet · L back to live"), "{text}");
        assert!(text.contains("nothing had happened yet; > moves on, L goes back to live"), "{text}");
    }
    for key in ["5", "6", "8"] {
        session.keys(key);
        session.text();
    }
    session.keys("3 >");
    assert_eq!(session.model.screens.log.window.rows().len(), 1);
    session.keys("< <");
    assert!(!session.model.clock.as_of.unwrap().happened);
}

#[test]
fn a_state_is_the_one_of_then() {
    let mut session = demo();
    session.keys(":").types("payment-527@3").keys("enter a");
    let third = as_of(&session).unwrap();
    assert_eq!(session.model.screens.travel.opened.as_ref().unwrap().summary.version, Some(Version(3)));
    session.keys("A");
    assert_eq!(as_of(&session).map(|at| at < third), Some(true));
    let travel = &session.model.screens.travel;
    assert_eq!((travel.at, travel.step.as_ref().unwrap().moment.version), (Some(Version(2)), Some(Version(2))));
    session.keys("L");
    assert_eq!(session.model.screens.travel.at, Some(Version(3)), "what was looked at, not the last version");
}

#[test]
fn positions_times_events_and_mistakes() {
    let mut session = demo();
    session.keys("3 g").types("1322").keys("enter");
    let id = session.model.screens.log.window.selected().unwrap().head.event_id.clone().unwrap();
    session.keys("@").types(&id).keys("enter");
    assert_eq!(as_of(&session), Some(1_322));
    session.keys("@").types("2026-01-06").keys("enter");
    assert!(session.model.clock.as_of.unwrap().at.unwrap() < "2026-01-06T00:00:00Z".parse().unwrap());
    session.keys("@").types("soon or later").keys("enter");
    assert!(session.text().contains("is neither a position, nor a time, nor the id of an event here"));
    session.keys("esc @").types("1322^").keys("enter");
    assert_eq!(as_of(&session), Some(1_321));
    session.keys("@").types("now").keys("enter");
    assert_eq!(as_of(&session), None);
}

#[test]
fn the_mouse_puts_it_on_every_screen() {
    for keys in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        let mut session = demo();
        session.keys(keys);
        let mouse = |deed, x| Message::Mouse(Mouse { deed, x, y: 38 });
        session.send(mouse(Deed::Click, 60));
        let there = as_of(&session).unwrap();
        session.send(mouse(Deed::Drag, 40));
        assert!(as_of(&session).unwrap() < there);
        session.send(mouse(Deed::Drag, 110));
        assert_eq!(as_of(&session), Some(session.model.clock.head.unwrap().0));
    }
}

#[test]
fn what_happens_now_moves_nothing() {
    let mut session = demo();
    session.keys("3 @").types("1204").keys("enter");
    let before = session.text();
    session.model.clock.head = Some(Position(1_900));
    let moved = session.text();
    assert_eq!(before.lines().skip(1).collect::<Vec<_>>(), moved.lines().skip(1).collect::<Vec<_>>());
    session.send(Message::Changed);
    assert_eq!(session.text(), before, "only how far the log reaches is read again");
}

#[test]
fn bookmarks_and_failures_are_marked_and_can_be_gone_to() {
    let mut session = demo();
    let failures = session.model.clock.failures.clone();
    assert!(!failures.is_empty(), "the sample data stops in the middle of an incident");
    session.keys("3 g").types("700").keys("enter M g").types("1322").keys("enter M");
    assert_eq!(session.kept, [Position(700), Position(1_322)]);
    assert_eq!(session.text().matches('★').count(), 2, "{}", session.text());
    session.keys(",");
    assert_eq!(as_of(&session), Some(failures[failures.len() - 1].0.max(1_322)));
    session.keys("@").types("1322").keys("enter ,");
    assert_eq!(as_of(&session), failures.iter().map(|at| at.0).filter(|at| *at < 1_322).chain([700]).max());
    session.keys("@").types("600").keys("enter .");
    assert_eq!(as_of(&session), failures.iter().map(|at| at.0).filter(|at| *at > 600).chain([700]).min());
    session.keys(":").types("bookmark 1,322").keys("enter");
    assert_eq!(as_of(&session), Some(1_322));
    session.keys("M");
    assert_eq!(session.kept, [Position(700)], "the event of the log that is selected is the one of then");
}

#[test]
fn the_palette_puts_the_clock_where_it_is_told() {
    let mut session = demo();
    session.keys(":").types("as-of 2026-01-06").keys("enter");
    assert!(session.model.clock.as_of.unwrap().at.unwrap() < "2026-01-06T00:00:00Z".parse().unwrap());
    session.keys(":").types("1204").keys("down enter");
    assert_eq!(as_of(&session), Some(1_204));
}

#[test]
fn the_command_says_the_same_of_then() {
    let mut session = demo();
    session.keys("3 @").types("1204").keys("enter y 5 y L y");
    assert_eq!(session.copied[0], "foldback log demo --as-of 1204");
    assert_eq!(session.copied[1], "foldback projections demo --as-of 1204");
    assert_eq!(session.copied[2], "foldback projections demo");
}

#[test]
fn a_session_can_begin_in_the_past() {
    let mut session = Session::demo_as_of(120, 40, Position(1_204));
    let text = session.text();
    assert!(text.contains("as of 1,204 of 2,877 · 7 Jan 10:30:54 · L back to live"), "{text}");
    session.keys("2");
    assert!(session.model.screens.streams.window.rows().iter().map(|row| row.events).sum::<u64>() <= 1_204);
    session.keys("1 L");
    assert_eq!(session.text(), Session::demo(120, 40).keys("2 1").text());
}

/// A stream of five days, and states stored of some of its versions.
fn with_snapshots(versions: &[i64]) -> (tempfile::TempDir, Session) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let line = |n: i64| {
        format!(
            r#"{{"stream_id":"inventory-7","stream_version":{n},"event_type":"StockReceived","event_id":"{n}","created_at":"2026-01-0{}T09:00:00.000Z","data":{{"sku":"p-7","quantity":2}}}}"#,
            n + 1
        )
    };
    let lines: Vec<String> = (0..5).map(line).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(seed(std::io::Cursor::new(lines.join("\n")), &path, |_| {})).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sql = "INSERT INTO snapshots (stream_id, version, schema_version, state, created_at) \
               VALUES ('inventory-7', ?1, 1, '{}', '2026-01-05T09:00:00.000Z')";
    for version in versions {
        connection.execute(sql, [version]).unwrap();
    }
    drop(connection);
    let spec = SourceSpec::parse(path.to_str().unwrap()).unwrap();
    let reader = runtime.block_on(open(&spec, &OpenOptions::default())).unwrap();
    let explorer = Explorer::new(reader, foldback::domain::Registry::embedded(), false);
    (folder, Session::new(explorer, false, 120, 40))
}

#[test]
fn snapshots_are_marked_while_their_stream_is_looked_at() {
    // The last one is of a version that the stream does not have: it stands nowhere in the log.
    let (_folder, mut session) = with_snapshots(&[1, 3, 900]);
    assert!(!session.text().contains('◆'));
    session.keys(":").types("inventory-7").keys("enter");
    let text = session.text();
    let stored = |text: &str| text.lines().filter(|line| line.contains('◆') && line.contains(" v")).count();
    assert!(text.lines().any(|line| line.contains(" v3 ") && line.contains('◆')), "{text}");
    assert_eq!((stored(&text), text.matches('◆').count()), (2, 4), "two versions, and above the clock:\n{text}");
    let opened = session.model.screens.travel.opened.clone().unwrap();
    let places: Vec<Option<i64>> = opened.snapshots.values().map(|at| at.map(|at| at.0)).collect();
    assert_eq!(places, [Some(2), Some(4), None]);
    session.keys(",");
    assert_eq!(as_of(&session), Some(4));
    session.keys(", L 3");
    assert!(!session.text().contains('◆'), "the log is of every stream");
}

#[test]
fn where_play_stops_is_marked_until_the_stops_are_others() {
    let mut session = demo();
    session.keys(":").types("payment-527@0").keys("enter");
    session.keys("x").types("type PaymentCaptured").keys("enter n");
    let stopped = session.model.screens.travel.at;
    let text = session.text();
    assert!(stopped > Some(Version(0)) && text.matches('‖').count() == 1, "{text}");
    let here = foldback::app::clock::selected(&session.model);
    assert_eq!(session.model.screens.travel.found_stops.iter().copied().collect::<Vec<_>>(), [here.unwrap()]);
    let plain = super::session::text(&session.draw(&Theme::named("none", true).unwrap()));
    assert!(plain.is_ascii() && plain.lines().rev().take(5).any(|line| line.contains('"')), "{plain}");
    session.keys("x enter");
    assert!(!session.text().contains('‖'));
}

#[test]
fn ages_are_counted_from_where_the_clock_stands() {
    let (_folder, mut session) = with_snapshots(&[]);
    session.send(Message::Size(Size { width: 200, height: 60 }));
    session.keys("2");
    assert!(session.text().contains("3 d ago"), "{}", session.text());
    session.keys("@").types("3").keys("enter");
    let text = session.text();
    assert!(text.contains("just now") && !text.contains("5 d ago"), "{text}");
    session.keys(":").types("inventory-7@1").keys("enter");
    assert!(session.text().contains("· 1 d ago"), "{}", session.text());
    session.keys("> >");
    assert!(session.text().contains("· 3 d ago"), "{}", session.text());
    session.keys("L");
    assert!(session.text().contains("· 6 d ago"), "{}", session.text());
}

#[test]
fn what_was_counted_at_another_time_is_not_shown_for_this_one() {
    let mut session = demo();
    let now = session.model.facts.totals.clone().unwrap();
    let all = format!("{} events", foldback::app::format::number(now.events));
    assert!(session.text().contains(&all));
    session.keys("@").types("1,204").keys("enter");
    assert!(!session.text().contains(&all));
    // As where counting took too long and was given up.
    session.model.facts.totals = Some(now);
    session.model.facts.totals_are_old = true;
    assert!(!session.text().contains(&all), "{}", session.text());
}
