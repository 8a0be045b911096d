//! The list of stores in a database that holds several.

use super::canvas::Canvas;
use super::theme::Theme;
use crate::app::chooser::Chooser;
use crate::app::geometry::Area;
use ratatui::buffer::Buffer;

/// Draws the list.
pub fn draw_chooser(chooser: &Chooser, theme: &Theme, buffer: &mut Buffer) {
    let mut canvas = Canvas::new(buffer, theme);
    let whole = canvas.whole();
    canvas.fill(whole, theme.plain);
    let width = whole.width.saturating_sub(2);
    let used = canvas.text(1, 0, width, "foldback  ", theme.title);
    canvas.text(1 + used, 0, width.saturating_sub(used), &chooser.source, theme.plain);
    let sentence = format!("{} stores are in this database: which one?", chooser.offers.len());
    canvas.text(1, 1, width, &sentence, theme.plain);
    let list = chooser.list();
    let widest = |of: fn(&crate::app::chooser::Offer) -> &str, title: u16| {
        chooser.offers.iter().map(|offer| canvas.width(of(offer))).max().unwrap_or(0).max(title).min(width / 2) + 3
    };
    let (name, layout) = (widest(|offer| &offer.name, 5), widest(|offer| &offer.layout, 6));
    for (x, title) in [(3, "STORE"), (3 + name, "LAYOUT"), (3 + name + layout, "TABLE")] {
        canvas.text(x, 3, whole.width.saturating_sub(x + 1), title, theme.dim);
    }
    for (row, index) in chooser.at.visible(chooser.offers.len(), list.rows()).enumerate() {
        let (offer, y) = (&chooser.offers[index], list.y + row as u16);
        for (x, text, most) in [
            (3, &offer.name, name - 1),
            (3 + name, &offer.layout, layout - 1),
            (3 + name + layout, &offer.table, width),
        ] {
            canvas.text(x, y, most.min(whole.width.saturating_sub(x + 1)), text, theme.plain);
        }
        if index == chooser.at.cursor {
            canvas.text(1, y, 1, "▸", theme.accent);
            canvas.style(Area { x: 1, y, width, height: 1 }, theme.selection);
        }
    }
    if whole.height > 2 {
        let y = whole.height - 1;
        canvas.text(1, y, width, "⏎ open   ↑ ↓ choose   Esc leave", theme.dim);
    }
}
