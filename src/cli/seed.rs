//! `seed`: make a store from a file of events.

use super::failure::Failure;
use super::open::no_url;
use super::output::{Output, Waiting, count, safe};
use super::shown_path;
use crate::analysis::command::quoted;
use crate::store::seed::{SeedError, seed};
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes the store, and says how much is in it.
pub async fn run(file: &str, target: &Path, out: &mut Output) -> Result<u8, Failure> {
    no_url("seed", file)?;
    no_url("--output", &target.to_string_lossy())?;
    let input: Box<dyn BufRead + Send> = if file == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let open = File::open(file).map_err(|e| {
            Failure::Source(format!("{}: {e}; expected a file with one event a line, or -", safe(file)))
        })?;
        Box::new(BufReader::with_capacity(1 << 20, open))
    };
    let loaded = Arc::new(AtomicU64::new(0));
    let counted = loaded.clone();
    let seeding = seed(input, target, move |progress| counted.store(progress.events, Ordering::Relaxed));
    let made =
        Waiting::new().during(&format!("loading {file}"), &loaded, seeding).await.map_err(|error| match error {
            SeedError::Line { .. } | SeedError::Input { .. } => Failure::Source(format!("{}: {error}", safe(file))),
            other => Failure::Source(other.to_string()),
        })?;
    if out.is_json() {
        out.document(&json!({
            "schema": "foldback.seed/1", "file": target.to_string_lossy(),
            "events": made.events, "streams": made.streams,
        }))?;
    } else {
        let path = shown_path(target);
        out.line(&format!(
            "{path}: {} in {}; open it with: foldback {}",
            count(made.events, "event", "events"),
            count(made.streams, "stream", "streams"),
            quoted(&target.to_string_lossy()),
        ))?;
    }
    Ok(0)
}
