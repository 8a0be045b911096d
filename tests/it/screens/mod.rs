//! The screens: what they look like, and what the keys do, on the bundled sample data.

mod audit;
mod behaviour;
mod branches;
mod clock;
mod hostile;
mod looks;
mod processes;
mod reducers;
pub mod session;
