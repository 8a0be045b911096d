//! The log: every event in global order, with filters that stand in the title, and the selected payload beside it.

pub mod filters;

use super::super::action::Action;
use super::super::command;
use super::super::context::Context;
use super::super::document::Document;
use super::super::effect::{self, Slot};
use super::super::format;
use super::super::geometry;
use super::super::highlight;
use super::super::modals::prompt::{Prompt, Purpose};
use super::super::modals::{Detail, Modal};
use super::super::place::Place;
use super::super::window::{Row, Want, Window};
use super::trace;
use crate::analysis::when::{no_numbers, parse_number, parse_when};
use crate::replay::reducers::Expr;
use filters::Filters;
use foldback_domain::event::{EventHead, Position, RecordedEvent};
use foldback_domain::reading::{Direction, EventAddress, LogFilter, LogRead};
use jiff::Timestamp;

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The rows before a place and the rows behind it.
    Page {
        /// What the window wants.
        want: Want<Position>,
        /// The rows before, read away from the place.
        before: Option<Box<LogRead>>,
        /// The rows behind.
        after: Option<Box<LogRead>>,
        /// What must hold of an event besides.
        matching: Option<Box<Expr>>,
    },
    /// One event, whole.
    Event(EventAddress),
    /// The last position at a time or before it.
    Seek(Timestamp),
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Rows.
    Page {
        /// What was wanted.
        want: Want<Position>,
        /// The rows, in the order of the screen.
        rows: Vec<EventHead>,
        /// The first row that does not stand before the place.
        pivot: usize,
        /// Whether the first is the list's first, where that is known.
        at_start: Option<bool>,
        /// Whether the last is the list's last, where that is known.
        at_end: Option<bool>,
        /// Why it is not known of some events whether they belong to it.
        undecided: Option<String>,
    },
    /// The event; `None` where there is none.
    Event(Option<Box<RecordedEvent>>),
    /// The position; `None` before the first event.
    Seek(Option<Position>),
}

/// A row of the log: an event that has a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Where it stands.
    pub position: Position,
    /// The event.
    pub head: EventHead,
}

impl Row for LogRow {
    type Key = Position;

    fn key(&self) -> Position {
        self.position
    }
}

/// The event beside the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Where it stands.
    pub position: Position,
    /// All of it.
    pub event: Box<RecordedEvent>,
    /// Its payload, laid out.
    pub payload: Document,
}

/// The log's own state.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// The rows.
    pub window: Window<LogRow>,
    /// Whether the newest stands first.
    pub newest_first: bool,
    /// Which events are shown.
    pub filters: Filters,
    /// The event beside the list.
    pub shown: Option<Shown>,
    /// Where a range begins that is being marked.
    pub mark: Option<Position>,
    /// Whether keys scroll the payload.
    pub at_payload: bool,
    /// Where the clock stood when it was read.
    pub as_of: Option<Position>,
}

impl Log {
    /// Reads what the screen shows, where it has not been read.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.resize(cx);
        if std::mem::replace(&mut self.as_of, cx.as_of()) != cx.as_of() {
            self.rewind(cx);
        }
        self.settle(cx);
    }

    /// The clock was moved: the rows are read as of then. The selected one stays selected; a cursor at the end that
    /// grows stays at the end.
    fn rewind(&mut self, cx: &mut Context<'_>) {
        let want = self.window.keep(Some(self.first_want()));
        if let Some(want) = want {
            self.read(want, cx);
        }
    }

    /// The terminal has another size.
    pub fn resize(&mut self, cx: &Context<'_>) {
        self.window.resize(geometry::list(cx.area).rows.rows());
        if geometry::list(cx.area).side.is_none() {
            self.at_payload = false;
        }
    }

    /// Shows other events.
    pub fn show(&mut self, filter: LogFilter, cx: &mut Context<'_>) {
        self.filters = Filters::of(filter);
        self.restart(cx);
    }

    /// Goes to a position.
    pub fn go_to(&mut self, position: Position, cx: &mut Context<'_>) {
        self.resize(cx);
        if let Some(as_of) = cx.as_of().filter(|as_of| position > *as_of) {
            let (position, as_of) = (format::place(position.number()), format::place(as_of.number()));
            cx.notice = Some(format!("{position} had not happened yet as of {as_of}"));
        }
        self.window.let_go();
        let stale = std::mem::replace(&mut self.as_of, cx.as_of()) != cx.as_of();
        if !stale && self.window.select(&position) {
            return self.settle(cx);
        }
        self.read(Want::Around(position), cx);
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        if self.at_payload && self.scroll_payload(action, cx) {
            return;
        }
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
            Action::NextPane | Action::PreviousPane => {
                self.at_payload = !self.at_payload && geometry::list(cx.area).side.is_some();
            }
            Action::Open => {
                let row = self.window.selected();
                cx.go = row.map(|row| Place::Stream(row.head.stream_id.clone(), row.head.stream_version));
            }
            Action::Order => {
                self.newest_first = !self.newest_first;
                let position = self.window.selected_key();
                self.window.clear();
                match position {
                    Some(position) => self.read(Want::Around(position), cx),
                    None => self.restart(cx),
                }
            }
            Action::GoTo => cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::LogGoTo))),
            Action::FilterPattern => {
                let typed = self.filters.filter().event_type.clone().unwrap_or_default();
                cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::LogPattern).with(typed)));
            }
            Action::FilterWhere => {
                let typed = self.filters.expression().map_or(String::new(), |expr| expr.text().to_owned());
                cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::LogWhere).with(typed)));
            }
            Action::FindPattern => cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::Pattern))),
            Action::FilterType | Action::FilterStream | Action::FilterCorrelation => self.filter_like(action, cx),
            Action::ClearLast if self.mark.take().is_some() => {}
            Action::ClearLast => self.clear(false, cx),
            Action::ClearAll => self.clear(true, cx),
            Action::Mark => self.mark_range(cx),
            Action::TraceLogged => {
                cx.go = self.window.selected().and_then(|row| trace::of_event(&row.head));
            }
            Action::Payload => {
                if let Some(shown) = &self.shown {
                    let title = format!("payload of {}", shown.position);
                    cx.modal = Some(Modal::Detail(Detail::new(title, shown.payload.lines.clone())));
                }
            }
            Action::Refresh => return self.restart(cx),
            _ => return,
        }
        self.settle(cx);
    }

    /// Takes what was typed into a prompt; an error stands under it.
    pub fn prompted(&mut self, purpose: Purpose, text: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let text = text.trim();
        if purpose == Purpose::LogPattern {
            self.filters.set_pattern((!text.is_empty()).then(|| text.to_owned()));
            self.restart(cx);
            return Ok(());
        }
        if purpose == Purpose::LogWhere {
            let expr = (!text.is_empty()).then(|| Expr::parse(text).map_err(|trouble| trouble.why)).transpose()?;
            if expr.as_ref().is_some_and(Expr::needs_state) {
                return Err("the log looks at event alone; B finds where something holds of a state".to_owned());
            }
            self.filters.set_expression(expr);
            self.restart(cx);
            return Ok(());
        }
        if let Some(number) = parse_number(text) {
            let numbering = cx.source.numbering;
            if let Some(why) = no_numbers(numbering) {
                return Err(format!("position {text}: {why}"));
            }
            self.go_to(numbering.first(number), cx);
            return Ok(());
        }
        let at = parse_when(text, cx.now)
            .ok_or_else(|| format!("{text:?} is neither a position nor a time; try 1204 or 2h ago"))?;
        cx.run(Slot::Seek, effect::Ask::Log(Ask::Seek(at)));
        Ok(())
    }

    /// Selects the row under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let layout = geometry::list(cx.area);
        self.at_payload = layout.side.is_some_and(|side| side.row_at(x, y).is_some());
        let before = self.window.selected_key();
        let Some(row) = layout.rows.row_at(x, y) else { return };
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
            Reply::Page { want, rows, pivot, at_start, at_end, undecided } => {
                cx.notice = undecided.or(cx.notice.take());
                let rows = rows.into_iter().filter_map(|head| Some(LogRow { position: head.global_position?, head }));
                self.window.fill(&want, rows.collect(), pivot, at_start, at_end);
                self.settle(cx);
            }
            Reply::Event(event) => {
                let event = event.and_then(|event| Some((event.head.global_position?, event)));
                self.shown = event.map(|(position, event)| Shown {
                    position,
                    payload: Document::new(highlight::payload(&event.data, &command::event(cx.source, position))),
                    event,
                });
            }
            Reply::Seek(Some(position)) => self.go_to(position, cx),
            Reply::Seek(None) => cx.notice = Some("the log begins later than that".to_owned()),
        }
    }

    /// The store has changed: where the newest event is on hand, what came behind it is read.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        self.window.grown(!self.newest_first);
        self.settle(cx);
    }

    /// Another list: nothing of the old one holds, but the row is kept where it still is in the list.
    fn restart(&mut self, cx: &mut Context<'_>) {
        let position = self.window.selected_key();
        self.window.clear();
        self.shown = None;
        self.mark = None;
        let want = match position {
            Some(position) => Want::Around(position),
            None => self.first_want(),
        };
        self.read(want, cx);
    }

    /// The newest events are looked at first, in either order.
    fn first_want(&self) -> Want<Position> {
        if self.newest_first { Want::Start } else { Want::End }
    }

    fn settle(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::Log).is_none() && cx.desk.failure(Slot::Log).is_none() {
            let want = if self.window.is_filled() { self.window.need() } else { Some(self.first_want()) };
            if let Some(want) = want {
                self.read(want, cx);
            }
        }
        let has_side = geometry::list(cx.area).side.is_some();
        let Some(position) = self.window.selected_key().filter(|_| has_side) else { return };
        if self.shown.as_ref().is_none_or(|shown| shown.position != position) {
            cx.run_rested(Slot::Event, effect::Ask::Log(Ask::Event(EventAddress::Position(position))));
        }
    }

    fn read(&mut self, want: Want<Position>, cx: &mut Context<'_>) {
        let forward = if self.newest_first { Direction::Backward } else { Direction::Forward };
        let step = if self.newest_first { -1 } else { 1 };
        let limit = self.window.page_size();
        let page = |start: Option<i64>, ahead: bool, limit: usize| {
            let direction = match (ahead, forward) {
                (true, direction) => direction,
                (false, Direction::Forward) => Direction::Backward,
                (false, Direction::Backward) => Direction::Forward,
            };
            Some(Box::new(LogRead {
                filter: self.filters.filter().clone(),
                start: start.map(Position),
                direction,
                limit,
            }))
        };
        let (before, after) = match &want {
            Want::Start => (None, page(None, true, limit)),
            Want::End => (page(None, false, limit), None),
            Want::After(key) => (None, page(Some(key.0.saturating_add(step)), true, limit)),
            Want::Before(key) => (page(Some(key.0.saturating_sub(step)), false, limit), None),
            Want::Around(key) => {
                (page(Some(key.0.saturating_sub(step)), false, limit / 2), page(Some(key.0), true, limit))
            }
        };
        let matching = self.filters.expression().cloned().map(Box::new);
        cx.run(Slot::Log, effect::Ask::Log(Ask::Page { want, before, after, matching }));
    }

    fn scroll_payload(&mut self, action: Action, cx: &Context<'_>) -> bool {
        let Some(side) = geometry::list(cx.area).side else { return false };
        // Four lines above the payload say what event it is.
        let height = side.rows().saturating_sub(4);
        let page = height.saturating_sub(1) as isize;
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            _ => return false,
        };
        if let Some(shown) = &mut self.shown {
            shown.payload.scroll(by, height);
        }
        true
    }

    fn filter_like(&mut self, action: Action, cx: &mut Context<'_>) {
        let Some(head) = self.window.selected().map(|row| row.head.clone()) else { return };
        let changed = match action {
            Action::FilterType => self.filters.toggle_type(head.event_type),
            Action::FilterStream => self.filters.toggle_stream(head.stream_id),
            _ => match head.correlation_id {
                Some(id) => self.filters.toggle_correlation(id),
                None => {
                    cx.notice = Some("this event has no correlation id".to_owned());
                    false
                }
            },
        };
        if changed {
            self.restart(cx);
        }
    }

    fn clear(&mut self, all: bool, cx: &mut Context<'_>) {
        if self.filters.clear(all) {
            self.restart(cx);
        }
    }

    fn mark_range(&mut self, cx: &mut Context<'_>) {
        let Some(position) = self.window.selected_key() else { return };
        match self.mark.take() {
            None => {
                self.mark = Some(position);
                cx.notice = Some("the range begins here; go to where it ends and mark again".to_owned());
            }
            Some(begin) => {
                self.filters.set_range(begin.min(position), begin.max(position));
                self.restart(cx);
            }
        }
    }
}
