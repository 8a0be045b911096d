//! Blame and the history of a field in a stream that is longer than what is looked at first: they say what one walk through
//! all of it says.

use super::{event, explorer};
use foldback::domain::Domain;
use foldback::domain::aggregates::Account;
use foldback::domain::event::{EventBody, StreamName, Version};
use foldback::domain::reading::{Direction, StreamRead};
use foldback::explore::travel::Travel;
use foldback::explore::{Explorer, Reporter};
use foldback::replay::{Blame, BlameLine, Change, Field, Walk};
use serde_json::json;

const EVENTS: i64 = 6_000;

/// An account that is paid into and drawn from, with one compensation near its beginning.
async fn account() -> Explorer {
    let id = "000001";
    let event = |n: i64| match n {
        0 => event("account-1", "AccountOpened", json!({"account_id": id, "owner": "kim", "currency": "KRW"})),
        7 => event(
            "account-1",
            "WithdrawalCompensated",
            json!({"account_id": id, "withdrawal": 3, "amount": 6, "original_event_id": "00000000-0000-0000-0000-000000000007", "reason": "transfer failed"}),
        ),
        n if n % 2 == 1 => event("account-1", "MoneyDeposited", json!({"account_id": id, "amount": 500 + n})),
        n => event("account-1", "MoneyWithdrawn", json!({"account_id": id, "withdrawal": n / 2, "amount": n})),
    };
    explorer((0..EVENTS).map(event).collect()).await
}

async fn events(explorer: &Explorer) -> Vec<EventBody> {
    let (from, to) = (Version(0), Version(EVENTS));
    let stream = StreamName::from("account-1");
    let read = StreamRead { stream, from, to, direction: Direction::Forward, limit: EVENTS as usize };
    explorer.reader.read_bodies(&read).await.unwrap().items
}

#[tokio::test]
async fn blame_of_a_long_stream_is_that_of_one_walk() {
    let explorer = account().await;
    let mut travel = Travel::open(&explorer, &StreamName::from("account-1")).await.unwrap().unwrap();
    let events = events(&explorer).await;
    let mut walk = Walk::start(&Domain::<Account>::new()).unwrap();
    let mut blame = Blame::new();
    for event in &events {
        let step = walk.step(event).unwrap();
        blame.step(step.turn, &step.before, &step.after);
        if [0, 4_095, 4_096, 4_097, 4_104, EVENTS - 1].contains(&event.version.0) {
            let found = travel.blame(Some(event.version), &Reporter::silent()).await.unwrap();
            let expected: Vec<BlameLine> = blame.lines(&step.after);
            assert_eq!(found.lines, expected, "v{}", event.version);
            let named: Vec<Version> = found.events.keys().map(|turn| turn.version).collect();
            assert!(expected.iter().filter_map(|line| line.version).all(|version| named.contains(&version)));
        }
    }
}

#[tokio::test]
async fn the_history_of_a_field_has_every_change_with_its_event() {
    let explorer = account().await;
    let mut travel = Travel::open(&explorer, &StreamName::from("account-1")).await.unwrap().unwrap();
    let (events, last) = (events(&explorer).await, Some(Version(EVENTS - 1)));
    let state = travel.moment(last, &Reporter::silent()).await.unwrap().state.unwrap();
    for path in ["/balance", "/withdrawn", "/compensated", "/owner", "/recent_withdrawals", ""] {
        let field = Field::new(path, &state).unwrap();
        let mut walk = Walk::start(&Domain::<Account>::new()).unwrap();
        let mut expected: Vec<(Version, Change)> = Vec::new();
        for event in &events {
            let step = walk.step(event).unwrap();
            expected.extend(field.change(&step.before, &step.after).map(|change| (event.version, change)));
        }
        for listed in [u64::MAX, 700, 0] {
            let mut found = Vec::new();
            let each = |head: &foldback::domain::event::EventHead, change: Change| {
                found.push((head.stream_version.unwrap(), change));
            };
            let (_, count) = travel.history(path, last, listed, &Reporter::silent(), each).await.unwrap();
            assert_eq!(count, expected.len() as u64, "{path}");
            let most = expected.len().min(usize::try_from(listed).unwrap());
            assert_eq!(found.as_slice(), &expected[..most], "{path}");
        }
    }
}
