//! One stream's keyframes between the timeline that folds it and the file that keeps them.

use super::Cache;
use super::file::{self, Kept};
use super::stamp::Stamp;
use crate::replay::{Keyframe, StartedFrom, Timeline};
use foldback_domain::event::Version;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// What costs less than folding this many events is not worth a file.
pub(in crate::explore) const LEAST: u64 = 5_000;

/// The last keyframe is what the end of a stream that has grown is folded from; the one before it is what the event before
/// the last is folded from where it has not.
const WITNESSED: usize = 2;

/// The keyframes of one stream under one reducer, on disk.
#[derive(Debug)]
pub(in crate::explore) struct Keeping {
    cache: Arc<Cache>,
    path: PathBuf,
    /// The source's file as it stood before anything was read of it.
    stamp: Option<Stamp>,
    /// What an earlier run kept, while the source is as it was then.
    kept: Option<Kept>,
}

impl Keeping {
    pub(super) fn begin(cache: Arc<Cache>, path: PathBuf) -> Keeping {
        let stamp = cache.stamp();
        let kept = stamp.and_then(|stamp| Kept::open(&path, stamp));
        Keeping { cache, path, stamp, kept }
    }

    /// Hands a timeline the kept keyframe from which a version is near, if it has none as near itself.
    pub(in crate::explore) fn lend(&mut self, timeline: &mut Timeline, to: Version) {
        let Some(kept) = &mut self.kept else { return };
        let Some(place) = kept.before(to).filter(|place| place.events >= timeline.at_hand(to) + LEAST) else { return };
        // What was kept is of a source that has not changed since. Where it has, nothing of it holds any longer.
        if self.cache.stamp() != self.stamp {
            self.kept = None;
            return;
        }
        match kept.read(&place) {
            Some(saved) => {
                let (version, events, started_from) = (place.version, place.events, StartedFrom::Cache(place.version));
                timeline.offer(Keyframe { version, events, started_from, saved });
            }
            None => self.kept = None,
        }
    }

    /// The kept keyframe from which a version is nearest, though the source may have changed since it was kept, and what
    /// the event was like that it ends with.
    pub(in crate::explore) fn earlier(&self, to: Version) -> Option<(Keyframe, Uuid)> {
        let mut kept = Kept::of_any_time(&self.path)?;
        let place = kept.before(to)?;
        let witness = place.witness?;
        let (version, events, started_from) = (place.version, place.events, StartedFrom::Earlier(place.version));
        Some((Keyframe { version, events, started_from, saved: kept.read(&place)? }, witness))
    }

    /// Throws away what was kept: it is of another past.
    pub(in crate::explore) fn forget(&mut self) {
        self.kept = None;
        let _ = std::fs::remove_file(&self.path);
    }

    /// Keeps what a timeline has folded; as a guess where the source is not as it stood before. What events were like by
    /// which it can be known again is given. A disk that does not take it makes the next opening slow, and nothing else.
    pub(in crate::explore) fn keep(&mut self, timeline: &Timeline, witnesses: &BTreeMap<Version, Uuid>) {
        let stamp = self.stamp.filter(|stamp| self.cache.stamp() == Some(*stamp));
        let here = timeline.here();
        let frames: Vec<_> = frames(timeline, here.as_ref())
            .into_iter()
            .map(|frame| (frame, witnesses.get(&frame.version).copied()))
            .collect();
        if file::write(&self.path, stamp, &frames).is_ok() {
            self.kept = stamp.and_then(|stamp| Kept::open(&self.path, stamp));
            super::folder::sweep(&self.cache.folder, &self.path);
        }
    }
}

/// The versions at which what a timeline has folded can be known again.
pub(in crate::explore) fn last_versions(timeline: &Timeline) -> Vec<Version> {
    let here = timeline.here();
    frames(timeline, here.as_ref()).iter().rev().take(WITNESSED).map(|frame| frame.version).collect()
}

/// All that is worth keeping, in order.
fn frames<'a>(timeline: &'a Timeline, here: Option<&'a Keyframe>) -> Vec<&'a Keyframe> {
    let here = here.filter(|here| timeline.frames().all(|frame| frame.events != here.events));
    let mut frames: Vec<&Keyframe> = timeline.frames().chain(here).collect();
    frames.sort_by_key(|frame| frame.events);
    frames
}
