//! A store in which everything is going on at once: the sample data, and after it the books of an engine on a bad
//! evening. Projections in every condition, sagas of every status, dead letters of every kind, messages that wait.

use foldback::adapters::{OwnStore, SourceSpec, open_own};
use foldback::store::books::{Batch, FailureKind, NewFailure, RowChange, SagaCommit, SagaRecord, Target};
use foldback::store::seed::seed;
use foldback::store::{Commit, NewEvent, NewMessage};
use foldback_domain::event::{Category, Payload, Position, StreamName, Version};
use foldback_domain::processes::{ConsumerKind, SagaEntry, SagaStatus};
use jiff::{SignedDuration, Timestamp};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The correlation of order 1017 in the sample data.
pub const CORRELATION: &str = "29e5a054-c141-4666-b1d0-c55debd72002";
const PLACED: &str = "a1f63508-8be3-43b8-a3b2-985e87b37926";
/// The last position of the sample data.
pub const SAMPLE_HEAD: i64 = 2_074;

/// Minutes and seconds after seven in the evening of the last day.
fn at(minute: i64, second: i64) -> Timestamp {
    let seven: Timestamp = "2026-01-08T19:00:00Z".parse().unwrap();
    seven + SignedDuration::from_secs(minute * 60 + second)
}

/// The store, made once for all tests; it is only read.
pub fn store() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("processes");
        std::fs::create_dir_all(&folder).unwrap();
        let made = tempfile::Builder::new().tempdir_in(&folder).unwrap();
        let file = made.path().join("shop.db");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(make(&file));
        let path = folder.join("shop.db");
        // Several processes may make it at once: each is the same, and the last name wins.
        std::fs::rename(&file, &path).unwrap();
        path
    })
}

/// Makes the store in a place that has none yet, PostgreSQL or not.
pub async fn make_at(url: &str) {
    let sample = include_str!("../../../sample-data/webshop.jsonl");
    let spec = SourceSpec::parse(url).unwrap();
    match &spec {
        SourceSpec::Postgres(address) => {
            foldback::store::seed::seed_postgres(Cursor::new(sample), address, |_| ()).await.unwrap();
        }
        _ => {
            seed(Cursor::new(sample), Path::new(url), |_| ()).await.unwrap();
        }
    }
    let own = open_own(&spec, false).await.unwrap();
    fill(&own).await;
    own.close().await;
}

/// Makes the store in a file that is not there yet.
pub async fn make(path: &Path) {
    make_at(path.to_str().unwrap()).await;
}

/// Fills the books of a store that holds the sample data.
async fn fill(own: &OwnStore) {
    projections(own).await;
    sagas(own).await;
    outbox(own).await;
    late(own).await;
}

/// Keeps the store in a file of its own for looking at it: `FOLDBACK_TEST_KEEP=FILE.db cargo test --test it keep_it --
/// --ignored`.
#[tokio::test]
#[ignore = "writes the file that FOLDBACK_TEST_KEEP names"]
async fn keep_it() {
    // `tests/run` runs ignored tests too, and names no file.
    let Some(path) = std::env::var_os("FOLDBACK_TEST_KEEP") else { return };
    make(Path::new(&path)).await;
}

/// The last events, which come when most is over, and the last samples.
async fn late(own: &OwnStore) {
    for (number, second) in [(0, 20), (1, 30)] {
        append(own, number, at(59, second), None).await;
    }
    for name in ["order-dashboard", "order-details"] {
        let from = own.books.read_checkpoint(name).await.unwrap().unwrap().position;
        let to = own.reader.read_head().await.unwrap().unwrap();
        own.books.write_batch(&batch(name, from, to, &[], at(59, 31))).await.unwrap();
    }
    for name in ["order-dashboard", "order-details", "stock-levels", "account-balances"] {
        own.books.sample(name, at(59, 40)).await.unwrap();
    }
    let mut from = Position(1_640);
    for step in 0..9 {
        own.books.sample("daily-revenue", at(58, 30 + step * 10)).await.unwrap();
        let to = Position(from.0 + 25);
        own.books.write_batch(&batch("daily-revenue", Some(from), to, &[], at(58, 35 + step * 10))).await.unwrap();
        from = to;
    }
}

fn batch<'a>(
    name: &'a str,
    from: Option<Position>,
    to: Position,
    changes: &'a [RowChange],
    at: Timestamp,
) -> Batch<'a> {
    Batch { name, target: Target::Live, from, to, changes, skipped: &[], at }
}

async fn projections(own: &OwnStore) {
    let books = &own.books;
    let start = |name: &'static str, to: i64| async move {
        books.ensure_consumer(name, ConsumerKind::Projection, None, &[], at(0, 0)).await.unwrap();
        let rows: Vec<RowChange> = (1_001..1_060)
            .map(|order| RowChange {
                key: order.to_string(),
                row: Some(format!(r#"{{"order_id":"{order}","status":"PAID","total":{}}}"#, order * 29)),
                position: Position(to.min(order)),
            })
            .collect();
        books.write_batch(&batch(name, None, Position(to), &rows, at(0, 30))).await.unwrap();
        books.sample(name, at(1, 0)).await.unwrap();
    };
    start("order-dashboard", SAMPLE_HEAD).await;
    start("order-details", SAMPLE_HEAD).await;
    start("daily-revenue", 1_640).await;
    start("account-balances", 1_990).await;
    start("stock-levels", 1_876).await;
    start("customer-summaries", 2_000).await;
    start("users", SAMPLE_HEAD).await;
    for (position, error) in [(1_877, "the count of \"SKU-7\" is -3: expected 0 or more")] {
        let event = own
            .reader
            .read_event(&foldback_domain::reading::EventAddress::Position(Position(position)))
            .await
            .unwrap()
            .unwrap();
        let failure = NewFailure {
            kind: FailureKind::Projection,
            consumer: "stock-levels".into(),
            subject: None,
            event_id: event.head.event_id.clone(),
            position: Some(Position(position)),
            stream: Some(event.head.stream_id.clone()),
            correlation_id: event.head.correlation_id.clone(),
            payload: Some(event.data.to_raw().get().to_owned()),
            error: error.into(),
            attempts: 4,
            blocks: Some("projection stock-levels".into()),
            at: at(2, 10),
        };
        books.stop_projection(&failure).await.unwrap();
    }
    books.pause_projection("customer-summaries", at(3, 0)).await.unwrap();
    books.begin_rebuild("users", &[], at(58, 0)).await.unwrap();
    let fresh = Batch { target: Target::Fresh, ..batch("users", None, Position(1_200), &[], at(59, 0)) };
    books.write_batch(&fresh).await.unwrap();
    for (name, kind) in [("order-fulfilment", ConsumerKind::Saga), ("outbox", ConsumerKind::Outbox)] {
        books.ensure_consumer(name, kind, Some(Position(SAMPLE_HEAD)), &[], at(0, 0)).await.unwrap();
    }
}

/// A line of a saga's log: minute, step, what it undoes, its status, attempt, error.
type Line = (i64, &'static str, Option<&'static str>, SagaStatus, u32, Option<&'static str>);

async fn saga(own: &OwnStore, order: &str, correlation: &str, end: SagaStatus, due: Option<Timestamp>, lines: &[Line]) {
    let id = format!("fulfil-{order}");
    let entries: Vec<SagaEntry> = lines
        .iter()
        .enumerate()
        .map(|(index, (minute, step, compensates, status, attempt, error))| {
            let last = index + 1 == lines.len();
            let whole = match (last, compensates) {
                (true, _) => end,
                (false, Some(_)) => SagaStatus::Compensating,
                (false, None) => SagaStatus::Executing,
            };
            SagaEntry {
                sequence: index as i64,
                status: whole,
                step: Some((*step).to_owned()),
                step_status: Some(*status),
                compensates: compensates.map(str::to_owned),
                attempt: *attempt,
                at: at(*minute, index as i64 % 7),
                due_at: due.filter(|_| last),
                cause: Some(if index == 0 { "OrderPlaced".into() } else { format!("reply of {step}") }),
                event_id: (index == 0 && correlation == CORRELATION).then(|| PLACED.to_owned()),
                position: (index == 0 && correlation == CORRELATION).then_some(Position(396)),
                sent: Some(Payload::Json(format!(
                    r#"[{{"kind":"call","id":"{id}#{index}","name":"{step}","to":"service"}}]"#
                ))),
                state: Some(Payload::Json(format!(
                    r#"{{"status":"{whole}","step":"{step}","attempt":{attempt},"order_id":"{order}"}}"#
                ))),
                error: error.map(str::to_owned),
                head: None,
            }
        })
        .collect();
    let (first, last) = (entries[0].clone(), entries[entries.len() - 1].clone());
    let dead_letter = (end == SagaStatus::CompensationFailed).then(|| NewFailure {
        kind: FailureKind::Saga,
        consumer: "order-fulfilment".into(),
        subject: Some(id.clone()),
        event_id: None,
        position: None,
        stream: Some(StreamName(format!("order-{order}"))),
        correlation_id: Some(correlation.to_owned()),
        payload: Some(format!(r#"{{"saga_id":"{id}","step":"{}"}}"#, last.step.as_deref().unwrap())),
        error: last.error.clone().unwrap_or_default(),
        attempts: last.attempt,
        blocks: Some(format!("order-{order}")),
        at: last.at,
    });
    let commit = SagaCommit {
        expected: -1,
        saga: SagaRecord {
            saga_id: id,
            saga_type: "order-fulfilment".into(),
            status: end,
            correlation_id: Some(correlation.to_owned()),
            sequence: last.sequence,
            step: last.step.clone(),
            error: last.error.clone(),
            state: "{}".into(),
            due_at: due,
            started_at: first.at,
            updated_at: last.at,
        },
        entries,
        consumed: None,
        dead_letter,
        retried: false,
    };
    own.books.commit_saga(&commit).await.unwrap();
}

async fn sagas(own: &OwnStore) {
    use SagaStatus::{Compensated, Compensating, CompensationFailed, Completed, Executing, Failed, Started, TimedOut};
    let (pay, stock, ship) = ("process payment", "reserve inventory", "ship");
    let created: Line = (4, "create order", None, Completed, 1, None);
    let paid: [Line; 2] = [(5, pay, None, Executing, 1, None), (24, pay, None, Completed, 1, None)];
    let out_of_stock: [Line; 2] =
        [(25, stock, None, Executing, 1, None), (27, stock, None, Failed, 1, Some("SKU-7 out of stock"))];
    let refund = |minute: i64, status: SagaStatus, attempt: u32, error| -> Line {
        (minute, "refund payment", Some(pay), status, attempt, error)
    };
    let gateway = Some("gateway: 502");
    let mut stuck = vec![created];
    stuck.extend(paid);
    stuck.extend(out_of_stock);
    stuck.extend([
        refund(28, Compensating, 1, None),
        refund(29, Failed, 1, gateway),
        refund(31, Compensating, 2, None),
        refund(32, Failed, 2, gateway),
        refund(35, Compensating, 3, None),
        refund(36, CompensationFailed, 3, gateway),
    ]);
    saga(own, "1017", CORRELATION, CompensationFailed, None, &stuck).await;
    let mut happy = vec![created];
    happy.extend(paid);
    happy.extend([
        (25, stock, None, Executing, 1, None),
        (26, stock, None, Completed, 1, None),
        (27, ship, None, Executing, 1, None),
        (30, ship, None, Completed, 1, None),
    ]);
    saga(own, "1020", "c-1020", Completed, None, &happy).await;
    let mut undone = vec![created];
    undone.extend(paid);
    undone.extend(out_of_stock);
    undone.extend([refund(28, Compensating, 1, None), refund(29, Compensated, 1, None)]);
    saga(own, "1021", "c-1021", Compensated, None, &undone).await;
    saga(own, "1022", "c-1022", Failed, None, &[(6, "create order", None, Failed, 1, Some("no such customer"))]).await;
    saga(own, "1023", "c-1023", Executing, Some(at(40, 0)), &[created, (5, pay, None, Executing, 1, None)]).await;
    let waiting = [created, (58, pay, None, Executing, 1, None)];
    saga(own, "1024", "c-1024", Executing, Some(at(80, 0)), &waiting).await;
    let compensating = [created, paid[0], paid[1], out_of_stock[0], out_of_stock[1], refund(59, Compensating, 1, None)];
    saga(own, "1025", "c-1025", Compensating, Some(at(70, 0)), &compensating).await;
    saga(own, "1026", "c-1026", TimedOut, None, &[created, (5, pay, None, TimedOut, 1, Some("no answer"))]).await;
    saga(own, "1027", "c-1027", Started, None, &[(59, "create order", None, Started, 1, None)]).await;
}

/// Appends an event of a new user, with a message where one is named; its id.
async fn append(own: &OwnStore, number: usize, at: Timestamp, message: Option<&str>) -> String {
    let id = format!("00000000-0000-4000-8000-{number:012}");
    let stream = StreamName(format!("user-late{number}"));
    let data = format!(
        r#"{{"user_id":"late{number}","name":"Late {number}","country":"KR","contact":{{"email":"late{number}@example.com"}}}}"#
    );
    let correlation = if message.is_some() { CORRELATION.to_owned() } else { format!("late-{number}") };
    let metadata = format!(
        r#"{{"correlation_id":"{correlation}","causation_id":"fulfil-1017#4","actor":"kim","command_id":"cmd-{number}"}}"#
    );
    let messages = message.map(|message_type| NewMessage {
        event_id: id.clone(),
        message_type: message_type.to_owned(),
        payload: data.clone(),
        correlation_id: Some(correlation.clone()),
    });
    let commit = Commit {
        stream,
        category: Category::from("user"),
        expected: Version::NO_STREAM,
        events: vec![NewEvent {
            event_id: id.clone(),
            event_type: "UserRegistered".into(),
            schema_version: 3,
            data: Payload::Json(data),
            metadata: Some(Payload::Json(metadata)),
            created_at: at,
        }],
        messages: messages.into_iter().collect(),
        command: None,
        at,
    };
    own.books.commit(&commit).await.unwrap();
    id
}

async fn outbox(own: &OwnStore) {
    for number in 10..13 {
        append(own, number, at(40 + number as i64 - 10, 0), Some("shop.user.registered")).await;
    }
    let waiting = own.books.waiting_messages(at(50, 0), 10).await.unwrap();
    own.books.messages_published(&[waiting[0].number], at(45, 0)).await.unwrap();
    let dead = &waiting[1];
    let failure = NewFailure {
        kind: FailureKind::Outbox,
        consumer: "outbox".into(),
        subject: Some(dead.number.to_string()),
        event_id: Some(dead.event_id.clone()),
        position: dead.position,
        stream: Some(dead.aggregate.clone()),
        correlation_id: dead.correlation_id.clone(),
        payload: Some(dead.payload.clone()),
        error: "broker refused: message of 1204 bytes is too large".into(),
        attempts: 5,
        blocks: Some(dead.aggregate.as_str().to_owned()),
        at: at(48, 0),
    };
    own.books.message_dead(dead.number, &failure).await.unwrap();
}
