//! What the screen of the projections asks.

use crate::analysis::read_models::PastRows;
use crate::app::screens::projections::audit::{Audited, Row};
use crate::app::screens::projections::{Ask, Reply};
use crate::explore::audit::{NoAudit, RowDifference, audit};
use crate::explore::histories::rows_at;
use crate::explore::{Explorer, Reporter, projections};
use crate::store::StoreError;
use foldback_domain::projections::named;

/// How many rows that differ are listed; the command line prints all of them.
const LISTED: usize = 10_000;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::All { now } => Reply::All(Box::new(projections::all(explorer, now).await?)),
        Ask::Audit { name } => {
            let found = Box::new(audited(explorer, &name, progress).await?);
            Reply::Audit { name, found }
        }
        Ask::Rows { name, after, which, limit } => {
            let rows = match explorer.as_of() {
                None => {
                    let rows = projections::rows(explorer, &name, after.as_deref(), limit).await?;
                    PastRows { rows, ..PastRows::default() }
                }
                Some(at) => rows_at(explorer, &name, at, which, after.as_deref(), limit, progress).await?,
            };
            Reply::Rows { name, after, which, rows: Box::new(rows) }
        }
    })
}

/// Holds a read model against its events.
async fn audited(explorer: &Explorer, name: &str, progress: &Reporter) -> Result<Audited, StoreError> {
    let mut found = Audited::default();
    let Some(projection) = named(name) else {
        let why = "only the projections of foldback's own domain are folded again; a table of your own is held against \
                   the events with: foldback audit SOURCE --map FILE.toml";
        return Ok(Audited { unavailable: Some(why.to_owned()), ..found });
    };
    let (mut rows, mut more) = (Vec::new(), 0);
    let each = |row: RowDifference| {
        if rows.len() < LISTED {
            let untouched = row.is_untouched();
            rows.push(Row { key: row.key, parting: row.parting, event: row.event, untouched });
        } else {
            more += 1;
        }
        true
    };
    match audit(explorer, projection, progress, each).await {
        Err(NoAudit::Store(error)) => return Err(error),
        Err(NoAudit::NotFound(why) | NoAudit::Unavailable(why)) => found.unavailable = Some(why),
        Ok(audited) => {
            found = Audited {
                checkpoint: audited.checkpoint,
                compared: audited.compared,
                missing: audited.missing,
                surplus: audited.surplus,
                different: audited.different,
                skipped: audited.skipped,
                is_behind: audited.checkpoint < audited.head,
                rows,
                more,
                unavailable: None,
            }
        }
    }
    Ok(found)
}
