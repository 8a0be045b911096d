//! Opens a store for the engine, and closes it so that nothing stays beside the file.

use super::failure::Failure;
use crate::adapters::{OwnStore, SourceSpec, open_own};
use crate::analysis::command::quoted;
use crate::engine::enrol;
use crate::engine::{Chance, SystemClock, Works};
use std::io::Read;
use std::sync::Arc;

/// Opens a store that foldback made for writing; with `create` it is made where there is none yet.
pub async fn open(db: &str, create: bool) -> Result<(OwnStore, Works), Failure> {
    let spec = SourceSpec::parse(db).map_err(|error| Failure::Usage(error.to_string()))?;
    let store = open_own(&spec, create).await?;
    let works = Works {
        reader: store.reader.clone(),
        books: store.books.clone(),
        clock: Arc::new(SystemClock),
        chance: Arc::new(Chance::of_system()),
    };
    // What is ordered from here on has its sagas, though nobody runs them yet.
    if create && let Err(error) = enrol(&works).await {
        store.close().await;
        return Err(error.into());
    }
    Ok((store, works))
}

/// The words by which a command names the store again, quoted for a shell and without a password.
pub fn words(db: &str) -> String {
    quoted(&SourceSpec::parse(db).map_or_else(|_| db.to_owned(), |spec| spec.words(db)))
}

/// JSON from the command line, or from standard input where `-` stands there.
pub fn json(word: &str) -> Result<String, Failure> {
    if word != "-" {
        return Ok(word.to_owned());
    }
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("standard input: {error}; JSON is expected there")))?;
    Ok(text)
}
