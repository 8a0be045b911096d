//! What must hold of every input, tried on many.

mod blame;
mod diff;
mod interface;
mod seek;
mod toy;
mod values;
mod walk;
mod what_if;
