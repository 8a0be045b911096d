//! Asks which of several stores is meant, before there is anything to explore.

use super::options::TuiOptions;
use super::terminal::Terminal;
use super::{input, signals};
use crate::app::chooser::{Chooser, Chosen, Offer};
use crate::app::geometry::Size;
use crate::app::message::Message;
use crate::ui;
use tokio::sync::mpsc;

/// The name of the store that was chosen; `None` where none was.
pub async fn choose(source: String, offers: Vec<Offer>, options: &TuiOptions) -> anyhow::Result<Option<String>> {
    let theme = options.theme()?;
    let mut chooser = Chooser::new(source, offers);
    let mut signals = signals::Signals::begin()?;
    let mut terminal = Terminal::begin()?;
    let (sender, mut messages) = mpsc::unbounded_channel();
    let mut input = input::listen(sender);
    let (width, height) = terminal.size()?;
    chooser.hear(&Message::Size(Size { width, height }));
    let chosen = loop {
        terminal.draw(|buffer| ui::draw_chooser(&chooser, &theme, buffer))?;
        let message = tokio::select! {
            Some(message) = messages.recv() => message,
            // The terminal is gone.
            _ = &mut input => break Chosen::Leave,
            () = signals.wait() => break Chosen::Leave,
        };
        if let Some(chosen) = chooser.hear(&message) {
            break chosen;
        }
    };
    input.abort();
    terminal.end();
    Ok(match chosen {
        Chosen::Store(name) => Some(name),
        Chosen::Leave => None,
    })
}
