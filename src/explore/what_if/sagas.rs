//! The sagas on a branch, as far as facts say. What a saga decides rests on what services answered, and nobody recorded
//! what they would have answered: where that is so it is said, and nothing is made up.

use super::reader::BranchReader;
use crate::analysis::what_if::{OnBranch, SagaOnBranch, SagasOnBranch};
use crate::explore::sagas::of_correlation;
use crate::explore::travel::Travel;
use crate::replay::{Branch, Mark, Place};
use crate::store::StoreError;
use foldback_domain::event::Version;
use foldback_domain::processes::SagasRead;
use foldback_domain::sagas::transfer;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many transactions are looked at.
const LOOKED_AT: usize = 200;
/// How many sagas of one transaction.
const EACH: usize = 20;

impl Travel {
    /// The sagas that a branch concerns, by the marks that its comparison gave.
    pub async fn sagas_on(&mut self, branch: &Branch, marks: &[Mark]) -> Result<SagasOnBranch, StoreError> {
        let explorer = self.explorer.clone();
        let (true, Some(processes)) = (explorer.reader.source().own, explorer.reader.processes()) else {
            return Ok(SagasOnBranch::default());
        };
        let Ok(reducer) = self.fold.as_ref().map(|(reducer, _)| reducer.clone()) else {
            return Ok(SagasOnBranch::default());
        };
        let mut transactions: BTreeMap<String, Vec<(Version, Arc<str>)>> = BTreeMap::new();
        let mut left_out = 0;
        let other = |mark: &&Mark| mark.place != Place::Recorded || (mark.objected() && !mark.also_on_main());
        for mark in marks.iter().filter(other) {
            let Some(version) = mark.version.filter(|_| mark.place != Place::Inserted) else { continue };
            let Some(id) = self.head(version).await?.and_then(|head| head.correlation_id) else { continue };
            if transactions.len() == LOOKED_AT && !transactions.contains_key(&id) {
                left_out += 1;
                continue;
            }
            transactions.entry(id).or_default().push((version, mark.event_type.clone()));
        }
        let reader = BranchReader::open(&explorer, &self.summary.stream_id, branch, reducer).await?;
        let as_of = explorer.as_of();
        let mut list = Vec::new();
        for (id, because) in transactions {
            let read = SagasRead { as_of, correlation_id: Some(id.clone()), offset: 0, limit: EACH };
            list.extend(processes.read_sagas(&read).await?.into_iter().map(|saga| SagaOnBranch {
                saga_id: saga.saga_id,
                saga_type: saga.saga_type,
                main: saga.status,
                branch: OnBranch::Unknown,
                because: because.clone(),
            }));
            // Nobody coordinates a transfer: its events are all there is, on the branch too.
            let events = of_correlation(&explorer, id, as_of).await?;
            let on_branch: Vec<_> = events.iter().cloned().flat_map(|event| reader.rewrite(event)).collect();
            let there = transfer::derive(&on_branch);
            list.extend(transfer::derive(&events).into_iter().map(|found| {
                let same = there.iter().find(|other| other.summary.saga_id == found.summary.saga_id);
                SagaOnBranch {
                    branch: same.map_or(OnBranch::Gone, |other| OnBranch::Is(other.summary.status)),
                    saga_id: found.summary.saga_id,
                    saga_type: found.summary.saga_type,
                    main: found.summary.status,
                    because: because.clone(),
                }
            }));
        }
        list.sort_by(|one, other| one.saga_id.cmp(&other.saga_id));
        Ok(SagasOnBranch { list, left_out })
    }
}
