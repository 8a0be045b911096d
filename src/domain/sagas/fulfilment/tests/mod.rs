//! Given an order, when this is answered and that is not, then so it ends: each path, and what holds on every path.

mod any_order;
mod paths;
mod world;
