//! A frame of each screen, on a terminal of 200 columns and 60 rows. A quarter of 16.7 ms is the budget.

use criterion::{Criterion, criterion_group, criterion_main};
use foldback::ui::{self, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::hint::black_box;

#[path = "../it/screens/session.rs"]
#[expect(dead_code, reason = "tests use more of it")]
mod session;
#[allow(dead_code, reason = "the session's stores are made for its tests")]
#[path = "../it/support/mod.rs"]
mod support;

fn screens(criterion: &mut Criterion) {
    let theme = Theme::named("dark", false).expect("a built-in theme");
    for (name, keys) in [
        ("overview", ""),
        ("streams", "2"),
        ("log", "3"),
        ("travel", "down down enter"),
        ("blame", "down down enter b"),
        ("help", "?"),
    ] {
        let mut session = session::Session::demo(200, 60);
        session.keys(keys);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
        criterion.bench_function(&format!("frame/{name}"), |bench| {
            bench.iter(|| ui::draw(black_box(&session.model), &theme, &mut buffer));
        });
    }
}

criterion_group!(benches, screens);
criterion_main!(benches);
