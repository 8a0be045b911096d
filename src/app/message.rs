//! What happened: everything that `update` can learn.

use super::clock;
use super::effect::{Slot, Ticket};
use super::geometry::Size;
use super::input::{Key, Mouse};
use super::screens::{dead_letters, log, overview, projections, sagas, streams, trace, travel};
use jiff::Timestamp;
use std::time::Duration;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The terminal is there: read what the first screen shows.
    Start,
    /// What time it is now; comes before what happened.
    Clock(Timestamp),
    /// How large the terminal is.
    Size(Size),
    /// A key was pressed.
    Key(Key),
    /// A text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The time that [`super::Model::tick`] asked for has passed.
    Tick,
    /// The store has changed.
    Changed,
    /// The user's own reducers have changed: what was folded is to be folded anew.
    ReducersChanged,
    /// Work ended with an answer.
    Replied {
        /// Where it ran.
        slot: Slot,
        /// Which task it was.
        ticket: Ticket,
        /// What it cost.
        cost: Cost,
        /// The answer.
        reply: Box<Reply>,
    },
    /// Work said how far it has come.
    Progressed {
        /// Where it runs.
        slot: Slot,
        /// Which task it is.
        ticket: Ticket,
        /// How far it has come.
        progress: Progress,
    },
    /// Work ended without an answer.
    Failed {
        /// Where it ran.
        slot: Slot,
        /// Which task it was.
        ticket: Ticket,
        /// A sentence with the next step.
        why: String,
    },
    /// Something to tell, that belongs to no pane.
    Notice(String),
}

/// What an answer cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Rows that were read.
    pub rows: u64,
    /// How long it took.
    pub took: Duration,
}

/// How far long work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many are done.
    pub done: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
}

/// An answer, by the screen that asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// To the overview, and to the frame about every screen.
    Overview(overview::Reply),
    /// To the clock.
    Clock(clock::Reply),
    /// To the list of streams, and to the palette.
    Streams(streams::Reply),
    /// To what was looked for.
    Find(super::find::Reply),
    /// To the log.
    Log(log::Reply),
    /// To travel.
    Travel(travel::Reply),
    /// To whoever had something done to the store.
    Work(super::work::Reply),
    /// To the projections.
    Projections(projections::Reply),
    /// To the sagas.
    Sagas(sagas::Reply),
    /// To a trace.
    Trace(trace::Reply),
    /// To the dead letters.
    DeadLetters(dead_letters::Reply),
}
