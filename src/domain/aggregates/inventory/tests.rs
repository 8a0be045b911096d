//! Given what happened, when something is asked for, then that happens: rules and properties.

use super::*;
use crate::aggregates::properties::{amount, history_folds, id, rules_hold};
use crate::ids::Sku;
use crate::spec::given;
use proptest::prelude::*;

fn sku() -> Sku {
    "SKU-7".into()
}

fn received(quantity: i64) -> InventoryEvent {
    InventoryEvent::StockReceived(StockReceived { sku: sku(), name: Some("teapot".into()), quantity })
}

fn reserved(order: &str, quantity: i64) -> InventoryEvent {
    InventoryEvent::StockReserved(StockReserved { sku: sku(), order_id: order.into(), quantity })
}

fn reserve(order: &str, quantity: i64) -> InventoryCommand {
    InventoryCommand::ReserveStock(ReserveStock { sku: sku(), order_id: order.into(), quantity })
}

fn shipped(order: &str, quantity: i64) -> InventoryEvent {
    InventoryEvent::StockShipped(StockShipped { sku: sku(), order_id: order.into(), quantity })
}

fn ship(order: &str, quantity: Option<i64>) -> InventoryCommand {
    InventoryCommand::ShipStock(ShipStock { sku: sku(), order_id: order.into(), quantity })
}

fn released(order: &str, quantity: i64) -> InventoryEvent {
    InventoryEvent::StockReleased(StockReleased { sku: sku(), order_id: order.into(), quantity })
}

fn release(order: &str, quantity: Option<i64>) -> InventoryCommand {
    InventoryCommand::ReleaseStock(ReleaseStock { sku: sku(), order_id: order.into(), quantity })
}

fn counted(quantity: i64) -> InventoryEvent {
    InventoryEvent::StockCounted(StockCounted { sku: sku(), quantity })
}

fn count(quantity: i64) -> InventoryCommand {
    InventoryCommand::CountStock(CountStock { sku: sku(), quantity })
}

#[test]
fn what_was_received_can_be_set_aside() {
    given::<Inventory>([]).when(reserve("1", 1)).refused("nothing of that kind is in stock; receive some first");
    let stocked = given::<Inventory>([received(10)]);
    stocked.when(reserve("1", 10)).then([reserved("1", 10)]);
    stocked.when(reserve("1", 0)).refused("the quantity must be above zero; it is 0");
}

#[test]
fn too_little_stock_is_an_event_that_others_act_on() {
    given::<Inventory>([received(10), reserved("1", 8)]).when(reserve("2", 3)).then([
        InventoryEvent::StockReservationRefused(StockReservationRefused {
            sku: sku(),
            order_id: "2".into(),
            quantity: 3,
            available: 2,
        }),
    ]);
}

#[test]
fn only_what_was_set_aside_leaves_or_is_freed() {
    let held = given::<Inventory>([received(10), reserved("1", 3)]);
    held.when(ship("1", None)).then([shipped("1", 3)]);
    held.when(ship("1", Some(2))).then([shipped("1", 2)]);
    held.when(ship("1", Some(4))).refused("4 cannot be taken from the reservation of order 1; it holds 3");
    held.when(release("2", None)).refused("1 cannot be taken from the reservation of order 2; it holds 0");
    held.when(release("1", None)).then([released("1", 3)]);
}

#[test]
fn a_count_corrects_the_books_but_not_below_what_is_promised() {
    let held = given::<Inventory>([received(10), reserved("1", 3)]);
    held.when(count(3)).then([counted(3)]);
    held.when(count(2)).refused("2 were counted, but 3 are set aside; release reservations first");
    let wrong = given::<Inventory>([received(10), counted(-3)]);
    assert_eq!(wrong.violations(), ["stock-below-zero", "reserved-beyond-stock"]);
}

#[test]
fn the_state_holds_open_reservations_only() {
    let mut events = vec![received(1_000)];
    for order in 0..500 {
        events.extend([reserved(&order.to_string(), 2), shipped(&order.to_string(), 2)]);
    }
    events.push(reserved("open", 1));
    let state = given::<Inventory>(events).state().clone();
    assert_eq!(state.reservations.len(), 1);
    assert_eq!((state.on_hand, state.reserved, state.available, state.shipped), (0, 1, -1, 1_000));
}

fn any_command() -> impl Strategy<Value = InventoryCommand> {
    let order = || id::<crate::ids::OrderId>();
    prop_oneof![
        amount().prop_map(|quantity| InventoryCommand::ReceiveStock(ReceiveStock { sku: sku(), name: None, quantity })),
        (order(), amount()).prop_map(|(order, quantity)| reserve(order.as_str(), quantity)),
        (order(), prop::option::of(amount())).prop_map(|(order, quantity)| release(order.as_str(), quantity)),
        (order(), prop::option::of(amount())).prop_map(|(order, quantity)| ship(order.as_str(), quantity)),
        amount().prop_map(count),
    ]
}

fn any_event() -> impl Strategy<Value = InventoryEvent> {
    let order = || id::<crate::ids::OrderId>();
    prop_oneof![
        amount().prop_map(received),
        (order(), amount()).prop_map(|(order, quantity)| reserved(order.as_str(), quantity)),
        (order(), amount()).prop_map(|(order, quantity)| released(order.as_str(), quantity)),
        (order(), amount()).prop_map(|(order, quantity)| shipped(order.as_str(), quantity)),
        amount().prop_map(counted),
    ]
}

proptest! {
    #[test]
    fn rules_hold_for_any_commands(commands in prop::collection::vec(any_command(), 0..32)) {
        rules_hold::<Inventory>(commands);
    }

    #[test]
    fn any_history_folds(events in prop::collection::vec(any_event(), 0..12)) {
        history_folds::<Inventory>(events);
    }
}
