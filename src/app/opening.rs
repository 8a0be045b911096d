//! What stands on the screen while a source is opened that takes its time: what, how far, how fast, how long.

use super::format::{number, span};
use super::geometry::Size;
use super::input::{Code, Key, Named};
use super::message::Message;
use std::time::Duration;

/// A source that is being opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// What it is called, safe to show.
    pub source: String,
    /// The terminal.
    pub size: Size,
    waited: Duration,
    done: u64,
    total: Option<u64>,
}

impl Opening {
    /// A source of which nothing is known yet.
    pub fn new(source: String) -> Self {
        Opening { source, ..Opening::default() }
    }

    /// Takes in how far it has come after so long: so many events, of about so many.
    pub fn told(&mut self, waited: Duration, (done, total): (u64, Option<u64>)) {
        (self.waited, self.done, self.total) = (waited, done, total);
    }

    /// Takes in what happened; whether somebody wants to leave.
    pub fn hear(&mut self, message: &Message) -> bool {
        match message {
            Message::Size(size) => self.size = *size,
            Message::Key(Key { code, ctrl, .. }) => {
                let code = *code;
                return code == Code::Named(Named::Esc)
                    || code == Code::Char('q')
                    || (*ctrl && code == Code::Char('c'));
            }
            _ => {}
        }
        false
    }

    /// How far it is, in words.
    pub fn sentence(&self) -> String {
        if self.done == 0 {
            return format!("opening it · {}", span(self.waited));
        }
        if self.total == Some(self.done) {
            return format!(
                "{} events are loaded; they are being put in order · {}",
                number(self.done),
                span(self.waited)
            );
        }
        let rate = self.done as f64 / self.waited.as_secs_f64().max(0.001);
        let total = self.total.map_or(String::new(), |total| format!(" of about {}", number(total)));
        let left = self.total.map_or(String::new(), |total| {
            let seconds = (total.saturating_sub(self.done) as f64 / rate.max(1.0)).ceil();
            format!(" · {} left", span(Duration::from_secs(seconds as u64)))
        });
        let done = number(self.done);
        format!("loading it aside: {done}{total} events · {}/s{left}", number(rate as u64))
    }

    /// How much of it is there, from 0 to 1; `None` where nobody knows.
    pub fn part(&self) -> Option<f64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some((self.done as f64 / total as f64).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_how_fast_and_how_long_is_said() {
        let mut opening = Opening::new("events.jsonl".into());
        assert_eq!((opening.sentence().as_str(), opening.part()), ("opening it · 0 ms", None));
        opening.told(Duration::from_secs(2), (20_000, Some(80_000)));
        let said = "loading it aside: 20,000 of about 80,000 events · 10,000/s · 6 s left";
        assert_eq!((opening.sentence().as_str(), opening.part()), (said, Some(0.25)));
        opening.told(Duration::from_secs(2), (20_000, None));
        assert_eq!(opening.sentence(), "loading it aside: 20,000 events · 10,000/s");
        opening.told(Duration::from_secs(9), (80_000, Some(80_000)));
        assert_eq!(opening.sentence(), "80,000 events are loaded; they are being put in order · 9 s");
        let leaves = |key: &str| Opening::default().hear(&Message::Key(key.parse().unwrap()));
        assert_eq!(["esc", "q", "ctrl-c", "c", "enter"].map(leaves), [true, true, true, false, false]);
    }
}
