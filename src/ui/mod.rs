//! The model drawn as cells. Drawing takes `&Model` and never acts: skipping a frame changes nothing.

mod canvas;
mod chooser;
mod clock;
mod frame;
mod modals;
mod opening;
mod screens;
pub mod theme;

pub use chooser::draw_chooser;
pub use opening::draw_opening;
pub use theme::Theme;

use crate::app::geometry::{self, SMALLEST};
use crate::app::model::Model;
use crate::app::place::Screen;
use canvas::Canvas;
use ratatui::buffer::Buffer;

/// Draws everything.
pub fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let mut canvas = Canvas::new(buffer, theme);
    let whole = canvas.whole();
    canvas.fill(whole, theme.plain);
    let Some(frame) = geometry::frame(model.size).filter(|_| whole.width >= model.size.width) else {
        let (width, height) = (SMALLEST.width, SMALLEST.height);
        let text =
            format!("foldback needs {width} columns and {height} rows; there are {} and {}", whole.width, whole.height);
        return canvas.paragraph(whole, &text, theme.plain);
    };
    frame::draw(model, &frame, &mut canvas);
    match model.screen {
        Screen::Overview => screens::overview::draw(model, frame.body, &mut canvas),
        Screen::Streams => screens::streams::draw(model, frame.body, &mut canvas),
        Screen::Log => screens::log::draw(model, frame.body, &mut canvas),
        Screen::Travel => screens::travel::draw(model, frame.body, &mut canvas),
        Screen::Projections => screens::projections::draw(model, frame.body, &mut canvas),
        Screen::Sagas => screens::sagas::draw(model, frame.body, &mut canvas),
        Screen::Trace => screens::trace::draw(model, frame.body, &mut canvas),
        Screen::DeadLetters => screens::dead_letters::draw(model, frame.body, &mut canvas),
    }
    modals::draw(model, &frame, &mut canvas);
}
