//! The pictures of the README: real screens on the sample data, drawn by the real renderer. A stale one fails;
//! `UPDATE_PICTURES=1 cargo test pictures` writes them anew.

use crate::screens::session::Session;
use foldback::ui::Theme;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use std::path::Path;

const CELL: (f64, f64) = (8.4, 18.0);
const GROUND: &str = "#16181d";
const INK: &str = "#d6d9e0";
const MARGIN: f64 = 14.0;

#[test]
fn the_pictures_are_what_the_screens_are() {
    for (name, keys) in [
        ("overview", ""),
        ("streams", "2 s down down down"),
        ("log", "3 g 1 3 2 2 enter"),
        ("travel", ": p a y m e n t - 5 2 7 @ 4 enter"),
        ("sagas", "6 down"),
        ("clock", "3 g 7 0 0 enter M 2 s down down down @ 1 3 2 2 enter"),
        ("blame", ": p a y m e n t - 5 2 7 @ 4 enter b"),
    ] {
        let mut session = Session::demo(120, 32);
        session.keys(keys);
        let picture = svg(&session.draw(&Theme::named("dark", false).unwrap()));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}.svg"));
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &picture).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == picture, "{name}.svg is stale: UPDATE_PICTURES=1 cargo test pictures writes it anew");
    }
}

fn svg(buffer: &Buffer) -> String {
    let area = buffer.area();
    let (width, height) = (f64::from(area.width) * CELL.0, f64::from(area.height) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"ui-monospace, 'SF Mono', \
         Menlo, 'DejaVu Sans Mono', 'Noto Sans Mono CJK KR', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{GROUND}\"/>\n",
        width + MARGIN * 2.0,
        height + MARGIN * 2.0,
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let cell = &buffer[(x, y)];
            let mut text = cell.symbol().to_owned();
            let first = x;
            x += cells(cell);
            // Cells that look alike are one piece; a wide character ends it, so that what follows stays in place.
            while x < area.width && cells(cell) == 1 && same(cell, &buffer[(x, y)]) {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            piece(&mut out, cell, &text, (first, y), x - first);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn cells(cell: &Cell) -> u16 {
    (unicode_width::UnicodeWidthStr::width(cell.symbol()) as u16).max(1)
}

fn same(a: &Cell, b: &Cell) -> bool {
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier) && cells(b) == 1
}

fn piece(out: &mut String, cell: &Cell, text: &str, (x, y): (u16, u16), width: u16) {
    let (mut ink, mut ground) = (color(cell.fg, INK), color(cell.bg, GROUND));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut ground);
    }
    let (left, top) = (MARGIN + f64::from(x) * CELL.0, MARGIN + f64::from(y) * CELL.1);
    let wide = f64::from(width) * CELL.0;
    if ground != GROUND {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{}\" fill=\"{ground}\"/>",
            CELL.1
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let bold = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" fill=\"{ink}\"{bold} xml:space=\"preserve\">{text}</text>",
        top + 13.5,
    );
}

/// The colours of a dark terminal.
fn color(color: Color, otherwise: &str) -> String {
    match color {
        Color::Reset => otherwise.to_owned(),
        Color::LightCyan => "#56d4dd".to_owned(),
        Color::LightGreen => "#7bd88f".to_owned(),
        Color::LightRed => "#fc7b81".to_owned(),
        Color::LightYellow => "#f2c55c".to_owned(),
        Color::LightMagenta => "#c792ea".to_owned(),
        Color::LightBlue => "#82aaff".to_owned(),
        Color::Indexed(n @ 16..=231) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            let n = n - 16;
            format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        Color::Indexed(n @ 232..) => {
            let grey = 8 + (n - 232) * 10;
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        other => panic!("no picture uses {other:?}: give it a colour here"),
    }
}
