//! Orders that the old shop took, in the first schema: no currency, no way of shipping.

use crate::sample_data::catalogue::{PRODUCTS, address};
use crate::sample_data::orders::{self, Fate, Flow};
use crate::sample_data::time::SECOND;
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::Order;
use serde_json::json;

pub fn import(world: &mut World) {
    for number in 991..=996 {
        let id = number.to_string();
        let customers = world.customers.clone();
        let (customer, _, city) = world.random.pick(&customers);
        let (product, quantity) = (world.random.pick(PRODUCTS), world.random.range(1..4));
        let data = json!({
            "order_id": id,
            "customer_id": customer,
            "items": [product.item(quantity, "KRW")],
            "total": product.won * quantity,
            "shipping_address": address(city, world.random.range(1..250)),
        });
        let mut flow = Flow::new(&id, customer, Fate::Fulfilled);
        flow.because = Because { actor: "import-job".into(), ..flow.because };
        let placed = world.append_raw::<Order>(&id, "OrderPlaced", 1, data, &flow.because);
        flow.because = flow.because.after(&placed, customer);
        world.now += world.random.range(SECOND..3 * SECOND);
        orders::confirm(world, flow);
    }
}
