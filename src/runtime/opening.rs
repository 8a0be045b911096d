//! Waits for a source that takes its time to open, with a screen that says how far it is and hears who wants to leave.

use super::options::TuiOptions;
use super::terminal::Terminal;
use super::{input, signals};
use crate::app::geometry::Size;
use crate::app::message::Message;
use crate::app::opening::Opening;
use crate::ui;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// What opens sooner needs no screen of its own.
const PATIENCE: Duration = Duration::from_millis(150);
/// How often the screen says how far it is.
const PACE: Duration = Duration::from_millis(100);

/// Work that is given up with whoever waits for it.
struct Work<T>(JoinHandle<T>);

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What opening comes to; `None` where somebody left before. `progress` tells how many events are loaded, of how many.
pub async fn wait<T: Send + 'static>(
    source: String,
    progress: impl Fn() -> (u64, Option<u64>),
    options: &TuiOptions,
    opening: impl Future<Output = T> + Send + 'static,
) -> anyhow::Result<Option<T>> {
    let began = Instant::now();
    // A task of its own: what blocks it must not block the keys.
    let mut work = Work(tokio::spawn(opening));
    if let Ok(done) = tokio::time::timeout(PATIENCE, &mut work.0).await {
        return Ok(Some(done?));
    }
    let theme = options.theme()?;
    let mut signals = signals::Signals::begin()?;
    let mut terminal = Terminal::begin()?;
    let (sender, mut messages) = mpsc::unbounded_channel();
    let mut input = input::listen(sender);
    let mut opening = Opening::new(source);
    let (width, height) = terminal.size()?;
    opening.hear(&Message::Size(Size { width, height }));
    let done = loop {
        opening.told(began.elapsed(), progress());
        terminal.draw(|buffer| ui::draw_opening(&opening, &theme, buffer))?;
        tokio::select! {
            biased;
            done = &mut work.0 => break Some(done),
            Some(message) = messages.recv() => if opening.hear(&message) { break None },
            // The terminal is gone.
            _ = &mut input => break None,
            () = signals.wait() => break None,
            () = tokio::time::sleep(PACE) => {}
        }
    };
    input.abort();
    terminal.end();
    Ok(done.transpose()?)
}
