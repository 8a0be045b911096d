//! Tables in MySQL and MariaDB: hostile data, orders of texts that fold, times, rights, and a server that goes away.

use super::{heads, whole_log};
use crate::cli::foldback;
use crate::servers::{MariaPlace, MariaWriter, OwnMaria, fresh_in_mariadb};
use foldback::adapters::mysql::{Address, Pool};
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::{Payload, Position, StreamName};
use foldback::domain::reading::{Direction, EventAddress, LogFilter, LogRead, StreamSort, StreamsRead};
use foldback::store::{EventReader, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, Row};
use std::sync::Arc;

const LEDGER: &str = "CREATE TABLE ledger (aggregate_id VARCHAR(100) NOT NULL, version INT UNSIGNED NOT NULL, \
                      event_type VARCHAR(50) NOT NULL, event_data LONGBLOB, timestamp DATETIME(6)) DEFAULT CHARSET ";

async fn reader(place: &MariaPlace) -> Arc<dyn EventReader> {
    open(&place.spec(), &OpenOptions::default()).await.unwrap()
}

async fn streams(reader: &dyn EventReader, category: Option<&str>) -> Vec<(String, u64)> {
    let read = StreamsRead { category: category.map(Into::into), sort: StreamSort::Name, after: None, limit: 100 };
    let page = reader.read_streams(&read).await.unwrap();
    page.items.into_iter().map(|stream| (stream.stream_id.0, stream.events)).collect()
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn streams_that_only_case_accents_or_spaces_tell_apart_are_several() {
    let names = ["Order-1", "order-1", "order-1 ", "ordér-1", "straße-1", "strasse-1"];
    for charset in ["utf8mb4 COLLATE utf8mb4_general_ci", "utf8mb4 COLLATE utf8mb4_bin", "latin1", "utf16"] {
        let place = fresh_in_mariadb().await;
        place.run(&format!("{LEDGER}{charset}")).await;
        for (i, name) in names.iter().enumerate() {
            for version in 0..=i {
                let at = format!("2026-01-05 09:00:00.{i}0{version}");
                place.run(&format!("INSERT INTO ledger VALUES ('{name}', {version}, 'T', '{{}}', '{at}')")).await;
            }
        }
        let reader = reader(&place).await;
        let expected: Vec<(String, u64)> = names.iter().zip(1..).map(|(name, count)| ((*name).into(), count)).collect();
        let mut sorted = expected.clone();
        sorted.sort();
        assert_eq!(streams(&*reader, None).await, sorted, "{charset}");
        assert_eq!(streams(&*reader, Some("order")).await, sorted[1..3], "{charset}: a category");
        assert_eq!(streams(&*reader, Some("😀")).await, [], "{charset}: a category that it cannot write");
        for (name, count) in expected {
            let stream = StreamName(name);
            assert_eq!(reader.read_summary(&stream).await.unwrap().unwrap().events, count, "{charset} {stream}");
            let filter = LogFilter { stream: Some(stream.clone()), ..LogFilter::default() };
            let found = reader.read_log(&LogRead { filter, ..whole_log(100) }).await.unwrap().items;
            assert_eq!(found.len() as u64, count, "{charset} {stream}");
        }
        let totals = reader.read_totals().await.unwrap();
        assert_eq!((totals.events, totals.streams, totals.categories.len()), (21, 6, 5), "{charset}");
        let filter = LogFilter { event_type: Some("t".into()), ..LogFilter::default() };
        assert_eq!(reader.read_log(&LogRead { filter, ..whole_log(100) }).await.unwrap().items, []);
    }
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn hostile_values_are_shown_and_nothing_fails() {
    let place = fresh_in_mariadb().await;
    place
        .run(
            "CREATE TABLE `ev``il'\"` (global_position BIGINT UNSIGNED PRIMARY KEY, event_id BINARY(16), \
             stream_id VARCHAR(191), stream_version DECIMAL(20,0), event_type VARCHAR(191) CHARACTER SET latin1, \
             event_data LONGBLOB, metadata LONGTEXT, created_at DATETIME(6), schema_version SMALLINT UNSIGNED); \
             SET sql_mode = ''; INSERT INTO `ev``il'\"` VALUES \
             (1, 0x000102030405060708090a0b0c0d0eff, 'a\\\\b''c\"d`e-1', 0, 'é', '{\"a\":1.10}', '{', '2026-01-05 09:12:44.120001', 2), \
             (2, NULL, '\\n\\t-2', 7, '', 0xff00fe, '[[[[', '0000-00-00 00:00:00', NULL), \
             (3, 'sixteen bytes ok', '%_-3', NULL, 'T', '', NULL, '0000-00-00', 255), \
             (9223372036854775807, NULL, '-', 9, 'T', NULL, '{\"correlation_id\":{\"deep\":[1]}}', NULL, 1), \
             (18446744073709551615, NULL, 'too-far', 9, 'T', NULL, 'null', NULL, 1)",
        )
        .await;
    let reader = reader(&place).await;
    // What has a number that is greater than a position can be has no place in the log, but it is counted.
    let log = heads(&*reader).await;
    assert_eq!(log.iter().map(|head| head.global_position.unwrap().0).collect::<Vec<_>>(), [1, 2, 3, i64::MAX]);
    assert_eq!(reader.read_totals().await.unwrap().events, 5);
    let first = &log[0];
    assert_eq!(first.stream_id.as_str(), "a\\b'c\"d`e-1");
    assert_eq!(first.event_id.as_deref(), Some("000102030405060708090a0b0c0d0eff"));
    assert_eq!((&*first.event_type, first.schema_version), ("é", Some(2)));
    assert_eq!(first.created_at.unwrap().to_string(), "2026-01-05T09:12:44.120001Z");
    assert_eq!(log[1].created_at, None);
    let event = async |at: i64| reader.read_event(&EventAddress::Position(Position(at))).await;
    assert_eq!(event(1).await.unwrap().unwrap().data, Payload::Json("{\"a\":1.10}".into()));
    assert_eq!(event(2).await.unwrap().unwrap().data, Payload::Bytes(vec![0xff, 0, 0xfe]));
    for head in &log {
        let summary = reader.read_summary(&head.stream_id).await.unwrap().unwrap();
        assert_eq!(summary.events, 1, "{:?}", head.stream_id);
        let filter = LogFilter { stream: Some(head.stream_id.clone()), ..LogFilter::default() };
        let read = LogRead { filter, start: None, direction: Direction::Backward, limit: 10 };
        assert_eq!(reader.read_log(&read).await.unwrap().items.len(), 1, "{:?}", head.stream_id);
    }
    let id = EventAddress::Id("000102030405060708090a0b0c0d0eff".into());
    assert_eq!(reader.read_event(&id).await.unwrap().unwrap().head.global_position, Some(Position(1)));
    let page = LogFilter { correlation_id: Some("x' OR '1'='1\\".into()), ..LogFilter::default() };
    assert_eq!(reader.read_log(&LogRead { filter: page, ..whole_log(10) }).await.unwrap().items, []);
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn times_of_every_form_are_points_in_time_and_filter_alike() {
    for (column, values) in [
        ("DATETIME(6)", ["'2026-01-05 09:12:44.120001'", "'2026-01-05 10:00:00'"]),
        ("TIMESTAMP(6) NULL", ["'2026-01-05 09:12:44.120001'", "'2026-01-05 10:00:00'"]),
        ("BIGINT UNSIGNED", ["1767604364120", "1767607200000"]),
        ("VARCHAR(40)", ["'2026-01-05T10:12:44.120001+01:00'", "'2026-01-05T10:00:00Z'"]),
        ("VARCHAR(40)", ["'2026-01-05 09:12:44.120001'", "'2026-01-05T06:30:00-0330'"]),
    ] {
        let place = fresh_in_mariadb().await;
        let table = LEDGER.replace("DATETIME(6)", column);
        // The server and who writes are elsewhere on the globe.
        place
            .run(&format!(
                "{table} utf8mb4; SET time_zone = '+00:00'; \
                 INSERT INTO ledger VALUES ('a-1', 2, 'T', '{{}}', {}), ('a-1', 1, 'T', '{{}}', {}), ('a-1', 3, 'T', '', NULL)",
                values[1], values[0]
            ))
            .await;
        let reader = reader(&place).await;
        let log = heads(&*reader).await;
        let versions = log.iter().map(|head| head.stream_version.unwrap().0).collect::<Vec<_>>();
        assert_eq!(versions, [3, 1, 2], "{column}: those without a time come first");
        let at = |n: usize| log[n].created_at.unwrap().as_millisecond();
        assert_eq!((at(1), at(2)), (1_767_604_364_120, 1_767_607_200_000), "{column}");
        let mut backward = LogRead { direction: Direction::Backward, ..whole_log(1) };
        let mut paged = Vec::new();
        loop {
            let page = reader.read_log(&backward).await.unwrap();
            paged.extend(page.items);
            match page.next {
                Some(next) => backward.start = Some(next),
                None => break,
            }
        }
        paged.reverse();
        assert_eq!(paged, log, "{column}");
        let filter = LogFilter { since: log[2].created_at, ..LogFilter::default() };
        assert_eq!(reader.read_log(&LogRead { filter, ..whole_log(9) }).await.unwrap().items, log[2..], "{column}");
        let filter = LogFilter { until: log[1].created_at, ..LogFilter::default() };
        assert_eq!(reader.read_log(&LogRead { filter, ..whole_log(9) }).await.unwrap().items, log[1..2], "{column}");
    }
}

async fn ask(raw: &mut MySqlConnection, sql: &str) -> i64 {
    raw.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap().get(0)
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn reading_takes_two_connections_can_only_read_and_leaves_nothing() {
    // Alone on its server, because it counts what is left there.
    let server = OwnMaria::start();
    let place = server.fresh().await;
    MariaWriter::new(&place).await;
    let user = place.database.to_lowercase();
    place
        .run(&format!(
            "INSERT INTO events VALUES (1, 'a', 'a-1', 0, 'a', 'T', 1, '{{}}', NULL, NULL); \
             CREATE USER `{user}`@'%' IDENTIFIED BY 's3cret'; GRANT ALL ON `{}`.* TO `{user}`@'%'",
            place.database
        ))
        .await;
    let (_, host) = place.url.split_once('@').unwrap();
    let url = format!("mysql://{user}:s3cret@{host}");
    let spec = SourceSpec::parse(&url).unwrap();
    let reader = open(&spec, &OpenOptions::default()).await.unwrap();
    let asking = (0..8).map(|_| {
        let reader = reader.clone();
        tokio::spawn(async move { reader.read_log(&whole_log(50)).await.unwrap().items.len() })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), 1);
    }
    let mut raw = place.connect().await;
    let connections = format!("SELECT count(*) FROM information_schema.processlist WHERE user = '{user}'");
    assert!((1..=2).contains(&ask(&mut raw, &connections).await));
    let open_reads = format!(
        "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p \
         ON p.id = t.trx_mysql_thread_id WHERE p.user = '{user}'"
    );
    assert_eq!(ask(&mut raw, &open_reads).await, 0);
    assert_eq!(
        ask(
            &mut raw,
            "SELECT CAST(variable_value AS SIGNED) FROM information_schema.global_status \
                       WHERE variable_name = 'Prepared_stmt_count'"
        )
        .await,
        0,
        "no statement stays prepared"
    );
    // Even somebody who may write cannot write through these connections.
    let pool = Pool::new(&Address::parse(&url).unwrap());
    for sql in ["DELETE FROM events", "INSERT INTO events (global_position) VALUES (7)", "CREATE TABLE t (a INT)"] {
        let mut reading = pool.begin().await.unwrap();
        let error = {
            let mut rows = std::pin::pin!(reading.stream(sql));
            futures_util::StreamExt::next(&mut rows).await.unwrap().map(|_| ()).unwrap_err().to_string()
        };
        assert!(error.contains("is only read here"), "{sql}: {error}");
    }
    drop((reader, pool));
    let gone = foldback(&["overview", &url, "--json"]);
    assert_eq!(gone.json()["events"], 1);
    assert!(!gone.out.contains("s3cret"), "{}", gone.out);
    while ask(&mut raw, &connections).await > 0 {}
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn what_goes_wrong_is_said_with_what_to_do_and_without_the_password() {
    let place = fresh_in_mariadb().await;
    let (_, server) = place.url.split_once("foldback@").unwrap();
    let (host, _) = server.split_once('/').unwrap();
    for (url, said) in [
        (format!("mysql://foldback:wr0ng@{server}"), "does not let this user in"),
        (format!("mysql://foldback:wr0ng@{host}/nothing"), "does not let this user in"),
        (place.url.replace(&place.database, "nothing"), "there is no such database"),
        ("mysql://foldback:wr0ng@127.0.0.1:1/shop".to_owned(), "no MySQL or MariaDB listens there"),
        (format!("{}?ssl-mode=VERIFY_CA", place.url), "cannot be reached over TLS"),
        (place.url.clone(), "has no table of events that foldback knows or can guess; it has no tables at all"),
    ] {
        let error = foldback(&["overview", &url]);
        assert_eq!(error.code, 3, "{url}");
        assert!(error.err.contains(said) && !error.err.contains("wr0ng"), "{url}: {}", error.err);
    }
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn a_server_that_went_away_is_said_and_found_again() {
    let server = OwnMaria::start();
    let place = server.fresh().await;
    let insert = "INSERT INTO ledger VALUES ('a-1', 0, 'T', '{}', '2026-01-05 09:00:00')";
    place.run(&format!("{LEDGER}utf8mb4; {insert}")).await;
    let reader = reader(&place).await;
    assert_eq!(heads(&*reader).await.len(), 1);
    server.kill();
    let error = reader.read_totals().await.unwrap_err();
    let StoreError::Unavailable { what, .. } = &error else { panic!("{error}") };
    assert!(what.starts_with("mysql://foldback@127.0.0.1:"), "{error}");
    let known = ["lost the connection", "listens there", "gave no connection"];
    assert!(known.iter().any(|known| error.to_string().contains(known)), "{error}");
    server.start_again();
    assert_eq!(heads(&*reader).await.len(), 1);
    MySqlConnection::connect(&place.url).await.unwrap().execute(insert).await.unwrap();
    assert_eq!(heads(&*reader).await.len(), 2);
}
