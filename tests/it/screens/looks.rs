//! What the screens look like, at three sizes.

use super::session::Session;
use foldback::ui::Theme;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn looks(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut session = Session::demo(width, height);
        session.keys(keys);
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), session.text());
    }
}

#[test]
fn overview() {
    looks("overview", "");
}

#[test]
fn streams() {
    looks("streams", "2 s down down");
}

#[test]
fn log() {
    looks("log", "3 e up");
}

#[test]
fn travel() {
    looks("travel", "down down enter");
}

#[test]
fn blame_and_help_and_the_palette() {
    let mut session = Session::demo(120, 40);
    session.keys("down down enter b");
    insta::assert_snapshot!("blame-120x40", session.text());
    session.keys("?");
    insta::assert_snapshot!("help-120x40", session.text());
    session.keys("esc :").types("pay527@3");
    insta::assert_snapshot!("palette-120x40", session.text());
}

#[test]
fn the_smallest_terminal_and_one_that_is_too_small() {
    let mut session = Session::demo(60, 15);
    insta::assert_snapshot!("overview-60x15", session.text());
    session.keys("down down enter tab");
    insta::assert_snapshot!("travel-60x15", session.text());
    insta::assert_snapshot!("too-small", Session::demo(40, 10).text());
}

#[test]
fn without_unicode_every_sign_has_a_twin() {
    for keys in ["", "2", "3", "down down enter", "down down enter b", "?", ": 1"] {
        let mut session = Session::demo(120, 40);
        session.keys(keys);
        let text = super::session::text(&session.draw(&Theme::named("none", true).unwrap()));
        assert!(text.is_ascii(), "{text}");
        assert!(!text.contains("??"), "{text}");
    }
}
