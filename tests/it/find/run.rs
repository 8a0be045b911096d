//! A run to the next stop says where a condition cannot be known, rather than to take that for no.

use super::{event, explorer};
use foldback::domain::event::{StreamName, Version};
use foldback::domain::reading::Direction;
use foldback::explore::Reporter;
use foldback::explore::travel::Travel;
use foldback::replay::Break;
use serde_json::json;

async fn run(from: Option<i64>, direction: Direction, stop: &str) -> Option<(i64, String)> {
    let id = json!({"account_id": "1"});
    let opened = json!({"account_id": "1", "owner": "kim", "currency": "KRW"});
    let explorer = explorer(vec![
        event("account-1", "AccountOpened", opened),
        event("account-1", "MoneyDeposited", json!({"account_id": "1", "amount": 500})),
        event("account-1", "MoneyWithdrawn", json!({"account_id": "1", "withdrawal": 1, "amount": 40})),
        event("account-1", "AccountClosed", id),
    ])
    .await;
    let mut travel = Travel::open(&explorer, &StreamName::from("account-1")).await.unwrap().unwrap();
    let stops = [Break::parse(stop).unwrap()];
    let silent = Reporter::silent();
    let found = travel.run(from.map(Version), direction, &[], &stops, &silent).await.unwrap();
    found.map(|(version, why)| (version.0, why))
}

#[tokio::test]
async fn what_throws_is_said() {
    let forward = Direction::Forward;
    assert_eq!(run(None, forward, "state.balance > 480").await, Some((1, "state.balance > 480".to_owned())));
    assert_eq!(run(None, forward, "state.balance > 9000").await, None);
    // It is known until the first withdrawal is remembered.
    let (version, why) = run(None, forward, "state.withdrawals > 0 && state.a.b > 1").await.unwrap();
    assert_eq!(version, 2);
    assert!(why.starts_with("state.withdrawals > 0 && state.a.b > 1 is not known from here on: TypeError"), "{why}");
    // It is never known.
    let (version, why) = run(None, forward, "state.a.b > 1").await.unwrap();
    assert_eq!(version, 0);
    assert!(why.starts_with("no stop was found, but state.a.b > 1 is not known: TypeError"), "{why}");
    assert!(why.ends_with(", here and at 3 other events"), "{why}");
    // What comes behind it is found all the same.
    let text = "state.status === 'CLOSED' || state.a.b > 1";
    assert_eq!(run(None, forward, text).await, Some((3, text.to_owned())));
    let (version, _) = run(Some(3), Direction::Backward, "event.data.nothing.more").await.unwrap();
    assert_eq!(version, 0);
}
