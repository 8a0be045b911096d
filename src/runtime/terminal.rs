//! The terminal, taken and given back: at the end, for a while, and when something panics.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use std::io::{self, Stdout, stdout};
use std::sync::Once;
use std::time::Duration;

/// The terminal while it is ours.
pub(super) struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<Stdout>>,
    ours: bool,
}

impl Terminal {
    /// Takes the terminal.
    pub(super) fn begin() -> io::Result<Terminal> {
        give_back_on_panic();
        take()?;
        let inner = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(Terminal { inner, ours: true })
    }

    /// Gives it back.
    pub(super) fn end(&mut self) {
        if self.ours {
            self.ours = false;
            give_back();
        }
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.inner.size()?;
        Ok((size.width, size.height))
    }

    /// Draws what has changed since the last picture. A terminal that can do so shows it all at once.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        execute!(stdout(), BeginSynchronizedUpdate)?;
        let drawn = self.inner.draw(|frame| draw(frame.buffer_mut())).map(|_| ());
        execute!(stdout(), EndSynchronizedUpdate)?;
        drawn
    }

    /// Gives the terminal back, stops until the shell continues us, and takes it again.
    pub(super) async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
            // The whole job stops, as if the terminal's driver had seen the key. The signal may take effect a little
            // later: the terminal is not taken again before we are told to go on, or nobody stops us at all.
            rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
            let _ = tokio::time::timeout(Duration::from_millis(300), continued.recv()).await;
        }
        take()?;
        // A new picture from nothing. To clear the old one would ask the terminal where its cursor is, and the answer
        // would go to whoever reads keys.
        self.inner = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.end();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste)
}

/// Every step is tried: a terminal that is half given back is worse than an error that nobody sees.
fn give_back() {
    let _ = execute!(stdout(), DisableBracketedPaste, DisableMouseCapture, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// A panic of the loop gives the terminal back before it speaks. A panic of a task is not the end: it becomes a
/// message, so it must neither speak nor give anything back.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    let ours = std::thread::current().id();
    ONCE.call_once(|| {
        let speak = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == ours {
                give_back();
                speak(panic);
            }
        }));
    });
}
