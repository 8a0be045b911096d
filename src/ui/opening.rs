//! A source that is being opened.

use super::canvas::Canvas;
use super::theme::Theme;
use crate::app::opening::Opening;
use ratatui::buffer::Buffer;

/// Draws how far it is.
pub fn draw_opening(opening: &Opening, theme: &Theme, buffer: &mut Buffer) {
    let mut canvas = Canvas::new(buffer, theme);
    let whole = canvas.whole();
    canvas.fill(whole, theme.plain);
    let width = whole.width.saturating_sub(2);
    let used = canvas.text(1, 0, width, "foldback  ", theme.title);
    canvas.text(1 + used, 0, width.saturating_sub(used), &opening.source, theme.plain);
    canvas.text(1, 2, width, &opening.sentence(), theme.plain);
    if let Some(part) = opening.part() {
        let cells = width.min(60);
        let done = (part * f64::from(cells)) as usize;
        let bar = format!("{}{}", "━".repeat(done), "┄".repeat(usize::from(cells).saturating_sub(done)));
        canvas.text(1, 3, width, &bar, theme.accent);
    }
    if whole.height > 5 {
        canvas.text(1, whole.height - 1, width, "Esc leave", theme.dim);
    }
}
