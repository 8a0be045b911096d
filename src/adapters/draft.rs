//! A layout file for a source, to start from.

use super::layout;
use super::open::{OpenOptions, choose, inspect};
use super::{SourceSpec, nothing_known};
use crate::store::StoreError;

/// A layout file that opens the source as it is read now: the one that it is known by, or one that is made of its columns
/// and wants to be looked through. `None` for sources that are no database.
pub async fn draft(spec: &SourceSpec, label: &str, options: &OpenOptions) -> Result<Option<String>, StoreError> {
    let Some(survey) = inspect(spec, options).await? else { return Ok(None) };
    if survey.stores.is_empty() {
        let drafted = layout::draft(&survey.catalog, survey.dialect);
        return drafted.map(Some).ok_or_else(|| nothing_known(label, &survey, options.layout.as_deref()));
    }
    let dialect = survey.dialect;
    let found = choose(label, survey, options.layout.as_deref(), options.store.as_deref().or(spec.store()))?;
    let Some(tables) = &found.tables else {
        return Err(StoreError::unavailable(label, "was made by foldback, which needs no layout for it", ""));
    };
    let known = layout::text_of(&found.layout).filter(|_| !found.guess);
    Ok(Some(known.map_or_else(|| layout::draft_of(&tables.table, dialect), str::to_owned)))
}
