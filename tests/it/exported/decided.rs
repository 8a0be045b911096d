//! inventory-SKU-5 with skip v17: exported by foldback.

use foldback_domain::aggregates::Inventory;
use foldback_domain::event::Payload;
use foldback_domain::{Aggregate, DomainEvent};
use serde_json::Value;

/// What happened: the type, the schema version and the payload of each event.
const GIVEN: &[(&str, u32, &str)] = &[
    ("StockReceived", 1, r#"{"sku":"SKU-5","name":"청자 찻잔 2인 세트","quantity":74}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"995","quantity":2}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1001","quantity":1}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1001","quantity":1}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"995","quantity":2}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1010","quantity":2}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1010","quantity":2}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1015","quantity":3}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1015","quantity":3}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1023","quantity":3}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1024","quantity":1}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1028","quantity":2}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1023","quantity":3}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1028","quantity":2}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1024","quantity":1}"#),
    ("StockReserved", 1, r#"{"sku":"SKU-5","order_id":"1035","quantity":3}"#),
    ("StockShipped", 1, r#"{"sku":"SKU-5","order_id":"1035","quantity":3}"#),
    ("StockReservationRefused", 1, r#"{"sku":"SKU-5","order_id":"1045","quantity":2,"available":-4}"#),
    ("StockReceived", 1, r#"{"sku":"SKU-5","quantity":30}"#),
    ("StockCounted", 1, r#"{"sku":"SKU-5","quantity":87}"#),
];

#[test]
fn given_inventory_sku_5_with_skip_v17() {
    let state = GIVEN.iter().fold(Inventory::initial(), |state, (event_type, schema, data)| {
        let data = Payload::Json((*data).to_owned());
        let event = <Inventory as Aggregate>::Event::decode(event_type, *schema, &data);
        Inventory::evolve(state, event.expect("an event that was given decodes"))
    });
    let command = Inventory::parse_command("ReserveStock", r#"{"sku":"SKU-5","order_id":"1","quantity":2}"#).expect("the command is one of its own");
    let decided = Inventory::decide(&state, command).map_err(|refusal| refusal.to_string());
    let decided: Vec<(&str, Value)> = decided
        .expect("no rule refuses")
        .iter()
        .map(|event| (event.event_type(), event.encode()))
        .collect();
    let expected: Vec<(&str, Value)> = vec![
        ("StockReserved", serde_json::from_str(r#"{"sku":"SKU-5","order_id":"1","quantity":2}"#).unwrap()),
    ];
    assert_eq!(decided, expected);
}
