//! What several suites need: stores with a past.

pub mod processes;

use std::path::{Path, PathBuf};

/// A store in a folder whose events have no numbers: only their times order them.
pub fn without_numbers(folder: &Path) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seed2-aggregate-version.sqlite");
    let file = folder.join("timed.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE events (aggregate_id TEXT, version INT, event_type TEXT, event_data TEXT, timestamp TEXT,
                PRIMARY KEY (aggregate_id, version)) WITHOUT ROWID;
             ATTACH '{}' AS seed;
             INSERT INTO main.events SELECT aggregate_id, version, event_type, event_data, timestamp FROM seed.events;
             DETACH seed",
            fixture.display()
        ))
        .unwrap();
    file
}
