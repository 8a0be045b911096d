//! `demo`: the sample store, bundled or kept in a file of the user's own.

use super::failure::Failure;
use super::open::no_url;
use super::shown_path;
use crate::explore::demo;
use std::path::PathBuf;

/// The source that the demo opens; with `--db` the sample store is made there unless it is there already.
pub async fn source(db: Option<PathBuf>) -> Result<String, Failure> {
    let Some(path) = db else { return Ok("demo".to_owned()) };
    no_url("--db", &path.to_string_lossy())?;
    if !path.exists() {
        demo::make(&path).await?;
        eprintln!("foldback: made {}", shown_path(&path));
    }
    Ok(format!("sqlite:{}", path.to_string_lossy()))
}
