//! A customer and somebody of the support edit one order at the same time, and undo each other's work.

use crate::sample_data::catalogue::by_sku;
use crate::sample_data::orders::{self, Fate, Flow};
use crate::sample_data::time::SECOND;
use crate::sample_data::world::World;
use serde_json::{Value, json};

pub fn begin(world: &mut World) {
    let mut flow = Flow::new("1029", "park", Fate::Fulfilled);
    let items = json!([by_sku("SKU-1").item(2, "KRW"), by_sku("SKU-4").item(1, "KRW")]);
    flow.place(world, items, "KRW", "Seoul");
    edit(world, flow, 0);
}

/// Who does what, and whether they had to decide again since the other one was faster: then a transaction was rolled
/// back, which left a hole in the positions.
fn edits() -> Vec<(&'static str, &'static str, Value, bool)> {
    vec![
        ("park", "AddItem", json!({"item": by_sku("SKU-8").item(1, "KRW")}), false),
        ("support-jin", "RemoveItem", json!({"product_id": "SKU-4", "quantity": 1}), true),
        ("park", "AddItem", json!({"item": by_sku("SKU-4").item(1, "KRW")}), false),
        ("support-jin", "ApplyCoupon", json!({"code": "SORRY5000", "discount": 5_000}), false),
        ("park", "RemoveItem", json!({"product_id": "SKU-1", "quantity": 1}), true),
        ("support-jin", "AddItem", json!({"item": by_sku("SKU-1").item(1, "KRW")}), false),
        ("support-jin", "RemoveItem", json!({"product_id": "SKU-4", "quantity": 1}), false),
    ]
}

fn edit(world: &mut World, mut flow: Flow, done: usize) {
    let Some((who, command, fields, conflict)) = edits().into_iter().nth(done) else {
        // The customer confirms an order that is no longer the one on their screen.
        return orders::confirm(world, flow);
    };
    world.after(5 * SECOND..25 * SECOND, move |world| {
        if conflict {
            world.roll_back(1);
        }
        flow.order(world, who, command, fields);
        edit(world, flow, done + 1);
    });
}
