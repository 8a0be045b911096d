//! A paid order cannot be fulfilled and is cancelled, and the money stays with the shop.

use crate::sample_data::catalogue::by_sku;
use crate::sample_data::orders::{self, Fate, Flow};
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::Inventory;
use serde_json::json;

pub fn begin(world: &mut World) {
    let mut flow = Flow::new("1017", "kim", Fate::NotRefunded);
    let items = json!([by_sku("SKU-1").item(2, "KRW"), by_sku("SKU-7").item(1, "KRW")]);
    flow.place(world, items, "KRW", "Seoul");
    orders::confirm(world, flow);
}

/// While the payment runs, somebody at the till takes the last filters.
pub fn sell_out(world: &mut World) {
    let because = Because::new("till-2", "till-office-party");
    let quantity = world.state::<Inventory>("SKU-7").available.max(1);
    let fields = json!({"sku": "SKU-7", "order_id": "till-office-party", "quantity": quantity});
    let event = world.ask::<Inventory>("ReserveStock", fields, &because);
    let fields = json!({"sku": "SKU-7", "order_id": "till-office-party"});
    world.ask::<Inventory>("ShipStock", fields, &because.after(&event, "till-2"));
}
