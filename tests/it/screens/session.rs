//! A session without a terminal: keys go in, pictures come out, and every effect is answered at once.

use foldback::app::effect::Effect;
use foldback::app::geometry::Size;
use foldback::app::keymap::Keymap;
use foldback::app::message::{Cost, Message};
use foldback::app::{Model, Setup, update};
use foldback::explore::{Explorer, Reporter};
use foldback::runtime::perform::{self, Opened};
use foldback::ui::{self, Theme};
use foldback_domain::event::Position;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::VecDeque;

/// A model, a source, and what was asked of the world beside it.
pub struct Session {
    pub model: Model,
    pub copied: Vec<String>,
    pub kept: Vec<Position>,
    pub has_quit: bool,
    explorer: Explorer,
    opened: Opened,
    runtime: tokio::runtime::Runtime,
}

impl Session {
    /// A session on a source, on a screen of a size, on the evening after the sample data.
    pub fn new(explorer: Explorer, demo: bool, width: u16, height: u16) -> Session {
        Session::begun(explorer, demo, width, height, None)
    }

    fn begun(explorer: Explorer, demo: bool, width: u16, height: u16, as_of: Option<Position>) -> Session {
        let setup = Setup {
            source: explorer.source(),
            source_arg: explorer.source().label,
            demo,
            keymap: Keymap::default(),
            start: None,
            as_of,
            bookmarks: Vec::new(),
            unwritable: explorer.unwritable(),
            commands: Vec::new(),
            live: false,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut session = Session {
            model: Model::new(setup),
            copied: Vec::new(),
            kept: Vec::new(),
            has_quit: false,
            explorer,
            opened: Opened::default(),
            runtime,
        };
        session.send(Message::Clock("2026-01-08T20:00:00Z".parse().unwrap()));
        session.send(Message::Size(Size { width, height }));
        session.send(Message::Start);
        session
    }

    /// A session on the bundled sample data.
    pub fn demo(width: u16, height: u16) -> Session {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let reader = runtime.block_on(foldback::explore::demo::open()).unwrap();
        Session::new(Explorer::new(reader, foldback::domain::Registry::embedded(), false), true, width, height)
    }

    /// The same, with the clock in the past.
    pub fn demo_as_of(width: u16, height: u16, position: Position) -> Session {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let reader = runtime.block_on(foldback::explore::demo::open()).unwrap();
        let explorer = Explorer::new(reader, foldback::domain::Registry::embedded(), false);
        Session::begun(explorer, true, width, height, Some(position))
    }

    /// A message, and the answers to everything that it leads to.
    pub fn send(&mut self, message: Message) {
        let mut waiting = VecDeque::from([message]);
        while let Some(message) = waiting.pop_front() {
            for effect in update(&mut self.model, message) {
                match effect {
                    Effect::Run(task) => {
                        let silent = Reporter::silent();
                        let work = perform::answer(&self.explorer, task.as_of, &self.opened, task.ask, &silent);
                        let (slot, ticket, cost) = (task.slot, task.ticket, Cost::default());
                        waiting.push_back(match self.runtime.block_on(work) {
                            Ok(reply) => Message::Replied { slot, ticket, cost, reply: Box::new(reply) },
                            Err(error) => Message::Failed { slot, ticket, why: error.to_string() },
                        });
                    }
                    Effect::Keep(positions) => self.kept = positions,
                    Effect::Copy(text) => self.copied.push(text),
                    Effect::Quit => self.has_quit = true,
                    Effect::Cancel(_) | Effect::Suspend | Effect::Pace { .. } => {}
                }
            }
        }
    }

    /// Keys by their names, with spaces between them.
    pub fn keys(&mut self, keys: &str) -> &mut Session {
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            let key = key.parse().unwrap_or_else(|()| panic!("{key} is no key"));
            self.send(Message::Key(key));
        }
        self
    }

    /// A text, letter by letter.
    pub fn types(&mut self, text: &str) -> &mut Session {
        for c in text.chars() {
            let key = if c == ' ' { "space".to_owned() } else { c.to_string() };
            self.keys(&key);
        }
        self
    }

    /// The picture, in a theme.
    pub fn draw(&self, theme: &Theme) -> Buffer {
        let Size { width, height } = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        ui::draw(&self.model, theme, &mut buffer);
        buffer
    }

    /// The picture as text, without the spaces at the ends of lines.
    pub fn text(&self) -> String {
        text(&self.draw(&Theme::named("dark", false).unwrap()))
    }
}

/// A buffer as text. A cell behind a wide character is not there.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area();
    let mut out = String::new();
    for y in 0..area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += (unicode_width::UnicodeWidthStr::width(symbol) as u16).max(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
