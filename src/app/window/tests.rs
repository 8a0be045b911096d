//! A window over the numbers 0 to 9,999, walked in every way.

use super::*;

#[derive(Debug, Clone, PartialEq)]
struct Number(i64);

impl Row for Number {
    type Key = i64;
    fn key(&self) -> i64 {
        self.0
    }
}

const LAST: i64 = 9_999;

/// Answers a want as a reader of the numbers 0 to 9,999 would.
fn serve(window: &mut Window<Number>, want: &Want<i64>) {
    let n = window.page_size() as i64;
    let (from, to, pivot) = match want {
        Want::Start => (0, n - 1, 0),
        Want::End => (LAST - n + 1, LAST, 0),
        Want::After(k) => (k + 1, k + n, 0),
        Want::Before(k) => (k - n, k - 1, 0),
        Want::Around(k) => (k - n / 2, k + n / 2, n / 2),
    };
    let (low, high) = (from.max(0), to.min(LAST));
    let pivot = (pivot - (low - from)).max(0) as usize;
    window.fill(want, (low..=high).map(Number).collect(), pivot, Some(low == 0), Some(high == LAST));
}

fn settle(window: &mut Window<Number>) {
    for _ in 0..10 {
        let Some(want) = window.need() else { return };
        serve(window, &want);
    }
    panic!("the window never has enough");
}

fn opened(height: usize) -> Window<Number> {
    let mut window = Window::default();
    window.resize(height);
    settle(&mut window);
    window
}

#[test]
fn walking_down_and_up_meets_every_row_once_and_holds_few() {
    let mut window = opened(20);
    for expected in 0..=LAST {
        assert_eq!(window.selected_key(), Some(expected));
        assert!(window.rows().len() <= window.capacity());
        window.move_by(1);
        settle(&mut window);
    }
    for expected in (0..=LAST).rev() {
        assert_eq!(window.selected_key(), Some(expected));
        assert!(window.rows().len() <= window.capacity());
        window.move_by(-1);
        settle(&mut window);
    }
}

#[test]
fn jumps_land_on_the_row_and_show_it() {
    let mut window = opened(20);
    serve(&mut window, &Want::Around(5_000));
    settle(&mut window);
    assert_eq!(window.selected_key(), Some(5_000));
    assert!(window.visible().contains(&Number(5_000)));
    let want = window.to_end().unwrap();
    serve(&mut window, &want);
    assert_eq!(window.selected_key(), Some(LAST));
    let want = window.to_start().unwrap();
    serve(&mut window, &want);
    assert_eq!(window.selected_key(), Some(0));
}

#[test]
fn a_reload_keeps_the_selected_row_and_its_place_on_screen() {
    let mut window = opened(20);
    window.move_by(30);
    window.move_by(-5);
    let place = window.cursor_on_screen();
    serve(&mut window, &Want::Start);
    assert_eq!(window.selected_key(), Some(25));
    assert_eq!(window.cursor_on_screen(), place);
}

#[test]
fn a_cursor_at_the_end_goes_on_with_a_list_that_grows() {
    for (moves, expected) in [(0, 12), (-1, 8)] {
        let mut window: Window<Number> = Window::default();
        window.resize(4);
        window.fill(&Want::End, (0..10).map(Number).collect(), 0, Some(true), Some(true));
        window.move_by(moves);
        window.grown(true);
        let want = window.need().unwrap();
        assert_eq!(want, Want::After(9));
        window.fill(&want, (10..13).map(Number).collect(), 0, None, Some(true));
        assert_eq!(window.selected_key(), Some(expected));
    }
}

#[test]
fn a_late_page_is_not_taken() {
    let mut window = opened(5);
    let late = Want::After(window.rows().last().unwrap().0);
    serve(&mut window, &Want::Around(7_000));
    let before = window.clone();
    window.fill(&late, vec![Number(200)], 0, None, Some(false));
    assert_eq!(window, before);
}

#[test]
fn an_empty_list_is_empty_and_nothing_moves() {
    let mut window: Window<Number> = Window::default();
    window.resize(3);
    window.fill(&Want::Start, vec![], 0, Some(true), Some(true));
    assert!(window.is_empty_list());
    window.move_by(5);
    window.page(-1);
    assert_eq!((window.selected(), window.need()), (None, None));
}
