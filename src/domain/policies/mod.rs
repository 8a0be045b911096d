//! Rules that look beyond one aggregate. What they look at is a little old: they keep mistakes out, and the aggregates
//! keep the rest.

pub mod place_order;
