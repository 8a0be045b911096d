//! What should happen in the world, as plain data.

use super::clock;
use super::screens::{dead_letters, log, overview, projections, sagas, streams, trace, travel};
use foldback_domain::event::Position;
use std::time::Duration;

/// What `update` asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read something; the answer comes as a message with the task's ticket.
    Run(Task),
    /// End the work in a slot.
    Cancel(Slot),
    /// Put a text on the clipboard.
    Copy(String),
    /// Keep these bookmarks for the next time, and no others.
    Keep(Vec<Position>),
    /// Set the pace of the shop that is at work.
    Pace {
        /// Whether it stands still.
        paused: bool,
        /// How fast it is.
        speed: u32,
    },
    /// Give the terminal back until the shell continues us.
    Suspend,
    /// End.
    Quit,
}

/// Work that is done beside the screen. A newer task in a slot cancels the older one.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Where it runs.
    pub slot: Slot,
    /// What its answer carries, so that a stale one is known.
    pub ticket: Ticket,
    /// How long to wait first: a cursor that moves on cancels it.
    pub delay: Duration,
    /// The position that the answer is as of; `None` is now.
    pub as_of: Option<Position>,
    /// What is asked.
    pub ask: Ask,
}

/// Tells one task from another in the same slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Where work runs: at most one task in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The overview at a glance.
    Glance,
    /// The exact counts.
    Totals,
    /// What needs attention.
    Attention,
    /// What the processes around the log need.
    Needs,
    /// The log's shape over time.
    Histogram,
    /// Where the clock is to stand.
    Clock,
    /// Where something failed.
    Marks,
    /// How far the log reaches while the clock stands in the past.
    Head,
    /// A page of streams.
    Streams,
    /// The preview beside the streams.
    Preview,
    /// A page of the log.
    Log,
    /// The event beside the log.
    Event,
    /// The position of a time.
    Seek,
    /// A stream that is opened.
    Open,
    /// A long stream that is folded ahead of what is asked.
    Fold,
    /// A page of a stream's versions.
    Versions,
    /// What a version is.
    Step,
    /// What each version changed.
    Tallies,
    /// Blame for a state.
    Blame,
    /// The next change of a field.
    Change,
    /// A branch at a version.
    Branch,
    /// A branch at the stream's end.
    BranchEnd,
    /// The version of a time.
    VersionAt,
    /// Streams that match what is typed in the palette.
    Search,
    /// The projections.
    Projections,
    /// A page of a projection's rows.
    Rows,
    /// A read model that is held against its events.
    Audit,
    /// The list of sagas.
    Sagas,
    /// One saga.
    Saga,
    /// A trace.
    Trace,
    /// The dead letters.
    DeadLetters,
    /// What is done to the store.
    Work,
    /// What is looked for.
    Find,
    /// The next stop.
    Run,
}

impl Slot {
    /// What is being done, for the line that shows long work.
    pub fn doing(self) -> &'static str {
        match self {
            Slot::Glance => "looking at the store",
            Slot::Totals => "counting everything",
            Slot::Attention => "folding streams to see what needs attention",
            Slot::Needs => "looking at what goes on around the log",
            Slot::Histogram => "drawing the clock",
            Slot::Clock => "moving the clock",
            Slot::Marks => "looking where something failed",
            Slot::Head => "looking how far the log reaches",
            Slot::Streams => "reading streams",
            Slot::Preview => "folding the selected stream",
            Slot::Log => "reading the log",
            Slot::Event => "reading the event",
            Slot::Seek => "looking for that time",
            Slot::Open => "opening the stream",
            Slot::Fold => "folding ahead",
            Slot::Versions => "reading versions",
            Slot::Step => "folding",
            Slot::Tallies => "counting changes",
            Slot::Blame => "blaming every path",
            Slot::Change => "looking for the change",
            Slot::Branch => "folding the branch",
            Slot::BranchEnd => "folding the branch to its end",
            Slot::VersionAt => "looking for that time",
            Slot::Search => "searching streams",
            Slot::Work => "writing to the store",
            Slot::Find => "searching",
            Slot::Run => "looking for the next stop",
            Slot::Projections => "counting what waits for each projection",
            Slot::Rows => "reading the rows",
            Slot::Audit => "folding the read model aside",
            Slot::Sagas => "reading the sagas",
            Slot::Saga => "reading the saga",
            Slot::Trace => "reading the trace",
            Slot::DeadLetters => "reading the dead letters",
        }
    }

    /// Whether it goes on behind the others, so that Esc means something else.
    pub fn is_background(self) -> bool {
        matches!(
            self,
            Slot::Glance
                | Slot::Totals
                | Slot::Attention
                | Slot::Needs
                | Slot::Histogram
                | Slot::Head
                | Slot::Marks
                | Slot::Preview
                | Slot::Fold
                | Slot::Tallies
                | Slot::BranchEnd
        )
    }
}

/// A question, by the screen that asks it.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Of the overview, and of the frame about every screen.
    Overview(overview::Ask),
    /// Of the clock.
    Clock(clock::Ask),
    /// Of the list of streams, and of the palette.
    Streams(streams::Ask),
    /// Of the log.
    Log(log::Ask),
    /// Of travel.
    Travel(travel::Ask),
    /// Something to be done to the store.
    Work(super::work::Ask),
    /// Something to be found.
    Find(super::find::Ask),
    /// Of the projections.
    Projections(projections::Ask),
    /// Of the sagas.
    Sagas(sagas::Ask),
    /// Of a trace.
    Trace(trace::Ask),
    /// Of the dead letters.
    DeadLetters(dead_letters::Ask),
}

impl Ask {
    /// Whether the answer depends on where the clock stands. The clock itself is about the whole log, and what is done
    /// to the store is done now. A stream is folded ahead as it is now: the clock only chooses among what was folded.
    pub fn follows_the_clock(&self) -> bool {
        !matches!(
            self,
            Ask::Clock(_)
                | Ask::Work(_)
                | Ask::Overview(overview::Ask::Histogram { .. })
                | Ask::Travel(travel::Ask::Fold(_))
        )
    }
}
