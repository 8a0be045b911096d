//! The terminal: its loop, its input, and effects turned into tasks.
//!
//! ```text
//!   keys, mouse, size ──┐                       ┌──> draw (once for all that is ready)
//!   answers of tasks ───┼──> update(&mut Model) ┤
//!   the store changed ──┘                       └──> effects ──> tasks
//! ```

mod bookmarks;
mod chooser;
mod clipboard;
mod follow;
mod input;
mod opening;
pub mod options;
pub mod perform;
mod signals;
mod tasks;
mod terminal;
mod watch;

pub use chooser::choose;
pub use opening::wait;
pub use options::TuiOptions;

use crate::app::effect::Effect;
use crate::app::geometry::Size;
use crate::app::message::Message;
use crate::app::{Model, Setup, update};
use crate::engine::command;
use crate::explore::Explorer;
use crate::explore::live::Live;
use crate::ui::{self, Theme};
use bookmarks::Bookmarks;
use std::time::Duration;
use tasks::Tasks;
use terminal::Terminal;
use tokio::sync::mpsc;

/// Runs the terminal UI on a source until the user leaves it. A shop that is at work on it is paced from there.
pub async fn run(explorer: Explorer, options: TuiOptions, shop: Option<&mut Live>) -> anyhow::Result<()> {
    let (theme, keymap) = (options.theme()?, options.keymap()?);
    let bookmarks = Bookmarks::of(&explorer);
    let setup = Setup {
        bookmarks: bookmarks.read(),
        source: explorer.source(),
        source_arg: explorer.words().to_owned(),
        demo: options.demo,
        keymap,
        start: options.start,
        as_of: options.as_of,
        unwritable: explorer.unwritable(),
        commands: if explorer.unwritable().is_none() {
            command::names().map(str::to_owned).collect()
        } else {
            Vec::new()
        },
        live: shop.is_some(),
    };
    let mut terminal = Terminal::begin()?;
    let ended = live(explorer, Model::new(setup), &theme, &mut terminal, shop, &bookmarks).await;
    terminal.end();
    ended
}

/// The loop. When nothing happens it waits, and nothing runs.
async fn live(
    explorer: Explorer,
    mut model: Model,
    theme: &Theme,
    terminal: &mut Terminal,
    mut shop: Option<&mut Live>,
    bookmarks: &Bookmarks,
) -> anyhow::Result<()> {
    let (sender, mut messages) = mpsc::unbounded_channel();
    let follower = follow::follow(explorer.clone(), sender.clone());
    let watcher = watch::watch(explorer.clone(), sender.clone());
    let mut input = input::listen(sender.clone());
    let mut tasks = Tasks::new(explorer.clone(), sender.clone());
    let mut signals = signals::Signals::begin()?;
    let (width, height) = terminal.size()?;
    let mut ready = vec![Message::Size(Size { width, height }), Message::Start];
    loop {
        let mut go_on = true;
        for message in std::iter::once(Message::Clock(explorer.now())).chain(ready.drain(..)) {
            for effect in update(&mut model, message) {
                match effect {
                    Effect::Run(task) => tasks.run(task),
                    Effect::Cancel(slot) => tasks.cancel(slot),
                    Effect::Copy(text) => clipboard::copy(&text),
                    Effect::Keep(positions) => {
                        if let Err(why) = bookmarks.keep(&positions) {
                            let _ = sender.send(Message::Notice(why));
                        }
                    }
                    Effect::Pace { paused, speed } => {
                        if let Some(live) = &shop {
                            live.shop.pace.set(paused, speed);
                        }
                    }
                    Effect::Suspend => {
                        terminal.suspend().await?;
                        let (width, height) = terminal.size()?;
                        update(&mut model, Message::Size(Size { width, height }));
                    }
                    Effect::Quit => go_on = false,
                }
            }
        }
        if !go_on {
            break;
        }
        terminal.draw(|buffer| ui::draw(&model, theme, buffer))?;
        tokio::select! {
            biased;
            Some(message) = messages.recv() => ready.push(message),
            Some(said) = hear(&mut shop) => ready.push(Message::Notice(said)),
            // The terminal is gone.
            _ = &mut input => break,
            () = signals.wait() => break,
            () = pause(model.tick()) => ready.push(Message::Tick),
        }
        // One picture for everything that is ready, however much it is.
        while let Ok(message) = messages.try_recv() {
            ready.push(message);
        }
    }
    input.abort();
    follower.abort();
    watcher.abort();
    tasks.end();
    Ok(())
}

/// What the shop says.
async fn hear(shop: &mut Option<&mut Live>) -> Option<String> {
    match shop {
        Some(live) => live.said.recv().await,
        None => std::future::pending().await,
    }
}

async fn pause(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
