//! A database of one's own on the MariaDB server that all tests share, and somebody who writes to it.

use async_trait::async_trait;
use foldback::adapters::SourceSpec;
use foldback::domain::event::{Category, Payload, Position, RecordedEvent, StreamName, Version};
use foldback::store::{Appended, EventWriter, NewEvent, StoreError};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A database that nobody else has. There is nothing in it yet.
#[derive(Debug, Clone)]
pub struct MariaPlace {
    /// The URL, with the database.
    pub url: String,
    /// The database.
    pub database: String,
}

/// A new place.
pub async fn fresh_in_mariadb() -> MariaPlace {
    let server = std::env::var("FOLDBACK_TEST_MYSQL")
        .expect("FOLDBACK_TEST_MYSQL names a MariaDB server for tests: tests/run starts one, tests/mariadb too");
    MariaPlace::on(&server).await
}

impl MariaPlace {
    async fn on(server: &str) -> MariaPlace {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // The name needs quotes, so that what forgets them is found out.
        let database = format!("Test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let place = MariaPlace { url: format!("{server}/{database}"), database };
        let mut connection = MySqlConnection::connect(server).await.unwrap();
        let sql = format!("DROP DATABASE IF EXISTS `{0}`; CREATE DATABASE `{0}`", place.database);
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        place
    }

    /// What it is called on the command line.
    pub fn spec(&self) -> SourceSpec {
        SourceSpec::parse(&self.url).unwrap()
    }

    /// A connection as any other program would make it.
    pub async fn connect(&self) -> MySqlConnection {
        let options = MySqlConnectOptions::from_str(&self.url).unwrap();
        MySqlConnection::connect_with(&options).await.unwrap()
    }

    /// Runs statements as any other program would.
    pub async fn run(&self, sql: &str) {
        let done = self.connect().await.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await;
        done.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}

/// Writes to a table of events as an application would.
pub struct MariaWriter(pub MariaPlace);

impl MariaWriter {
    /// Makes the table. Its texts are in an order that knows neither case nor spaces at the end.
    pub async fn new(place: &MariaPlace) -> MariaWriter {
        place
            .run(
                "CREATE TABLE events (global_position BIGINT UNSIGNED PRIMARY KEY, event_id CHAR(36) NOT NULL UNIQUE, \
                 stream_id VARCHAR(200) NOT NULL, stream_version INT UNSIGNED NOT NULL, category VARCHAR(100) NOT NULL, \
                 event_type VARCHAR(100) NOT NULL, schema_version INT, event_data LONGBLOB NOT NULL, \
                 metadata LONGTEXT, created_at DATETIME(6)) \
                 DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci",
            )
            .await;
        MariaWriter(place.clone())
    }
}

#[async_trait]
impl EventWriter for MariaWriter {
    async fn append(
        &self,
        stream: &StreamName,
        category: &Category,
        expected: Version,
        events: &[NewEvent],
    ) -> Result<Appended, StoreError> {
        let (mut version, mut position) = (expected, 0);
        for event in events {
            version = version.next();
            let sql = "INSERT INTO events SELECT coalesce(max(global_position), 0) + 1, ?, ?, ?, ?, ?, ?, ?, NULL, ? FROM events";
            let query = sqlx::query(sql).bind(&event.event_id).bind(stream.as_str()).bind(version.0);
            let query = query.bind(category.as_str()).bind(&event.event_type).bind(event.schema_version);
            let query = query.bind(bytes(&event.data)).bind(event.created_at.strftime("%F %T%.6f").to_string());
            query.execute(&mut self.0.connect().await).await.unwrap();
            position += 1;
        }
        Ok(Appended { version, global_position: Position(position) })
    }

    async fn import(&self, events: &[RecordedEvent]) -> Result<(), StoreError> {
        let mut connection = self.0.connect().await;
        let mut all = connection.begin().await.unwrap();
        for RecordedEvent { head, data, metadata, .. } in events {
            let sql = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let query = sqlx::query(sql).bind(head.global_position.unwrap().0).bind(&head.event_id);
            let query = query.bind(head.stream_id.as_str()).bind(head.stream_version.unwrap().0);
            let query = query.bind(head.category.as_str()).bind(&*head.event_type).bind(head.schema_version);
            let query = query.bind(bytes(data)).bind(metadata.as_ref().map(bytes));
            let query = query.bind(head.created_at.map(|at| at.strftime("%F %T%.6f").to_string()));
            query.execute(&mut *all).await.unwrap();
        }
        all.commit().await.unwrap();
        Ok(())
    }
}

fn bytes(payload: &Payload) -> Vec<u8> {
    match payload {
        Payload::Json(text) | Payload::Text(text) => text.clone().into_bytes(),
        Payload::Bytes(bytes) => bytes.clone(),
    }
}

/// A MariaDB server that only one test knows. It is gone when this is dropped.
pub struct OwnMaria {
    dir: PathBuf,
    url: String,
    _folder: TempDir,
}

impl OwnMaria {
    /// Makes one and starts it.
    pub fn start() -> OwnMaria {
        let folder = super::own_server::folder("foldback-maria-");
        let dir = folder.path().join("server");
        let url = script("start", &dir);
        OwnMaria { dir, url, _folder: folder }
    }

    /// A place on it.
    pub async fn fresh(&self) -> MariaPlace {
        MariaPlace::on(&self.url).await
    }

    /// Stops it as a crash would: nobody is waited for.
    pub fn kill(&self) {
        script("kill", &self.dir);
    }

    /// Starts it again on the same port.
    pub fn start_again(&self) {
        script("start", &self.dir);
    }
}

impl Drop for OwnMaria {
    fn drop(&mut self) {
        script("stop", &self.dir);
    }
}

/// Runs `tests/mariadb`; what it printed.
fn script(what: &str, dir: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mariadb");
    let output = Command::new(script).arg(what).arg(dir).output().unwrap();
    assert!(output.status.success(), "tests/mariadb {what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
