//! foldback: a terminal explorer and time-travel debugger for event-sourced systems.
//!
//! Current state = fold(initial state, events). foldback folds back in time.
//!
//! # The map of the house
//!
//! A floor imports only floors below it. The pure half and the worldly half meet only in [`explore`], and above it in
//! [`runtime`] and [`cli`], between which `program.rs` chooses.
//!
//! ```text
//!               pure half                          worldly half
//!    7 |  runtime/  terminal loop, effects -> tasks      cli/  one file per subcommand
//!    6 |  explore/  answers a question: reads pages, feeds replay and analysis
//!    5 |  ui/        &Model -> cells            |  engine/    command bus, projections, sagas, outbox at work
//!    4 |  app/       Model + Message -> Effects |  adapters/  other people's stores, read-only
//!    3 |  analysis/  questions over many streams|  store/     our own stores: sqlite, postgres, memory
//!    2 |  replay/    the time machine           |
//!    1 |  domain/    the shared domain crate: events, aggregates, projections, sagas, upcasters
//! ```
//!
//! # Invariants
//!
//! - State is never guessed: it comes from a real fold, or the answer is `unavailable` and says why. A fold that
//!   stopped half-way is `partial` and names the event.
//! - A foreign source is opened read-only and read in bounded pages. Only a store that foldback made can be written.
//! - No view's memory grows with the store: what is listed is a window over paged reads.
//! - Whatever a screen shows, a subcommand prints.
//! - Bytes from a store are hostile: no control character reaches the terminal.

pub mod adapters;
pub mod analysis;
pub mod app;
pub mod cli;
pub mod engine;
pub mod explore;
mod hide;
mod program;
pub mod replay;
pub mod runtime;
pub mod store;
pub mod ui;

pub use foldback_domain as domain;
pub use program::Explorer;
