//! The time machine: folds, seeks, differences, blame. It reads nothing itself: it says what it needs.
//!
//! A [`Moment`] is the state of one stream at one version, with how it came about. It is never a guess: without a
//! reducer it is `Unavailable` and says why; a fold that stopped half-way is `Partial` and names the event.
//!
//! - [`Timeline`] goes to any version; [`Walk`] goes through the events one by one.
//! - [`diff()`] says what changed between two states, [`apply`] and [`follow`] use that.
//! - [`reducers`] are the users' own: scripts that fold, and expressions over what they fold.
//! - A [`Branch`] is a stream with edits; [`Lockstep`] folds it beside main.
//! - [`Blame`] knows who last changed each path; [`Field`] is one path through time.

mod blame;
mod cursor;
mod diff;
mod field;
mod keyframes;
mod moment;
pub mod pointer;
pub mod reducers;
mod step;
mod stops;
mod timeline;
mod walk;
mod what_if;

pub use blame::Blame;
pub use diff::{
    ApplyError, Tally, TextPart, TextTag, apply, count_changes, diff, follow, summary, text_change, text_diff,
};
pub use field::Field;
pub use keyframes::{KEYFRAME_BUDGET, Keyframe};
pub use moment::{BlameLine, Change, ChangeOp, Moment, Outcome, StartedFrom, Stop};
pub use step::{Blamed, Step};
pub use stops::Break;
pub use timeline::{Seek, Timeline};
pub use walk::{Turn, Walk, WalkStep};
pub use what_if::{
    Branch, BranchTimeline, Compared, Counts, Edit, Language, Lockstep, Mark, Parting, Place, Plan, Test, Then,
};
