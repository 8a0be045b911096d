//! `seed`: make a store from a file of events.

use super::failure::Failure;
use super::open::no_url;
use super::output::{Output, Waiting, count, safe};
use crate::adapters::{Loaded, SourceSpec};
use crate::analysis::command::quoted;
use crate::store::seed::{Progress, SeedError, seed, seed_postgres};
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

/// Makes the store, and says how much is in it.
pub async fn run(file: &str, target: &Path, out: &mut Output) -> Result<u8, Failure> {
    no_url("seed", file)?;
    let target = target.to_string_lossy();
    let spec = SourceSpec::parse(&target);
    let words = spec.as_ref().map_or_else(|_| target.to_string(), |spec| spec.words(&target));
    if !matches!(spec, Ok(SourceSpec::Postgres(_))) {
        no_url("--output", &target)?;
    }
    let loaded = Arc::<Loaded>::default();
    let input: Box<dyn BufRead + Send> = if file == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let open = File::open(file).map_err(|e| {
            Failure::Source(format!("{}: {e}; expected a file with one event a line, or -", safe(file)))
        })?;
        loaded.of(open.metadata().map_or(0, |known| known.len()));
        Box::new(BufReader::with_capacity(1 << 20, open))
    };
    let counted = loaded.clone();
    let progress = move |progress: Progress| counted.has(progress.events, progress.bytes);
    let seeding = async {
        match &spec {
            Ok(SourceSpec::Postgres(address)) => seed_postgres(input, address, progress).await,
            _ => seed(input, Path::new(&*target), progress).await,
        }
    };
    let loading = format!("loading {file}");
    let made = Waiting::new().during(&loading, || loaded.progress(), seeding).await.map_err(|error| match error {
        SeedError::Line { .. } | SeedError::Input { .. } => Failure::Source(format!("{}: {error}", safe(file))),
        other => Failure::Source(other.to_string()),
    })?;
    if out.is_json() {
        out.document(&json!({
            "schema": "foldback.seed/1", "file": words,
            "events": made.events, "streams": made.streams,
        }))?;
    } else {
        out.line(&format!(
            "{}: {} in {}; open it with: foldback {}",
            safe(&words),
            count(made.events, "event", "events"),
            count(made.streams, "stream", "streams"),
            quoted(&words),
        ))?;
    }
    Ok(0)
}
