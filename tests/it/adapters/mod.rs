//! Sources of all kinds: other people's stores, hostile files, and files of lines.

mod damaged;
mod fixtures;
mod footprint;
mod hostile;
mod lines;
mod mysql;
mod past;

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::EventHead;
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::store::{EventReader, StoreError};
use std::path::Path;
use std::sync::Arc;

async fn open_path(path: &Path) -> Result<Arc<dyn EventReader>, StoreError> {
    open(&SourceSpec::parse(path.to_str().unwrap()).unwrap(), &OpenOptions::default()).await
}

async fn refusal(path: &Path) -> String {
    open_path(path).await.err().expect("it must be refused").to_string()
}

fn whole_log(limit: usize) -> LogRead {
    LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit }
}

async fn heads(reader: &dyn EventReader) -> Vec<EventHead> {
    reader.read_log(&whole_log(100_000)).await.unwrap().items
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect::<Vec<_>>();
    names.sort();
    names
}
