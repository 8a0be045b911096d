//! The pure half's ground floor: the vocabulary of event sourcing and a domain worth debugging.
//!
//! Nothing here touches a clock, a disk, a network or a terminal. A service can share this crate with
//! foldback, so that both fold the same events by the same rules.
//!
//! - [`event`]: what a recorded event is: stream, version, global position, payload, metadata.
//! - [`reading`] and [`source`]: what can be asked of a store, and what a source says of itself.
//! - [`Aggregate`] and [`DomainEvent`]: what a domain of your own implements.
//! - [`Reducer`] and [`Fold`]: an aggregate as the time machine sees it, with its types erased.

mod aggregate;
pub mod event;
pub mod reading;
mod reducer;
pub mod source;

pub use aggregate::{Aggregate, DecodeError, DomainEvent, Violation};
pub use reducer::{Domain, Fold, FoldError, Reducer, ReducerInfo, ReducerKind};
