//! The streams: a list that is filtered while one types, with the selected stream's state beside it.

pub mod trail;

use super::super::action::Action;
use super::super::context::Context;
use super::super::effect::{self, Slot};
use super::super::geometry;
use super::super::input::Key;
use super::super::modals::typed::Typed;
use super::super::place::Place;
use super::super::window::{Row, Want, Window};
use crate::analysis::streams::NameFilter;
use crate::replay::Moment;
use foldback_domain::event::{Category, EventHead, Position, StreamName};
use foldback_domain::reading::{LogFilter, StreamCursor, StreamSort, StreamSummary, StreamsRead};
use std::time::Duration;
use trail::Trail;

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A page, behind a place.
    Page {
        /// What the window wants.
        want: Want<StreamName>,
        /// Which page.
        read: StreamsRead,
        /// Which names.
        filter: Option<NameFilter>,
    },
    /// The page that ends before a stream.
    Before {
        /// The stream.
        until: StreamName,
        /// Where it stands.
        first: StreamCursor,
        /// Where to begin, where the list can only be read forwards.
        read: StreamsRead,
        /// Which names.
        filter: Option<NameFilter>,
        /// How many rows to keep.
        keep: usize,
        /// How many pages to read at most.
        pages: usize,
    },
    /// The last page.
    End {
        /// Where to begin, where the list can only be read forwards.
        read: StreamsRead,
        /// Which names.
        filter: Option<NameFilter>,
        /// How many rows to keep.
        keep: usize,
        /// The way so far.
        trail: Trail,
    },
    /// The selected stream's last versions and its state.
    Preview(StreamName),
    /// A few streams whose names hold these words, for the palette.
    Search(String),
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A page.
    Page {
        /// What was wanted.
        want: Want<StreamName>,
        /// The rows.
        rows: Vec<StreamSummary>,
        /// Whether the first of them is the list's first, where that is known.
        at_start: Option<bool>,
        /// Whether the last of them is the list's last, where that is known.
        at_end: Option<bool>,
        /// The way, where it was walked.
        trail: Option<Trail>,
    },
    /// The selected stream.
    Preview(Box<Preview>),
    /// Streams for the palette.
    Found(Vec<StreamSummary>),
}

/// A stream at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Which stream.
    pub stream: StreamName,
    /// Where the clock stood.
    pub as_of: Option<Position>,
    /// Its last versions, the newest first.
    pub versions: Vec<EventHead>,
    /// Its state now; `None` where the stream is gone.
    pub moment: Option<Moment>,
}

impl Row for StreamSummary {
    type Key = StreamName;

    fn key(&self) -> StreamName {
        self.stream_id.clone()
    }
}

/// The list's own state.
#[derive(Debug, Clone, Default)]
pub struct Streams {
    /// The rows.
    pub window: Window<StreamSummary>,
    /// The order.
    pub sort: StreamSort,
    /// Only this category.
    pub category: Option<Category>,
    /// Only names with these words.
    pub words: Typed,
    /// Whether the words are being typed.
    pub typing: bool,
    /// The selected stream.
    pub preview: Option<Preview>,
    /// Where the clock stood when it was read.
    as_of: Option<Position>,
    trail: Trail,
}

impl Streams {
    /// Reads what the screen shows, where it has not been read.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.resize(cx);
        if std::mem::replace(&mut self.as_of, cx.as_of()) != cx.as_of() && self.window.is_filled() {
            self.window.keep(None);
            self.read_again(cx);
        }
        self.settle(cx);
    }

    /// The terminal has another size.
    pub fn resize(&mut self, cx: &Context<'_>) {
        self.window.resize(geometry::list(cx.area).rows.rows());
    }

    /// Which names are shown.
    pub fn filter(&self) -> Option<NameFilter> {
        let words = self.words.text().trim();
        (!words.is_empty()).then(|| NameFilter::Words(words.to_owned()))
    }

    /// Shows one category.
    pub fn show_category(&mut self, category: Option<Category>, cx: &mut Context<'_>) {
        self.category = category;
        self.words = Typed::default();
        self.restart(cx);
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Up => self.window.move_by(-1),
            Action::Down => self.window.move_by(1),
            Action::PageUp => self.window.page(-1),
            Action::PageDown => self.window.page(1),
            Action::Top => {
                if let Some(want) = self.window.to_start() {
                    self.read(want, cx);
                }
            }
            Action::Bottom => {
                if let Some(want) = self.window.to_end() {
                    self.read(want, cx);
                }
            }
            Action::Open => {
                // A preview that is still being folded would hold the stream.
                cx.desk.cancel(Slot::Preview);
                cx.go = self.window.selected_key().map(|stream| Place::Stream(stream, None));
                return;
            }
            Action::StreamLog => {
                let filter = |stream| LogFilter { stream: Some(stream), ..LogFilter::default() };
                cx.go = self.window.selected_key().map(|stream| Place::Log(filter(stream)));
            }
            Action::Filter => self.typing = true,
            Action::Category => return self.next_category(cx),
            Action::Sort => {
                self.sort = match self.sort {
                    StreamSort::Name => StreamSort::Length,
                    StreamSort::Length => StreamSort::Recent,
                    StreamSort::Recent => StreamSort::Name,
                };
                return self.restart(cx);
            }
            Action::ClearStreams => return self.show_category(None, cx),
            Action::Refresh => return self.reload(cx),
            _ => return,
        }
        self.settle(cx);
    }

    /// A key while the words are being typed. The list follows every letter.
    pub fn type_key(&mut self, key: Key, action: Option<Action>, cx: &mut Context<'_>) {
        match action {
            Some(Action::Accept) => self.typing = false,
            Some(Action::Cancel) => {
                self.typing = false;
                if !self.words.text().is_empty() {
                    self.words = Typed::default();
                    self.restart(cx);
                }
            }
            Some(Action::TypingUp) => self.act(Action::Up, cx),
            Some(Action::TypingDown) => self.act(Action::Down, cx),
            Some(Action::TypingPageUp) => self.act(Action::PageUp, cx),
            Some(Action::TypingPageDown) => self.act(Action::PageDown, cx),
            _ => {
                let before = self.words.text().to_owned();
                self.words.key(key);
                if self.words.text() != before {
                    self.restart(cx);
                }
            }
        }
    }

    /// A text that was pasted while the words are being typed.
    pub fn paste(&mut self, text: &str, cx: &mut Context<'_>) {
        self.words.paste(text);
        self.restart(cx);
    }

    /// Selects the row under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let before = self.window.selected_key();
        let Some(row) = geometry::list(cx.area).rows.row_at(x, y) else { return };
        if self.window.select_on_screen(row) {
            if self.window.selected_key() == before {
                return self.act(Action::Open, cx);
            }
            self.settle(cx);
        }
    }

    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        match reply {
            Reply::Page { want, rows, at_start, at_end, trail } => {
                match trail {
                    Some(trail) => self.trail = trail,
                    None if at_start == Some(true) && self.trail.is_cut() => self.trail = Trail::default(),
                    None => {}
                }
                self.window.fill(&want, rows, 0, at_start, at_end);
                if let Some(last) = self.window.rows().last() {
                    self.trail.pass(self.sort, StreamCursor::of(self.sort, last));
                }
                self.settle(cx);
            }
            Reply::Preview(preview) => self.preview = Some(*preview),
            Reply::Found(_) => {}
        }
    }

    /// The store has changed: the rows on hand are read again, and the cursor stays where it is.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::Streams).is_some() {
            return;
        }
        self.preview = None;
        self.read_again(cx);
    }

    /// Reads the rows on hand again.
    fn read_again(&mut self, cx: &mut Context<'_>) {
        let first = self.window.rows().first().filter(|_| !self.window.at_start());
        let after = first.and_then(|first| self.trail.before(self.sort, &StreamCursor::of(self.sort, first)).cloned());
        let limit = self.window.rows().len().max(self.window.page_size());
        let read = StreamsRead { limit, ..self.page(after) };
        self.ask(Ask::Page { want: Want::Start, read, filter: self.filter() }, cx);
    }

    fn next_category(&mut self, cx: &mut Context<'_>) {
        let Some(totals) = &cx.facts.totals else {
            cx.notice = Some("the categories are still being counted".to_owned());
            return;
        };
        let mut names = totals.categories.iter().map(|total| &total.category);
        self.category = match &self.category {
            None => names.next().cloned(),
            Some(current) => names.skip_while(|name| *name != current).nth(1).cloned(),
        };
        self.restart(cx);
    }

    /// Another list: nothing of the old one holds.
    fn restart(&mut self, cx: &mut Context<'_>) {
        self.window.clear();
        self.trail = Trail::default();
        self.preview = None;
        cx.desk.cancel(Slot::Preview);
        let ask = Ask::Page { want: Want::Start, read: self.page(None), filter: self.filter() };
        // While somebody types, a page for every letter would be read for nothing.
        let delay = Duration::from_millis(if self.typing { 40 } else { 0 });
        cx.desk.run(cx.now, Slot::Streams, delay, effect::Ask::Streams(ask));
    }

    /// Reads on where the cursor comes near an edge, and what stands beside the list.
    fn settle(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::Streams).is_none()
            && cx.desk.failure(Slot::Streams).is_none()
            && let Some(want) = self.window.need()
        {
            self.read(want, cx);
        }
        let has_side = geometry::list(cx.area).side.is_some();
        // A stream that is not in this list may be there all the same, or have been; the preview knows.
        let stream = self.window.selected_key().or(self.window.lost().cloned());
        let Some(stream) = stream.filter(|_| has_side) else { return };
        let known = |preview: &Preview| preview.stream == stream && preview.as_of == cx.as_of();
        if !self.preview.as_ref().is_some_and(known) {
            let moved = self.preview.as_ref().is_some_and(|preview| preview.as_of != cx.as_of());
            let ask = effect::Ask::Streams(Ask::Preview(stream));
            if moved { cx.run(Slot::Preview, ask) } else { cx.run_rested(Slot::Preview, ask) }
        }
    }

    fn page(&self, after: Option<StreamCursor>) -> StreamsRead {
        StreamsRead { category: self.category.clone(), sort: self.sort, after, limit: self.window.page_size() }
    }

    fn read(&mut self, want: Want<StreamName>, cx: &mut Context<'_>) {
        let filter = self.filter();
        let keep = self.window.page_size() * 2;
        let last = self.window.rows().last().map(|row| StreamCursor::of(self.sort, row));
        let first = self.window.rows().first().map(|row| StreamCursor::of(self.sort, row));
        let ask = match (&want, first) {
            (Want::After(_), _) => Ask::Page { want, read: self.page(last), filter },
            (Want::End, _) => Ask::End { read: self.page(last), filter, keep, trail: self.trail.clone() },
            (Want::Before(until), Some(first)) => Ask::Before {
                until: until.clone(),
                read: self.page(self.trail.before(self.sort, &first).cloned()),
                first,
                filter,
                keep,
                pages: self.trail.pages_back(),
            },
            _ => Ask::Page { want: Want::Start, read: self.page(None), filter },
        };
        self.ask(ask, cx);
    }

    fn ask(&self, ask: Ask, cx: &mut Context<'_>) {
        cx.run(Slot::Streams, effect::Ask::Streams(ask));
    }
}
