//! The terminal, taken and given back: at the end, for a while, and when something panics.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use std::io::{self, Stdout, stdout};
use std::sync::Once;

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

    /// Draws what has changed since the last picture.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        self.inner.draw(|frame| draw(frame.buffer_mut()))?;
        Ok(())
    }

    /// Gives the terminal back, stops until the shell continues us, and takes it again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole job stops, as if the terminal's driver had seen the key.
        #[cfg(unix)]
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        take()?;
        self.inner.clear()
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
