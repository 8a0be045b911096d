//! Other people's bytes: nothing that a terminal would obey reaches a cell, and no size of anything breaks a picture.

use super::session::Session;
use foldback::explore::Explorer;
use foldback::store::memory::MemoryStore;
use foldback::store::{EventWriter, NewEvent};
use foldback::ui::Theme;
use foldback_domain::event::{Payload, StreamName, Version};
use std::sync::Arc;

const NAMES: [&str; 6] = [
    "order-\u{1b}[31mred",
    "주문-1017-긴이름-아주-긴-이름-정말로",
    "order-\u{202e}desrever",
    "order-👩‍👩‍👧-family",
    "order-e\u{301}\u{301}\u{301}",
    "order-a-very-long-name-that-does-not-fit-into-any-column-of-any-terminal-that-anybody-has",
];

fn store(payload: &Payload) -> Explorer {
    let store = MemoryStore::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (index, name) in NAMES.iter().enumerate() {
        let stream = StreamName::from(*name);
        let event = NewEvent {
            event_id: format!("id-{index}"),
            event_type: format!("Type\n\u{9b}{name}"),
            schema_version: 1,
            data: payload.clone(),
            metadata: None,
            created_at: "2026-01-05T10:00:00Z".parse().unwrap(),
        };
        let (category, events) = (stream.category(), [event]);
        runtime.block_on(store.append(&stream, &category, Version::NO_STREAM, &events)).unwrap();
    }
    Explorer::new(Arc::new(store), foldback::domain::Registry::embedded(), false)
}

fn payloads() -> Vec<Payload> {
    vec![
        Payload::Json(format!("{{\"a\u{7f}\": {}1{}}}", "[".repeat(100), "]".repeat(100))),
        Payload::Json("\"\\u001b]0;owned\\u0007\"".to_owned()),
        Payload::Text("\u{1b}]52;c;ZWNobyBoaQ==\u{7} 주문\t\r\n\u{feff}x".to_owned()),
        Payload::Bytes(vec![0, 27, 91, 255, 10]),
        Payload::Json(format!("{{\"long\": \"{}\"}}", "주".repeat(400_000))),
    ]
}

#[test]
fn nothing_that_a_terminal_obeys_reaches_a_cell() {
    for payload in payloads() {
        for (width, height) in [(60, 15), (80, 24), (120, 40)] {
            let mut session = Session::new(store(&payload), false, width, height);
            for keys in ["", "2 end", "3 up", "space", "esc enter", "tab", "enter", "esc tab enter", "?", "esc :"] {
                session.keys(keys);
                let buffer = session.draw(&Theme::named("dark", false).unwrap());
                for cell in buffer.content() {
                    let hostile = cell.symbol().chars().any(|c| c.is_control() || matches!(c, '\u{202e}' | '\u{feff}'));
                    assert!(!hostile, "{:?} at {width}x{height} after {keys}", cell.symbol());
                }
            }
        }
    }
}

#[test]
fn wide_names_do_not_push_columns_about() {
    let mut session = Session::new(store(&Payload::Json("{}".into())), false, 120, 40);
    session.keys("2");
    let text = session.text();
    // The newest column ends before the sign that there is more, in every row and whatever the name.
    let rule = |line: &str| line.find(" ago   │").map(|at| unicode_width::UnicodeWidthStr::width(&line[..at]));
    let places: Vec<usize> = text.lines().filter_map(rule).collect();
    assert_eq!(places.len(), NAMES.len(), "{text}");
    assert!(places.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
}
