//! The interface as a fold: a model, messages, and effects as values.
//!
//! `update(&mut Model, Message) -> Vec<Effect>` reads no clock, no file and no terminal: time, size and data arrive as
//! messages, and what should happen in the world leaves as plain data.

pub mod action;
pub mod chooser;
pub mod clock;
pub mod command;
pub mod context;
pub mod document;
pub mod effect;
pub mod facts;
pub mod find;
pub mod format;
pub mod geometry;
pub mod highlight;
pub mod input;
pub mod keymap;
pub mod marks;
pub mod message;
pub mod modals;
pub mod model;
mod navigate;
pub mod opening;
pub mod picked;
pub mod place;
pub mod screens;
pub mod scroller;
pub mod tour;
pub mod update;
pub mod window;
pub mod work;

pub use action::Action;
pub use effect::Effect;
pub use message::Message;
pub use model::{Model, Setup};
pub use update::update;
