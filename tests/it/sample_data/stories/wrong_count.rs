//! An import writes a count below zero, and orders are refused until the warehouse counts again.

use crate::sample_data::stock;
use crate::sample_data::time::{self, DAY, HOUR, MINUTE};
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::Inventory;
use serde_json::json;

pub fn plan(world: &mut World) {
    let evening = time::midnight(time::start()) + DAY + 18 * HOUR + 50 * MINUTE;
    world.at(evening, move |world| {
        let missing = world.state::<Inventory>("SKU-5").on_hand + 4;
        let data = json!({"sku": "SKU-5", "quantity": -4});
        world.append_raw::<Inventory>(
            "SKU-5",
            "StockCounted",
            1,
            data,
            &Because::new("import-job", "import of counts"),
        );
        world.at(evening + 15 * HOUR + 17 * MINUTE, move |world| {
            let found = world.state::<Inventory>("SKU-5").on_hand + missing;
            stock::count(world, "SKU-5", found);
        });
    });
}
