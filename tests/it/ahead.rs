//! A long stream opens at its end from a snapshot, marked, while it is folded from its start; then the fold has its say.

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::Registry;
use foldback::domain::event::Version;
use foldback::explore::travel::Travel;
use foldback::explore::{Explorer, Reporter};
use foldback::replay::{Moment, StartedFrom};
use foldback::store::seed::seed;
use std::fmt::Write;

const EVENTS: i64 = 12_000;
const LAST: Option<Version> = Some(Version(EVENTS - 1));

/// A store with one long stream, and a snapshot of it that says so many are on hand.
async fn store(snapshot_at: i64, on_hand: i64, form: u32) -> (tempfile::TempDir, Explorer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let mut lines = String::new();
    for n in 0..EVENTS {
        writeln!(
            lines,
            r#"{{"stream_id":"inventory-7","stream_version":{n},"event_type":"StockReceived","event_id":"{n}","data":{{"sku":"p-7","quantity":2}}}}"#
        )
        .unwrap();
    }
    seed(std::io::Cursor::new(lines), &path, |_| {}).await.unwrap();
    let state = format!(
        r#"{{"sku":"p-7","on_hand":{on_hand},"reserved":0,"available":{on_hand},"reservations":{{}},"shipped":0,"refused":0}}"#
    );
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sql = "INSERT INTO snapshots (stream_id, version, schema_version, state, created_at) VALUES \
               ('inventory-7', ?1, ?2, ?3, '2026-01-05T09:00:00.000Z')";
    connection.execute(sql, rusqlite::params![snapshot_at, form, state]).unwrap();
    drop(connection);
    let spec = SourceSpec::parse(path.to_str().unwrap()).unwrap();
    let reader = open(&spec, &OpenOptions::default()).await.unwrap();
    (folder, Explorer::new(reader, Registry::embedded(), false))
}

async fn look(travel: &mut Travel, at: i64) -> Moment {
    travel.step(Some(Version(at)), None, &Reporter::silent()).await.unwrap().moment
}

fn stock(moment: &Moment) -> i64 {
    moment.state.as_ref().unwrap()["on_hand"].as_i64().unwrap()
}

#[tokio::test]
async fn the_end_is_there_at_once_unverified_and_the_fold_refutes_it() {
    // The truth at v11,000 is 22,002.
    let (_folder, explorer) = store(11_000, 5, 1).await;
    let mut travel = Travel::open(&explorer, &"inventory-7".into()).await.unwrap().unwrap();
    assert_eq!(travel.is_long(), Some(EVENTS as u64));
    let rows = explorer.reader.rows_read();
    let mut begun = travel.begin_ahead().await.unwrap().unwrap();
    let early = look(&mut travel, EVENTS - 1).await;
    assert_eq!((stock(&early), early.started_from), (5 + 2 * 999, StartedFrom::Snapshot(Version(11_000))));
    assert!(early.started_from.is_unverified());
    assert!(explorer.reader.rows_read() - rows < 3_000, "the end waited for the whole stream");

    // While it is folded, what is folded can be looked at, and is exact.
    let mut folded = 0;
    while let Some(page) = begun.pages.next().await.unwrap() {
        assert!(travel.feed(&page));
        folded += page.len() as u64;
        let middle = look(&mut travel, folded as i64 / 2).await;
        assert_eq!((stock(&middle), middle.started_from), (folded as i64 / 2 * 2 + 2, StartedFrom::Start));
    }
    travel.end_ahead(folded).await;
    let late = look(&mut travel, EVENTS - 1).await;
    assert_eq!((stock(&late), late.started_from), (2 * EVENTS, StartedFrom::Start));
    assert!(early.is_refuted_by(&late) && !late.is_refuted_by(&early));
    assert_eq!(travel.moment(LAST, &Reporter::silent()).await.unwrap(), late);
}

#[tokio::test]
async fn nothing_but_a_fold_is_shown_to_who_does_not_fold_ahead() {
    let (_folder, explorer) = store(11_000, 5, 1).await;
    let mut travel = Travel::open(&explorer, &"inventory-7".into()).await.unwrap().unwrap();
    let moment = look(&mut travel, EVENTS - 1).await;
    assert_eq!((stock(&moment), moment.started_from), (2 * EVENTS, StartedFrom::Start));
}

#[tokio::test]
async fn a_snapshot_of_another_form_or_from_far_back_is_not_taken() {
    for (at, form) in [(11_000, 9), (EVENTS + 5, 1)] {
        let (_folder, explorer) = store(at, 5, form).await;
        let mut travel = Travel::open(&explorer, &"inventory-7".into()).await.unwrap().unwrap();
        let _begun = travel.begin_ahead().await.unwrap().unwrap();
        assert!(!travel.guesses(Version(EVENTS - 1)), "v{at}, form {form}");
        assert_eq!(stock(&look(&mut travel, EVENTS - 1).await), 2 * EVENTS);
    }
}

#[tokio::test]
async fn a_fold_that_was_given_up_goes_on_where_it_was() {
    let (_folder, explorer) = store(11_000, 5, 1).await;
    let mut travel = Travel::open(&explorer, &"inventory-7".into()).await.unwrap().unwrap();
    let mut begun = travel.begin_ahead().await.unwrap().unwrap();
    let page = begun.pages.next().await.unwrap().unwrap();
    travel.feed(&page);
    drop(begun);
    assert!(travel.is_behind(), "it is worth going on");
    travel.forget_guess();
    assert!(!travel.guesses(Version(EVENTS - 1)));
    let mut begun = travel.begin_ahead().await.unwrap().unwrap();
    assert_eq!((begun.after, begun.left), (Some(Version(page.len() as i64 - 1)), EVENTS as u64 - page.len() as u64));
    while let Some(page) = begun.pages.next().await.unwrap() {
        travel.feed(&page);
    }
    travel.end_ahead(begun.left).await;
    assert_eq!(stock(&look(&mut travel, EVENTS - 1).await), 2 * EVENTS);
}
