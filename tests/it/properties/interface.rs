//! Whatever is pressed, at whatever size, whatever the answers: `update` and drawing never panic.

use crate::screens::session::Session;
use foldback::app::effect::{Effect, Slot};
use foldback::app::geometry::Size;
use foldback::app::input::{Deed, Mouse};
use foldback::app::keymap::Keymap;
use foldback::app::message::Message;
use foldback::app::{action::TABLE, update};
use foldback::ui::Theme;
use proptest::prelude::*;

fn message() -> impl Strategy<Value = Message> {
    let keymap = Keymap::default();
    let mut keys: Vec<_> = TABLE.iter().flat_map(|entry| keymap.keys(entry.action).to_vec()).collect();
    keys.extend(
        ["a", "7", "backspace", "delete", "ctrl-w", "주", "@", "*"]
            .map(|key| key.parse::<foldback::app::input::Key>().unwrap()),
    );
    let size = (0u16..260, 0u16..90).prop_map(|(width, height)| Message::Size(Size { width, height }));
    let mouse = (0usize..4, 0u16..260, 0u16..90).prop_map(|(deed, x, y)| {
        let deed = [Deed::Click, Deed::Drag, Deed::WheelUp, Deed::WheelDown][deed];
        Message::Mouse(Mouse { deed, x, y })
    });
    prop_oneof![
        20 => prop::sample::select(keys).prop_map(Message::Key),
        2 => size,
        2 => mouse,
        1 => Just(Message::Tick),
        1 => Just(Message::Changed),
        1 => ".{0,12}".prop_map(Message::Paste),
        1 => (0i64..4_000_000_000).prop_map(|s| Message::Clock(jiff::Timestamp::from_second(s).unwrap())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_session_of_any_keys_goes_on(messages in prop::collection::vec(message(), 1..60)) {
        let mut session = Session::demo(100, 30);
        let theme = Theme::named("dark", false).unwrap();
        for message in messages {
            session.send(message);
            session.draw(&theme);
        }
    }

    #[test]
    fn without_answers_too_and_a_slot_is_asked_once(messages in prop::collection::vec(message(), 1..80)) {
        let mut session = Session::demo(100, 30);
        let theme = Theme::named("none", true).unwrap();
        for message in messages {
            let effects = update(&mut session.model, message);
            let mut slots: Vec<Slot> = effects
                .iter()
                .filter_map(|effect| if let Effect::Run(task) = effect { Some(task.slot) } else { None })
                .collect();
            let all = slots.len();
            slots.sort();
            slots.dedup();
            prop_assert_eq!(all, slots.len());
            session.draw(&theme);
        }
    }
}

#[test]
fn every_size_is_drawn() {
    let theme = Theme::named("dark", false).unwrap();
    for keys in [
        "",
        "2",
        "3",
        ": p a y m e n t - 5 2 7 @ 4 enter",
        ": p a y m e n t - 5 2 7 @ 4 enter b",
        "?",
        ":",
        "3 g",
        ": p a y m e n t - 5 2 7 @ 4 enter tab enter",
    ] {
        let mut session = Session::demo(100, 30);
        session.keys(keys);
        for (width, height) in [(1, 1), (0, 0), (20, 5), (59, 15), (60, 15), (61, 19), (79, 20), (98, 23), (300, 100)] {
            session.send(Message::Size(Size { width, height }));
            session.draw(&theme);
        }
    }
}
