//! The shared domain: what a recorded event is, what a domain of one's own implements, and the one that foldback brings.
//!
#![doc = include_str!("README.md")]
//!
//! # What is where
//!
//! - [`event`]: what a recorded event is: stream, version, global position, payload, metadata.
//! - [`reading`] and [`source`]: what can be asked of a store, and what it says of itself.
//! - [`processes`]: what a store tells of the projections, sagas and messages around its log.
//! - [`Aggregate`] and [`DomainEvent`]: what a domain of your own implements; [`events!`] writes the second for you,
//!   and [`upcasters`] reads what was stored in older schemas.
//! - [`Reducer`] and [`Fold`]: an aggregate as the time machine sees it, with its types erased; [`Registry`] says which
//!   one folds which category.
//! - [`Fact`]: an event of the embedded domain, whichever aggregate it is of.
//! - [`aggregates`]: the embedded domain, a small webshop, with its [`ids`], [`Money`], [`Address`] and [`Moment`].
//! - [`saga`]: deciders over messages, and [`sagas`]: those of the shop.
//! - [`integration`]: what the world outside is told of an event.
//! - [`projection`] and [`projections`]: read models as functions from events to rows, and the shop's seven.
//! - [`policies`]: rules that look beyond one aggregate.
//! - [`NamedCommand`]: commands as a command line asks for them.
//! - [`spec`]: given, when, then.

mod address;
mod aggregate;
pub mod aggregates;
mod command;
mod compare;
mod edits;
pub mod event;
mod events;
mod fact;
pub mod ids;
pub mod integration;
mod members;
mod moment;
mod money;
pub mod policies;
pub mod processes;
pub mod projection;
pub mod projections;
pub mod reading;
mod reducer;
mod refuse;
mod registry;
pub mod saga;
pub mod sagas;
pub mod source;
pub mod spec;
pub mod upcasters;
mod verdict;

pub use address::Address;
pub use aggregate::{Aggregate, DecodeError, DomainEvent, Violation};
pub use command::{CommandError, NamedCommand, NamedRefusal};
pub use edits::{Became, Edit};
pub use events::decode_record;
pub use fact::Fact;
pub use members::{Member, Want, members};
pub use moment::Moment;
pub use money::{Currency, Money};
pub use reducer::{Domain, Fold, FoldError, Reducer, ReducerInfo, ReducerKind};
pub use registry::Registry;
pub use verdict::{Decided, Trial, Verdict};
