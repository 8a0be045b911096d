//! The read models on a branch: the projections that the edited events concern are folded over the log twice, once with
//! the branch in the place of its stream, in scratch files; and their rows are held against each other.

use super::reader::BranchReader;
use crate::analysis::what_if::{ModelOnBranch, RowOnBranch, Went};
use crate::explore::read_models::ReadModel;
use crate::explore::travel::Travel;
use crate::explore::{Explorer, Reporter};
use crate::replay::{Branch, diff};
use crate::store::StoreError;
use foldback_domain::event::{Payload, Position};
use foldback_domain::processes::{ConsumerKind, ModelRow};
use foldback_domain::projection::Projection;
use foldback_domain::projections;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many rows are held against each other at a time.
const PAGE: usize = 512;
/// How many rows that differ are told one by one.
const TOLD: usize = 200;
/// How many versions of a row are looked at for where it parts.
const VERSIONS: usize = 1_000;

impl Travel {
    /// The read models that a branch concerns, or a sentence that says why there are none to see.
    pub async fn read_models_on(
        &mut self,
        branch: &Branch,
        progress: &Reporter,
    ) -> Result<Result<Vec<ModelOnBranch>, String>, StoreError> {
        let explorer = self.explorer.clone();
        let (true, Some(processes)) = (explorer.reader.source().own, explorer.reader.processes()) else {
            return Ok(Err("this store was not made by foldback, whose projections make no rows of it".to_owned()));
        };
        let reducer = match &self.fold {
            Ok((reducer, _)) => reducer.clone(),
            Err(why) => return Ok(Err(why.clone())),
        };
        let types = self.edited_types(branch).await?;
        let concerned = |projection: &&'static dyn Projection| {
            projection.event_types().iter().any(|handled| types.contains(*handled))
        };
        let Some(head) = explorer.reader.read_head().await? else { return Ok(Ok(Vec::new())) };
        let checkpoints = processes.read_checkpoints(explorer.as_of()).await?;
        let reader = BranchReader::open(&explorer, &self.summary.stream_id, branch, reducer).await?;
        let beside = Explorer { reader: Arc::new(reader), ..explorer.clone() };
        let mut found = Vec::new();
        for projection in projections::ALL.into_iter().filter(concerned) {
            let its_own = |name: &str, kind| name == projection.name() && kind == ConsumerKind::Projection;
            let live = checkpoints.iter().find(|it| its_own(&it.name, it.kind)).and_then(|it| it.position);
            let mut main = ReadModel::new(&explorer, projection, live)?;
            main.read_to(head, progress).await?;
            let mut other = ReadModel::new(&beside, projection, live)?;
            other.read_to(head, progress).await?;
            found.push(compare(projection, &main, &other, head)?);
        }
        Ok(Ok(found))
    }

    /// The types of the events that a branch is about.
    async fn edited_types(&mut self, branch: &Branch) -> Result<BTreeSet<String>, StoreError> {
        let mut types = BTreeSet::new();
        for edit in &branch.edits {
            if let crate::replay::Edit::Insert { event_type, .. } = edit {
                types.insert(event_type.clone());
            } else if let Some(version) = edit.versions().next() {
                types.extend(self.head(version).await?.map(|head| head.event_type));
            }
        }
        Ok(types)
    }
}

fn compare(
    projection: &'static dyn Projection,
    main: &ReadModel,
    branch: &ReadModel,
    head: Position,
) -> Result<ModelOnBranch, StoreError> {
    let went = |model: &ReadModel| Went { stopped: model.stopped().cloned(), skipped: model.skipped() };
    let mut found = ModelOnBranch {
        projection: projection.name(),
        main: went(main),
        branch: went(branch),
        compared: 0,
        differ: 0,
        rows: Vec::new(),
    };
    let (mut here, mut there) = (Rows::of(main, head), Rows::of(branch, head));
    loop {
        let key = match (here.peek()?, there.peek()?) {
            (None, None) => return Ok(found),
            (Some(one), Some(other)) => one.key.clone().min(other.key.clone()),
            (Some(one), None) | (None, Some(one)) => one.key.clone(),
        };
        let (one, other) = (here.take(&key), there.take(&key));
        // Helper rows are no part of the model.
        if key.starts_with('~') && !key.starts_with("~~") {
            continue;
        }
        found.compared += 1;
        let changes = diff(&value(one.as_ref()), &value(other.as_ref()));
        if changes.is_empty() {
            continue;
        }
        found.differ += 1;
        if found.rows.len() < TOLD {
            found.rows.push(RowOnBranch { first: parting(main, branch, &key, head)?, key, changes });
        }
    }
}

/// The first event behind which a row differs; `None` where that lies too far back to be looked for.
fn parting(main: &ReadModel, branch: &ReadModel, key: &str, head: Position) -> Result<Option<Position>, StoreError> {
    let (mut one, mut other) = (main.before(key, head, VERSIONS)?, branch.before(key, head, VERSIONS)?);
    if one.len() == VERSIONS || other.len() == VERSIONS {
        return Ok(None);
    }
    one.reverse();
    other.reverse();
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let next = [one.get(same), other.get(same)];
    Ok(next.into_iter().flatten().map(|version| version.position).min())
}

fn value(row: Option<&ModelRow>) -> Value {
    row.map_or(Value::Null, |row| match &row.row {
        payload @ Payload::Json(text) => payload.parse().unwrap_or_else(|_| Value::String(text.clone())),
        Payload::Text(_) | Payload::Bytes(_) => Value::Null,
    })
}

/// The rows of a read model in order of their keys, page by page.
struct Rows<'a> {
    model: &'a ReadModel,
    at: Position,
    page: std::vec::IntoIter<ModelRow>,
    next: Option<ModelRow>,
    last: Option<String>,
    over: bool,
}

impl<'a> Rows<'a> {
    fn of(model: &'a ReadModel, at: Position) -> Rows<'a> {
        Rows { model, at, page: Vec::new().into_iter(), next: None, last: None, over: false }
    }

    fn peek(&mut self) -> Result<Option<&ModelRow>, StoreError> {
        if self.next.is_none() && !self.over {
            self.next = self.page.next();
            if self.next.is_none() {
                self.page = self.model.page(self.at, self.last.as_deref(), PAGE)?.into_iter();
                self.next = self.page.next();
                self.over = self.next.is_none();
            }
            self.last = self.next.as_ref().map(|row| row.key.clone()).or(self.last.take());
        }
        Ok(self.next.as_ref())
    }

    fn take(&mut self, key: &str) -> Option<ModelRow> {
        self.next.take_if(|row| row.key == key)
    }
}
