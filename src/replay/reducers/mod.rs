//! Users' own reducers: scripts in the form of KurrentDB's projections, run in a sandbox.
//!
//! - [`Script`] is one script, read and understood; [`Scripts`] says which of them covers a stream.
//! - A script's fold keeps its state in the engine; it comes out as JSON only when it is asked for.
//! - [`Expr`] is an expression over `state` and `event` in the same language; [`Judge`] asks it, and [`Plain`] answers
//!   without the engine where it can.
//!
//! Nothing here reads files.

mod about;
mod asking;
mod engine;
mod expr;
mod fold;
mod input;
mod matching;
mod numbers;
mod plain;
mod script;
mod set;
mod since;

pub use about::{About, Selector};
pub use asking::Asking;
pub use engine::Trouble;
pub use expr::{Expr, Judge};
pub use fold::ScriptFold;
pub use matching::{handler, last_segment};
pub use plain::Plain;
pub use script::{Script, ScriptError};
pub use set::Scripts;
