//! Every event that changed a field, with what it changed.

use super::super::Reporter;
use super::super::named::Named;
use super::{Travel, gap, is_changed, only};
use crate::replay::{Change, Field, Moment, Turn};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Version};
use foldback_domain::reading::{Direction, StreamRead};

/// How many events are read at once when those of some versions are wanted: their neighbours are often wanted too.
const HEADS: usize = 256;

impl Travel {
    /// How many events up to a version changed the value at a path; the first of them are handed out in order, with what they
    /// changed, up to so many. Where nobody knows after all what some event changed, the moment is none, and what was handed
    /// out is not the whole.
    pub async fn history(
        &mut self,
        path: &str,
        at: Option<Version>,
        listed: u64,
        progress: &Reporter,
        mut each: impl FnMut(&EventHead, Change) + Send,
    ) -> Result<(Moment, u64), StoreError> {
        let moment = self.moment(at, progress).await?;
        let (Some(state), Some(at)) = (moment.state.clone(), at) else { return Ok((moment, 0)) };
        let Some(field) = Field::new(path, &state) else { return Ok((moment, 0)) };
        let mut total = 0;
        let Some((mut walk, mut bodies)) = self.begin(None, at, only(&field), false, progress).await? else {
            return Ok((moment, total));
        };
        let (mut done, mut under_way) = (0, None);
        while let Some(page) = bodies.next().await? {
            let mut found = Vec::new();
            let stop = page.iter().find_map(|event| {
                let step = match walk.step(event) {
                    Ok(step) => step,
                    Err(stop) => return Some(stop),
                };
                if is_changed(&field, &step) {
                    if total < listed {
                        found.extend(field.change(&step.before, &step.after).map(|change| (step.turn, change)));
                    }
                    total += 1;
                }
                None
            });
            // The events are read while the next page is folded.
            let begun = Named::begin(&self.explorer, &self.summary.stream_id, found, page.len());
            if let Some(before) = std::mem::replace(&mut under_way, begun) {
                self.name(before, &mut each).await?;
            }
            if let Some(stop) = stop {
                if let Some(moment) = gap(&moment, Some(stop)) {
                    return Ok((moment, total));
                }
                break;
            }
            done += page.len() as u64;
            progress.report(done, None);
        }
        if let Some(last) = under_way {
            self.name(last, &mut each).await?;
        }
        Ok((moment, total))
    }

    /// Hands out the changes of a page with their events.
    async fn name(
        &mut self,
        named: Named,
        each: &mut (impl FnMut(&EventHead, Change) + Send),
    ) -> Result<(), StoreError> {
        let (heads, changes) = named.read().await?;
        let mut changes = changes.into_iter().peekable();
        let mut last = None;
        for head in heads {
            let Some(version) = head.stream_version else { continue };
            let turn = Turn::after(last, version);
            last = Some(turn);
            // An event that is no longer there has no line.
            while changes.next_if(|(wanted, _)| *wanted < turn).is_some() {}
            if let Some((_, change)) = changes.next_if(|(wanted, _)| *wanted == turn) {
                each(&head, change);
            }
        }
        // Where only some events changed the field, or not all of them came on one page.
        let rest: Vec<(Turn, Change)> = changes.collect();
        let turns: Vec<Turn> = rest.iter().map(|(turn, _)| *turn).collect();
        let mut rest = rest.into_iter();
        self.heads(turns.into_iter(), |turn, head| {
            if let Some((_, change)) = rest.find(|(wanted, _)| *wanted == turn) {
                each(&head, change);
            }
        })
        .await
    }

    /// These events, which ascend, without their payloads. All events of one version stand on one page.
    pub(super) async fn heads(
        &mut self,
        mut turns: impl Iterator<Item = Turn> + Send,
        mut each: impl FnMut(Turn, EventHead) + Send,
    ) -> Result<(), StoreError> {
        let mut wanted = turns.next();
        while let Some(first) = wanted {
            let (stream, from) = (self.summary.stream_id.clone(), first.version);
            let read = StreamRead { stream, from, to: Version(i64::MAX), direction: Direction::Forward, limit: HEADS };
            let page = self.versions(&read).await?;
            let mut last = None;
            for head in page.items {
                let Some(version) = head.stream_version else { continue };
                let turn = Turn::after(last, version);
                last = Some(turn);
                if wanted == Some(turn) {
                    each(turn, head);
                    wanted = turns.next();
                }
            }
            // An event that is no longer there would be asked for again for ever.
            if wanted == Some(first) {
                wanted = turns.next();
            }
        }
        Ok(())
    }
}
