//! The stories in the data: what went wrong, staged. `sample-data/README.md` tells them to people.
//!
//! What the rules would refuse is appended raw, by writers who do not know the rules.

pub mod doubled_coupon;
pub mod not_refunded;
pub mod odd_names;
pub mod old_schemas;
pub mod over_refund;
pub mod overdrawn;
pub mod two_editors;
pub mod wrong_count;

use super::orders::{self, Fate};
use super::time::{self, HOUR};
use super::world::World;

/// Orders of stories have fixed numbers among the others.
pub fn begin_order(world: &mut World, number: i64) {
    match number {
        1017 => not_refunded::begin(world),
        1024 => over_refund::begin(world),
        1029 => two_editors::begin(world),
        1063 => doubled_coupon::begin(world),
        _ => {
            let fate = match world.random.range(0..100) {
                0..6 => Fate::PaymentFails,
                6..9 => Fate::CancelledUnpaid,
                9..13 => Fate::CancelledPaid,
                _ => Fate::Fulfilled,
            };
            orders::begin(world, &number.to_string(), fate);
        }
    }
}

pub fn plan(world: &mut World) {
    overdrawn::plan(world);
    odd_names::plan(world);
    wrong_count::plan(world);
    // A nightly import that failed and was rolled back: five positions that nobody will ever see.
    let night = time::midnight(time::start()) + 51 * HOUR;
    world.at(night, |world| world.roll_back(5));
}
