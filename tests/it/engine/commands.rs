//! Commands by name: what they lead to, what refuses them, and that one has one effect whatever happens.

use super::shop::{Kind, Shop, command, on_each, order, shop, works};
use foldback::adapters::SourceSpec;
use foldback::domain::event::{EventHead, Payload, Position, RecordedEvent, Version};
use foldback::engine::{Bus, CommandFailure, Request, RetryPolicy, SnapshotPolicy};
use foldback::store::EventWriter;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

on_each! {
    a_command_leads_to_events_that_say_where_they_come_from,
    what_is_no_command_says_which_field_and_why,
    rules_refuse_and_absence_is_told_from_refusal,
    a_command_id_has_one_effect_and_one_answer,
    a_log_without_its_books_still_knows_its_commands,
    thirty_two_writers_on_one_stream_and_on_many_lose_nothing,
    conflicts_that_last_are_said,
    a_store_that_is_gone_is_said_after_the_retries,
    snapshots_are_kept_by_distance_used_and_doubted,
    a_snapshot_never_says_what_the_events_do_not,
    what_goes_out_is_written_with_its_event,
    an_order_is_held_against_stock_and_credit_where_they_are_known,
}

/// Events whose payloads are values: PostgreSQL does not keep the order of their keys.
fn plain(events: &[RecordedEvent]) -> Vec<(EventHead, Value, Value)> {
    let payload = |payload: &Payload| payload.parse().unwrap();
    let plain = |event: &RecordedEvent| {
        (event.head.clone(), payload(&event.data), event.metadata.as_ref().map_or(Value::Null, payload))
    };
    events.iter().map(plain).collect()
}

async fn said(shop: &Shop, name: &str, json: &str) -> String {
    match shop.give(name, json).await {
        Ok(answer) => panic!("{name} {json} led to {answer:?}"),
        Err(failure) => {
            format!("{failure:?}").split(['(', ' ']).next().unwrap().to_owned() + ": " + &failure.to_string()
        }
    }
}

async fn a_command_leads_to_events_that_say_where_they_come_from(kind: Kind) {
    let shop = shop(kind).await;
    let request = Request {
        command_id: Some("c-1".into()),
        causation_id: Some("e-0".into()),
        ..command("OpenAccount", r#"{"account_id":"7","owner":"kim","actor":"desk","correlation_id":"t-1"}"#)
    };
    let answer = shop.bus.dispatch(request).await.unwrap();
    assert_eq!((answer.stream.as_str(), answer.repeated, answer.position), ("account-7", false, Some(Position(1))));
    assert_eq!(plain(&shop.log().await), plain(&answer.events));
    let event = &answer.events[0];
    let metadata = r#"{"correlation_id":"t-1","causation_id":"e-0","actor":"desk","command_id":"c-1"}"#;
    assert_eq!(event.metadata.as_ref().unwrap().json_text().unwrap(), metadata, "in this order");
    assert_eq!((event.head.correlation_id.as_deref(), event.head.actor.as_deref()), (Some("t-1"), Some("desk")));

    let answer = shop.must("Deposit", r#"{"account_id":"7","amount":5}"#).await;
    let head = &answer.events[0].head;
    assert_eq!(head.correlation_id.as_deref(), Some(answer.command_id.as_str()));
    assert_eq!((head.stream_version, head.actor.as_deref(), &head.causation_id), (Some(Version(1)), None, &None));
}

async fn what_is_no_command_says_which_field_and_why(kind: Kind) {
    let shop = shop(kind).await;
    let deep = format!(r#"{{"account_id":{}}}"#, "[".repeat(100_000) + &"]".repeat(100_000));
    let order = |items: &str| {
        order("1", "kim", "p", 1, 1).replace(r#"[{"product_id":"p","name":"Tea","quantity":1,"unit_price":1}]"#, items)
    };
    for (name, json, expected) in [
        ("Deposti", "{}", "Unknown: there is no command Deposti; did you mean Deposit?"),
        ("x\u{1b}[31m", "{}", "Unknown: there is no command x␛[31m; `foldback exec --help`"),
        ("Deposit", "", "Invalid: Deposit: there is no JSON"),
        ("Deposit", "[1]", "the fields are expected as a JSON object, not as a list"),
        ("Deposit", "nonsense", "not as something that is no JSON"),
        ("Deposit", "{\"account_id\":\"7\"", "the JSON is not valid: EOF while parsing"),
        ("Deposit", "{} {}", "the JSON is not valid: trailing characters"),
        ("Deposit", r#"{"account_id":"7"}"#, "Invalid: Deposit: missing field `amount`;"),
        ("Deposit", r#"{"account_id":"7","amount":1,"amount":2}"#, "the field amount stands there twice"),
        ("Deposit", r#"{"account_id":"7","amount":1,"sum":2}"#, "unknown field `sum`, expected one of `account_id`"),
        ("Deposit", r#"{"account_id":"","amount":1}"#, "account_id is empty"),
        ("Deposit", r#"{"account_id":7,"amount":1}"#, "account_id: invalid type"),
        (
            "Deposit",
            r#"{"account_id":"7","amount":"1"}"#,
            "amount: invalid type: string \"1\", expected a whole number",
        ),
        ("Deposit", "{\n\"account_id\":\"7\",\n\"amount\":1.5}", "amount: invalid type"),
        ("Deposit", r#"{"account_id":"7","amount":9223372036854775808}"#, "amount: "),
        (
            "Deposit",
            r#"{"account_id":"7","amount":1,"command_id":7}"#,
            "command_id is expected to be a text, not a number",
        ),
        ("Deposit", r#"{"account_id":"7","amount":1,"actor":" "}"#, "actor is expected to be a text that is not empty"),
        ("OpenAccount", r#"{"account_id":"7","owner":"kim","currency":"won"}"#, "currency: invalid value"),
        ("Deposit", &deep, "account_id: invalid type: sequence, expected a string"),
        ("PlaceOrder", &order("{}"), "items: invalid type: map, expected a sequence"),
        (
            "PlaceOrder",
            &order(r#"[{"product_id":"p","name":"n","quantity":1}]"#),
            "items[0]: missing field `unit_price`",
        ),
        (
            "PlaceOrder",
            &order(r#"[{"product_id":"p","name":"n","quantity":true,"unit_price":1}]"#),
            "items[0].quantity: ",
        ),
        (
            "PlaceOrder",
            &order(r#"[{"product_id":"p","name":"n","quantity":1,"unit_price":1},{"colour":1}]"#),
            "items[1]: unknown field `colour`",
        ),
    ] {
        let said = said(&shop, name, json).await;
        assert!(said.contains(expected), "{name} {}\n{said}", &json[..json.len().min(200)]);
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
    assert_eq!(shop.log().await, []);
}

async fn rules_refuse_and_absence_is_told_from_refusal(kind: Kind) {
    let shop = shop(kind).await;
    let absent = said(&shop, "Deposit", r#"{"account_id":"7","amount":1}"#).await;
    assert_eq!(absent, "NotFound: Deposit of account-7: the account does not exist; open it first");
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    let refused = said(&shop, "Withdraw", r#"{"account_id":"7","amount":1}"#).await;
    assert_eq!(refused, "Refused: Withdraw of account-7 is refused: 1 KRW cannot be withdrawn; the balance is 0 KRW");
    // What was refused may be asked again: it was not handled.
    let request = || command("Withdraw", r#"{"account_id":"7","amount":1,"command_id":"w-1"}"#);
    assert!(matches!(shop.bus.dispatch(request()).await, Err(CommandFailure::Refused(_))));
    shop.must("Deposit", r#"{"account_id":"7","amount":1}"#).await;
    assert!(!shop.bus.dispatch(request()).await.unwrap().repeated);
}

async fn a_command_id_has_one_effect_and_one_answer(kind: Kind) {
    let shop = shop(kind).await;
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    let deposit = || command("Deposit", r#"{"account_id":"7","amount":5,"command_id":"d-1","actor":"kim"}"#);
    let first = shop.bus.dispatch(deposit()).await.unwrap();
    shop.must("Deposit", r#"{"account_id":"7","amount":9}"#).await;
    // As after a crash between commit and answer: another bus, which knows only the store.
    let again = Bus::new(works(&shop.store)).dispatch(deposit()).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((plain(&again.events), again.position), (plain(&first.events), first.position));
    // The same fields in another order are the same command.
    let turned = r#"{"amount":5,"command_id":"d-1","account_id":"7"}"#;
    assert!(shop.must("Deposit", turned).await.repeated);
    for (name, json, expected) in [
        (
            "Deposit",
            r#"{"account_id":"7","amount":6,"command_id":"d-1"}"#,
            "command id d-1 was used before, with other fields",
        ),
        (
            "Withdraw",
            r#"{"account_id":"7","amount":5,"command_id":"d-1"}"#,
            "was used before, for Deposit of account-7",
        ),
        ("Deposit", r#"{"account_id":"8","amount":5,"command_id":"d-1"}"#, "was used before, for Deposit of account-7"),
    ] {
        let said = said(&shop, name, json).await;
        assert!(said.starts_with("Refused: ") && said.contains(expected), "{said}");
    }
    assert_eq!(shop.log().await.len(), 3);
}

async fn a_log_without_its_books_still_knows_its_commands(kind: Kind) {
    let (shop, other) = (shop(kind).await, shop(kind).await);
    let open = || command("OpenAccount", r#"{"account_id":"7","owner":"kim","command_id":"o-1"}"#);
    let first = shop.bus.dispatch(open()).await.unwrap();
    // Another account's stream was brought over; the books stayed behind.
    other.store.books.database().import(&shop.log().await).await.unwrap();
    let elsewhere = command("OpenAccount", r#"{"account_id":"8","owner":"kim","command_id":"o-1"}"#);
    let refused = other.bus.dispatch(elsewhere).await.unwrap_err().to_string();
    assert!(refused.contains("command id o-1 was used before, for account-7"), "{refused}");
    assert_eq!(first.events.len(), 1);
}

/// Many tasks at once, each with a bus of its own.
async fn writers(shop: &Shop, stream_of: impl Fn(usize) -> String) -> Vec<i64> {
    let policy = RetryPolicy { attempts: 1_000, ..RetryPolicy::CONFLICT };
    let tasks: Vec<_> = (0..32)
        .map(|n| {
            let bus = Bus::new(works(&shop.store)).on_conflict(policy);
            let json = format!(r#"{{"account_id":"{}","amount":1,"command_id":"w-{n}"}}"#, stream_of(n));
            tokio::spawn(async move { bus.dispatch(command("Deposit", &json)).await.unwrap().position.unwrap().0 })
        })
        .collect();
    let mut positions = Vec::new();
    for task in tasks {
        positions.push(task.await.unwrap());
    }
    positions
}

async fn thirty_two_writers_on_one_stream_and_on_many_lose_nothing(kind: Kind) {
    for many in [false, true] {
        let shop = shop(kind).await;
        let stream = |n: usize| if many { n.to_string() } else { "7".to_owned() };
        for n in 0..if many { 32 } else { 1 } {
            let json = format!(r#"{{"account_id":"{}","owner":"kim"}}"#, stream(n + if many { 0 } else { 7 }));
            shop.must("OpenAccount", &json).await;
        }
        let acknowledged: BTreeSet<i64> = writers(&shop, stream).await.into_iter().collect();
        assert_eq!(acknowledged.len(), 32);
        let log = shop.log().await;
        let deposits = log.iter().filter(|event| event.head.event_type == "MoneyDeposited");
        let positions: BTreeSet<i64> = deposits.map(|event| event.head.global_position.unwrap().0).collect();
        assert_eq!(positions, acknowledged);
        if !many {
            let versions: Vec<i64> = log.iter().map(|event| event.head.stream_version.unwrap().0).collect();
            assert_eq!(versions, (0..33).collect::<Vec<_>>());
        }
    }
}

async fn conflicts_that_last_are_said(kind: Kind) {
    let shop = shop(kind).await;
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    // A reader that lags behind what is written, for ever: every attempt loads an old version.
    let behind = foldback::store::MemoryStore::new();
    behind.import(&shop.log().await).await.unwrap();
    shop.must("Deposit", r#"{"account_id":"7","amount":5}"#).await;
    let mut works = works(&shop.store);
    works.reader = std::sync::Arc::new(behind);
    let failure = Bus::new(works.clone()).dispatch(command("Deposit", r#"{"account_id":"7","amount":5}"#)).await;
    let failure = failure.unwrap_err();
    assert!(matches!(failure, CommandFailure::Conflict(_)) && failure.is_retryable(), "{failure:?}");
    assert!(failure.to_string().starts_with("Wrong expected version: 0 (stream account-7 is at 1)"), "{failure}");
    // Ten attempts and nine pauses, of which the clock knows.
    let waited = works.clock.now().duration_since(super::shop::works(&shop.store).clock.now());
    assert!(waited.as_millis() > 1_200 && waited.as_millis() <= 2_555, "{waited:?}");
}

async fn a_store_that_is_gone_is_said_after_the_retries(kind: Kind) {
    let shop = shop(kind).await;
    shop.store.close().await;
    let failure = shop.give("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await.unwrap_err();
    assert!(matches!(failure, CommandFailure::Unavailable(_)) && failure.is_retryable(), "{failure:?}");
}

async fn snapshots_are_kept_by_distance_used_and_doubted(kind: Kind) {
    let shop = shop(kind).await;
    let bus = || Bus::new(works(&shop.store)).with_snapshots(SnapshotPolicy { every: 3, ..SnapshotPolicy::default() });
    let stream = "account-7".into();
    bus().dispatch(command("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#)).await.unwrap();
    let deposit = || command("Deposit", r#"{"account_id":"7","amount":1}"#);
    for _ in 0..5 {
        let bus = bus();
        bus.dispatch(deposit()).await.unwrap();
        bus.settle().await;
        assert_eq!(bus.take_notes(), Vec::<String>::new());
    }
    let books = &shop.store.books;
    let kept = |found: Vec<foldback::store::books::Snapshot>| found.iter().map(|s| s.version.0).collect::<Vec<_>>();
    assert_eq!(kept(books.read_snapshots(&stream, 9).await.unwrap()), [5, 2]);

    // One that is ahead of its stream, one that does not decode and one of another form: ignored, and said so.
    for (version, schema_version, state) in [(99, 1, r#"{"a":1}"#), (100, 1, "{}"), (101, 9, "{}")] {
        let snapshot =
            foldback::store::books::Snapshot { version: Version(version), schema_version, state: state.into() };
        books.write_snapshot(&stream, &snapshot, shop.works.clock.now()).await.unwrap();
    }
    let bus = bus();
    assert_eq!(bus.dispatch(deposit()).await.unwrap().events[0].head.stream_version, Some(Version(6)));
    let notes = bus.take_notes();
    assert_eq!(notes.len(), 3, "{notes:?}");
    assert!(notes[0].contains("account-7@101 is not used: its state has form 9"), "{notes:?}");
    assert!(notes[1].contains("its state does not decode"), "{notes:?}");
}

async fn a_snapshot_never_says_what_the_events_do_not(kind: Kind) {
    let shop = shop(kind).await;
    let repository = foldback::engine::Repository::new(shop.works.clone());
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    shop.must("Deposit", r#"{"account_id":"7","amount":1}"#).await;
    let stream = "account-7".into();
    let fresh = repository.load::<foldback::domain::aggregates::Account>(&stream).await.unwrap();
    assert_eq!((fresh.version, fresh.started_from, fresh.events_folded), (Version(1), None, 2));
    let snapshot = foldback::store::books::Snapshot {
        version: Version(1),
        schema_version: 1,
        state: serde_json::to_string(&fresh.state).unwrap(),
    };
    shop.store.books.write_snapshot(&stream, &snapshot, shop.works.clock.now()).await.unwrap();
    shop.must("Deposit", r#"{"account_id":"7","amount":2}"#).await;
    let loaded = repository.load::<foldback::domain::aggregates::Account>(&stream).await.unwrap();
    assert_eq!((loaded.version, loaded.started_from, loaded.events_folded), (Version(2), Some(Version(1)), 1));
    assert_eq!((loaded.state.balance, loaded.notes.len()), (3, 0));
    // Beyond the stream's end: the fold begins at the start.
    let ahead = foldback::store::books::Snapshot { version: Version(9), ..snapshot };
    shop.store.books.write_snapshot(&stream, &ahead, shop.works.clock.now()).await.unwrap();
    let loaded = repository.load::<foldback::domain::aggregates::Account>(&stream).await.unwrap();
    assert_eq!((loaded.state.balance, loaded.started_from), (3, Some(Version(1))));
    assert_eq!(loaded.notes, ["the snapshot of account-7@9 is not used: the stream is not that long"]);
    let slow = SnapshotPolicy { slow: Duration::ZERO, every: 1_000 };
    assert!(slow.is_due(Version(1), None, Duration::from_millis(1)));
}

async fn what_goes_out_is_written_with_its_event(kind: Kind) {
    let shop = shop(kind).await;
    shop.must("PlaceOrder", &order("1", "kim", "p", 1, 5)).await;
    let sql = "SELECT aggregate_id, event_id, global_position, message_type FROM outbox ORDER BY number";
    let rows = shop.store.books.database().rows(sql, &[]).await.unwrap();
    let event = &shop.log().await[0];
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].must_text(0).unwrap(), "order-1");
    assert_eq!(Some(rows[0].must_text(1).unwrap()), event.head.event_id);
    assert_eq!(rows[0].must_int(2).unwrap(), 1);
    assert_eq!(rows[0].must_text(3).unwrap(), "shop.order.placed");
}

async fn an_order_is_held_against_stock_and_credit_where_they_are_known(kind: Kind) {
    let shop = shop(kind).await;
    let runner = foldback::engine::ProjectionRunner::new(shop.works.clone());
    // Nobody keeps read models yet: nothing is refused.
    shop.must("PlaceOrder", &order("1", "kim", "SKU-1", 100, 40_000)).await;
    shop.must("ConfirmOrder", r#"{"order_id":"1"}"#).await;
    shop.must("ReceiveStock", r#"{"sku":"SKU-1","quantity":3}"#).await;
    for name in ["stock-levels", "customer-summaries"] {
        runner.catch_up(name).await.unwrap();
    }
    let refused = said(&shop, "PlaceOrder", &order("2", "lee", "SKU-1", 4, 1)).await;
    assert_eq!(refused, "Refused: PlaceOrder of order-2 is refused: 4 of SKU-1 are wanted, and 3 are free");
    let refused = said(&shop, "PlaceOrder", &order("3", "kim", "tea", 1, 1_000_001)).await;
    assert!(refused.contains("owes 4,000,000 KRW") && refused.contains("limit of 5,000,000 KRW"), "{refused}");
    // What is not stocked is not counted; who owes nothing has credit.
    shop.must("PlaceOrder", &order("4", "kim", "tea", 1, 1_000_000)).await;
    shop.must("PlaceOrder", &order("5", "lee", "SKU-1", 3, 1)).await;
    // A rule of the order itself is said first, and a repeat is answered whatever the stock is by now.
    let empty = order("6", "kim", "tea", 0, 1);
    assert!(said(&shop, "PlaceOrder", &empty).await.contains("above zero"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_server_that_goes_away_and_comes_back_has_each_command_once() {
    let server = crate::servers::OwnServer::start();
    let shop = super::shop::shop_at(SourceSpec::Postgres(server.fresh().address()), None).await;
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    let deposit = |n: usize| command("Deposit", &format!(r#"{{"account_id":"7","amount":1,"command_id":"d-{n}"}}"#));
    let mut unsure = Vec::new();
    for round in 0..3 {
        let head = async || loop {
            if let Ok(head) = shop.store.reader.read_head().await {
                break head.map_or(0, |head| head.0);
            }
        };
        let before = head().await;
        let (bus, from) = (shop.bus.clone(), round * 100);
        let writer = tokio::spawn(async move {
            for n in from..from + 40 {
                if bus.dispatch(deposit(n)).await.is_err() {
                    return (n..from + 40).collect::<Vec<_>>();
                }
            }
            Vec::new()
        });
        while head().await < before + 5 && !writer.is_finished() {}
        server.kill();
        unsure.extend(writer.await.unwrap());
        server.start_again();
    }
    // What nobody knows of is given again, with the same id.
    // Every connection that broke costs an attempt.
    let patient = shop.bus.clone().on_failure(RetryPolicy { attempts: 50, ..RetryPolicy::STANDARD });
    for n in &unsure {
        patient.dispatch(deposit(*n)).await.unwrap();
    }
    assert!(!unsure.is_empty());
    let log = shop.log().await;
    let versions: Vec<i64> = log.iter().map(|event| event.head.stream_version.unwrap().0).collect();
    assert_eq!(versions, (0..121).collect::<Vec<_>>());
}
