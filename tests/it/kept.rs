//! What was folded in an earlier run of a store that has changed since, or of a server: shown at once and unverified where
//! nothing speaks against it, until the fold of every event has its say; and never what a verb answers from.

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::Registry;
use foldback::domain::event::Version;
use foldback::explore::cache::Cache;
use foldback::explore::travel::Travel;
use foldback::explore::{Explorer, Reporter};
use foldback::replay::{Moment, StartedFrom};
use foldback::store::seed::{seed, seed_postgres};
use std::fmt::Write;
use std::io::Cursor;
use std::path::Path;

const EVENTS: i64 = 12_000;
const STREAM: &str = "inventory-7";

/// The lines of a long stream from one version to another; the events of some versions are of another quantity.
fn lines(first: i64, end: i64, other: &[i64]) -> Cursor<String> {
    let mut lines = String::new();
    for n in first..end {
        let quantity = if other.contains(&n) { 9 } else { 2 };
        writeln!(
            lines,
            r#"{{"stream_id":"{STREAM}","stream_version":{n},"event_type":"StockReceived","event_id":"{n}","data":{{"sku":"p-7","quantity":{quantity}}}}}"#
        )
        .unwrap();
    }
    Cursor::new(lines)
}

/// Makes a store in the place of what was there.
async fn make(path: &Path, first: i64, end: i64, other: &[i64]) {
    let _ = std::fs::remove_file(path);
    seed(lines(first, end, other), path, |_| {}).await.unwrap();
}

async fn travel(word: &str, cache: &Path) -> Travel {
    let spec = SourceSpec::parse(word).unwrap();
    let reader = open(&spec, &OpenOptions::default()).await.unwrap();
    let cache = Cache::of(cache, &spec, None);
    assert!(cache.is_some());
    let explorer = Explorer::new(reader, Registry::embedded(), false).with_cache(cache);
    Travel::open(&explorer, &STREAM.into()).await.unwrap().unwrap()
}

/// Folds a stream ahead to its end, as the terminal UI does; what its end looked like before that.
async fn fold_ahead(travel: &mut Travel) -> Option<Moment> {
    let last = travel.summary().version.unwrap();
    let mut begun = travel.begin_ahead().await.unwrap().unwrap();
    let early = match travel.guesses(last) {
        true => Some(travel.step(Some(last), None, &Reporter::silent()).await.unwrap().moment),
        false => None,
    };
    let mut folded = 0;
    while let Some(page) = begun.pages.next().await.unwrap() {
        travel.feed(&page);
        folded += page.len() as u64;
    }
    travel.end_ahead(folded).await;
    early
}

async fn end(travel: &mut Travel) -> Moment {
    travel.moment(travel.summary().version, &Reporter::silent()).await.unwrap()
}

fn stock(moment: &Moment) -> i64 {
    moment.state.as_ref().unwrap()["on_hand"].as_i64().unwrap()
}

fn kept(cache: &Path) -> usize {
    std::fs::read_dir(cache).map_or(0, Iterator::count)
}

/// A store that was folded once, and its cache.
async fn folded_once() -> (tempfile::TempDir, String, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("shop.db"), folder.path().join("cache"));
    make(&path, 0, EVENTS, &[]).await;
    let word = path.to_str().unwrap().to_owned();
    let mut first = travel(&word, &cache).await;
    assert!(fold_ahead(&mut first).await.is_none(), "nothing was kept yet");
    assert_eq!(kept(&cache), 1);
    (folder, word, cache)
}

#[tokio::test]
async fn a_store_that_has_grown_shows_its_end_at_once_and_verifies_it() {
    let (_folder, word, cache) = folded_once().await;
    make(Path::new(&word), 0, EVENTS + 500, &[]).await;
    let mut again = travel(&word, &cache).await;
    let rows = again.summary().events;
    let early = fold_ahead(&mut again).await.expect("the end is there at once");
    assert_eq!((stock(&early), rows), (2 * (EVENTS + 500), EVENTS as u64 + 500));
    assert_eq!(early.started_from, StartedFrom::Earlier(Version(EVENTS - 1)));
    let late = end(&mut again).await;
    assert_eq!((stock(&late), late.started_from), (2 * (EVENTS + 500), StartedFrom::Start));
    assert!(!early.is_refuted_by(&late));
}

#[tokio::test]
async fn who_does_not_fold_ahead_never_sees_what_is_unverified() {
    let (_folder, word, cache) = folded_once().await;
    make(Path::new(&word), 0, EVENTS + 500, &[17]).await;
    let moment = end(&mut travel(&word, &cache).await).await;
    assert_eq!((stock(&moment), moment.started_from), (2 * (EVENTS + 500) + 7, StartedFrom::Start));
}

#[tokio::test]
async fn a_past_that_was_changed_is_refuted_by_the_fold_and_thrown_away() {
    let (_folder, word, cache) = folded_once().await;
    make(Path::new(&word), 0, EVENTS + 500, &[17]).await;
    let mut again = travel(&word, &cache).await;
    let early = fold_ahead(&mut again).await.expect("nothing that is quick to see speaks against it");
    assert!(early.started_from.is_unverified());
    let late = end(&mut again).await;
    assert_eq!((stock(&early), stock(&late)), (2 * (EVENTS + 500), 2 * (EVENTS + 500) + 7));
    assert!(early.is_refuted_by(&late));
    // What is kept from now on is what every event folds to.
    make(Path::new(&word), 0, EVENTS + 600, &[17]).await;
    let early = fold_ahead(&mut travel(&word, &cache).await).await.unwrap();
    assert_eq!(stock(&early), 2 * (EVENTS + 600) + 7);
}

#[tokio::test]
async fn what_is_quick_to_see_refutes_at_once() {
    // Another event where the keyframe ends; and fewer events before it.
    for (first, other) in [(0, &[EVENTS - 1][..]), (1, &[][..])] {
        let (_folder, word, cache) = folded_once().await;
        make(Path::new(&word), first, EVENTS + 500, other).await;
        let mut again = travel(&word, &cache).await;
        let _begun = again.begin_ahead().await.unwrap().unwrap();
        assert!(!again.guesses(Version(EVENTS + 499)));
        assert_eq!(kept(&cache), 0, "it is of another past");
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_no_guess() {
    let (_folder, word, cache) = folded_once().await;
    make(Path::new(&word), 0, EVENTS - 100, &[]).await;
    let mut again = travel(&word, &cache).await;
    assert!(fold_ahead(&mut again).await.is_none());
    assert_eq!(stock(&end(&mut again).await), 2 * (EVENTS - 100));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_server_shows_what_was_kept_and_a_database_made_anew_does_not() {
    let server = std::env::var("FOLDBACK_TEST_POSTGRES").expect("the URL of a server to test on");
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let schema = format!("kept_{}", std::process::id());
    let word = format!("{server}?schema={schema}");
    let SourceSpec::Postgres(address) = SourceSpec::parse(&word).unwrap() else { panic!("{word}") };
    let drop_it = async || {
        let pool = sqlx::PgPool::connect(&server).await.unwrap();
        let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        pool.close().await;
    };
    drop_it().await;
    seed_postgres(lines(0, EVENTS, &[]), &address, |_| {}).await.unwrap();
    assert!(fold_ahead(&mut travel(&word, &cache).await).await.is_none());
    assert_eq!(kept(&cache), 1);
    // Nobody can tell at a glance whether a server's past has changed: a guess, until it is folded.
    let mut again = travel(&word, &cache).await;
    let early = fold_ahead(&mut again).await.expect("the end is there at once");
    assert!(early.started_from.is_unverified());
    assert_eq!(stock(&early), 2 * EVENTS);
    assert_eq!(end(&mut again).await.started_from, StartedFrom::Start);
    assert_eq!(end(&mut travel(&word, &cache).await).await.started_from, StartedFrom::Start, "a verb folds");
    // The same name, the same events: another database all the same.
    drop_it().await;
    seed_postgres(lines(0, EVENTS, &[]), &address, |_| {}).await.unwrap();
    assert!(fold_ahead(&mut travel(&word, &cache).await).await.is_none());
    drop_it().await;
}
