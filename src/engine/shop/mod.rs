//! A shop at work: customers who order, a warehouse that counts, accounts that move money. It is what the demo runs on,
//! the same way every time for the same seed.

mod agenda;
pub mod catalogue;
mod incident;
mod keeper;
pub mod live;
mod rehearsal;
mod stage;

pub use agenda::{Act, Agenda};
pub use incident::Incident;
pub use keeper::Keeper;
pub use rehearsal::rehearse;
pub use stage::{Played, Props, Stage};
