//! The time machine: folds, seeks, differences, blame. It reads nothing itself: it says what it needs.
//!
//! A [`Moment`] is the state of one stream at one version, with how it came about. It is never a guess: without a
//! reducer it is `Unavailable` and says why; a fold that stopped half-way is `Partial` and names the event.

mod moment;
mod step;

pub use moment::{BlameLine, Change, ChangeOp, Moment, Outcome, StartedFrom, Stop};
pub use step::{Blamed, Step, Tally};
