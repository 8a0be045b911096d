//! What must hold of every input, tried on many.

mod interface;
mod blame;
mod diff;
mod seek;
mod toy;
mod values;
