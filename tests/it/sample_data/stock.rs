//! The warehouse: deliveries, counts, and a shop counter that sells tea filters all day.

use super::catalogue::PRODUCTS;
use super::time::{self, DAY, HOUR, MINUTE, SECOND};
use super::world::{Because, World};
use foldback::domain::aggregates::Inventory;
use serde_json::json;

/// How many customers come to the counter. With it the stream of the filters ends at 600 events.
const COUNTER_SALES: usize = 278;

pub fn open(world: &mut World) {
    for product in PRODUCTS {
        let quantity = if product.sku == "SKU-7" { 60 } else { world.random.range(40..90) };
        receive(world, product.sku, quantity, Some(product.name));
        world.now += world.random.range(SECOND..20 * SECOND);
    }
}

pub fn receive(world: &mut World, sku: &str, quantity: i64, name: Option<&str>) {
    let about = format!("delivery {} of {sku}", world.length(&format!("inventory-{sku}")));
    let fields = json!({"sku": sku, "name": name, "quantity": quantity});
    world.ask::<Inventory>("ReceiveStock", fields, &Because::new("warehouse", &about));
}

pub fn plan(world: &mut World) {
    for at in time::moments(&mut world.random, COUNTER_SALES, time::start() + 10 * MINUTE, time::end() - 5 * MINUTE) {
        world.at(at, sell_at_the_counter);
    }
    for day in 0..4 {
        let morning = time::midnight(time::start()) + day * DAY + 8 * HOUR;
        for product in PRODUCTS {
            let at = morning + world.random.range(0..HOUR);
            world.at(at.max(time::start() + 5 * MINUTE), move |world| fill_up(world, product.sku));
        }
    }
    world.at(time::end() - 40 * SECOND, close);
}

/// Filters are sold over the counter: set aside at the till, and gone a moment later.
fn sell_at_the_counter(world: &mut World) {
    let sale = format!("till-{}", 10_000 + world.length("inventory-SKU-7"));
    let till = *world.random.pick(&["till-1", "till-1", "till-2"]);
    let because = Because::new(till, &sale);
    let quantity = world.random.range(1..4);
    let fields = json!({"sku": "SKU-7", "order_id": sale, "quantity": quantity});
    let (event, event_type) = world.try_ask::<Inventory>("ReserveStock", fields, &because).expect("it is stocked");
    if event_type == "StockReserved" {
        let fields = json!({"sku": "SKU-7", "order_id": sale});
        world.now += world.random.range(200..900);
        world.ask::<Inventory>("ShipStock", fields, &because.after(&event, till));
    }
    if world.state::<Inventory>("SKU-7").available < 12 {
        world.after(10 * MINUTE..50 * MINUTE, |world| {
            if world.state::<Inventory>("SKU-7").available < 12 {
                receive(world, "SKU-7", 60, None);
            }
        });
    }
}

/// In the morning the warehouse orders what runs short, and counts now and then.
fn fill_up(world: &mut World, sku: &'static str) {
    let stock = world.state::<Inventory>(sku);
    if stock.available < 30 {
        let quantity = world.random.range(3..7) * 10;
        receive(world, sku, quantity, None);
    }
    let stock = world.state::<Inventory>(sku);
    if world.random.chance(20) {
        // A cup breaks now and then.
        let found = (stock.on_hand - world.random.range(0..2)).max(stock.reserved);
        count(world, sku, found);
    }
}

pub fn count(world: &mut World, sku: &str, quantity: i64) {
    let about = format!("count {} of {sku}", world.length(&format!("inventory-{sku}")));
    world.ask::<Inventory>("CountStock", json!({"sku": sku, "quantity": quantity}), &Because::new("warehouse", &about));
}

/// Before closing the filters are counted shelf by shelf, until their stream has 600 events.
fn close(world: &mut World) {
    let missing = 600 - world.length("inventory-SKU-7");
    assert!((1..=8).contains(&missing), "{missing} events are missing: change the number of counter sales");
    for _ in 0..missing {
        let found = world.state::<Inventory>("SKU-7").on_hand;
        count(world, "SKU-7", found);
        world.now += world.random.range(SECOND..4 * SECOND);
    }
}
