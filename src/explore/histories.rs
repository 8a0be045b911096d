//! The rows of read models as of any position: as they should have been, and as they were at the checkpoint that the
//! projection had reached then, which is what users saw. Histories are folded when they are first asked for, and kept.

use super::read_models::ReadModel;
use super::{Explorer, Reporter};
use crate::analysis::read_models::{PastRows, Which};
use crate::store::versions::RowVersions;
use crate::store::{EventReader, StoreError};
use foldback_domain::event::Position;
use foldback_domain::processes::{Checkpoint, ConsumerKind};
use foldback_domain::projection::Projection;
use foldback_domain::projections;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The histories of a source's read models, by projection, as far as they were folded.
#[derive(Default)]
pub struct Histories(Mutex<HashMap<&'static str, Arc<tokio::sync::Mutex<ReadModel>>>>);

/// A page of a projection's rows as of a position, behind a key.
pub async fn rows_at(
    explorer: &Explorer,
    name: &str,
    as_of: Position,
    which: Which,
    after: Option<&str>,
    limit: usize,
    progress: &Reporter,
) -> Result<PastRows, StoreError> {
    let now = explorer.reader_of_now();
    let (Some(projection), true, Some(processes)) = (projections::named(name), now.source().own, now.processes())
    else {
        return Ok(PastRows::unavailable("only the projections of foldback's own domain are folded again"));
    };
    let is_its = |found: &Checkpoint| found.name == name && found.kind == ConsumerKind::Projection;
    let live = processes.read_checkpoints(None).await?.into_iter().find(is_its).and_then(|found| found.position);
    let then = processes.read_checkpoints(Some(as_of)).await?.into_iter().find(is_its).and_then(|found| found.position);
    let head = now.read_head().await?;
    let shown = match which {
        Which::Should => head.map(|head| head.min(as_of)),
        Which::Seen if then.is_none() => {
            let why = "where the projection was then was not sampled: nobody knows which rows were read";
            return Ok(PastRows::unavailable(why));
        }
        Which::Seen => then,
    };
    let Some(at) = shown else { return Ok(PastRows { checkpoint: then, ..PastRows::default() }) };
    let model = explorer.histories().of(&now, projection, live)?;
    let mut model = model.lock().await;
    // Somebody has let the projection pass over what it stopped at: then it is folded anew.
    if model.stopped().is_some_and(|(stopped, _)| Some(*stopped) <= live) {
        *model = ReadModel::of(now.clone(), projection, live, RowVersions::new()?);
    }
    model.read_to(at, progress).await?;
    Ok(PastRows {
        rows: model.page(at, after, limit)?,
        shown: Some(at),
        checkpoint: then,
        stopped: model.stopped().filter(|(stopped, _)| *stopped <= at).cloned(),
        unavailable: None,
    })
}

impl Histories {
    /// The history of a projection; an empty one at the first time.
    fn of(
        &self,
        reader: &Arc<dyn EventReader>,
        projection: &'static dyn Projection,
        live: Option<Position>,
    ) -> Result<Arc<tokio::sync::Mutex<ReadModel>>, StoreError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = known.get(projection.name()) {
            return Ok(model.clone());
        }
        let model =
            Arc::new(tokio::sync::Mutex::new(ReadModel::of(reader.clone(), projection, live, RowVersions::new()?)));
        known.insert(projection.name(), model.clone());
        Ok(model)
    }
}
