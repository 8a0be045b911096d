//! A long stream is folded ahead, page by page, so that others may ask between two pages; until it is done, what is near
//! the end comes from a snapshot or from an earlier run, and says so.

use super::bodies::Bodies;
use super::cache::{LEAST, last_versions, witness};
use super::travel::Travel;
use crate::replay::{KEYFRAME_BUDGET, Keyframe, StartedFrom, Timeline};
use crate::store::StoreError;
use foldback_domain::event::{EventBody, Version};
use foldback_domain::reading::{Direction, StreamRead};

/// How many events behind a state that is not verified are folded on top of it at most.
const NEAR: u64 = 20_000;

/// How many events are counted at a time.
const COUNTED: usize = 4_096;

impl Travel {
    /// How many events the stream has, where folding them is worth doing ahead.
    pub fn is_long(&self) -> Option<u64> {
        let events = self.summary.events;
        (self.fold.is_ok() && events >= LEAST).then_some(events)
    }

    /// Whether much of it is still to be folded before its end is known.
    pub fn is_behind(&self) -> bool {
        let (Ok((_, timeline)), Some(last)) = (&self.fold, self.summary.version) else { return false };
        timeline.at_hand(last).saturating_add(LEAST) <= self.summary.events
    }

    /// Begins to fold ahead, or goes on. What is near the end can be looked at in the meantime.
    pub async fn begin_ahead(&mut self) -> Result<Option<Begun>, StoreError> {
        let (Ok((reducer, timeline)), Some(last)) = (&mut self.fold, self.summary.version) else { return Ok(None) };
        if let Some(keeping) = &mut self.keeping {
            keeping.lend(timeline, last);
        }
        let (after, done) = timeline.ahead();
        let (from, more) = (after.map_or(Version(i64::MIN), Version::next), reducer.needs_more());
        let left = self.summary.events.saturating_sub(done);
        if left >= LEAST {
            // The version before the last is what the last is compared with.
            self.guess = self.guess_at(Version(last.0.saturating_sub(1))).await?;
        }
        let bodies = Bodies::between(&self.explorer, &self.summary.stream_id, from, last, more);
        Ok(Some(Begun { after, left, pages: Pages(bodies) }))
    }

    /// Folds a page of what [`Travel::begin_ahead`] gave; false where the fold stops.
    pub fn feed(&mut self, page: &[EventBody]) -> bool {
        self.fold.as_mut().is_ok_and(|(_, timeline)| timeline.feed(page))
    }

    /// Ends it: what is asked from now on is folded. What was folded anew is kept for the next opening.
    pub async fn end_ahead(&mut self, folded: u64) {
        self.guess = None;
        if let Ok((_, timeline)) = &mut self.fold {
            timeline.end_ahead();
        }
        if folded >= LEAST {
            self.keep_folded().await;
        }
    }

    /// Keeps what was folded for the next opening.
    pub(super) async fn keep_folded(&mut self) {
        let (Ok((_, timeline)), Some(_)) = (&mut self.fold, &self.keeping) else { return };
        let versions = last_versions(timeline);
        let found = witness::of_all(self.explorer.reader.as_ref(), &self.summary.stream_id, versions).await;
        if let (Ok((_, timeline)), Some(keeping)) = (&mut self.fold, &mut self.keeping) {
            keeping.keep(timeline, &found);
        }
    }

    /// Forgets what is not verified: nobody is about to verify it.
    pub fn forget_guess(&mut self) {
        self.guess = None;
    }

    /// Whether the state at a version would come from what is not verified.
    pub fn guesses(&self, at: Version) -> bool {
        let (Ok((_, timeline)), Some(guess)) = (&self.fold, &self.guess) else { return false };
        guess.at_hand(at) > timeline.at_hand(at) + LEAST
    }

    /// A timeline that begins near a version with a state that nobody has verified: the newest of an earlier run's and the
    /// store's own.
    async fn guess_at(&mut self, at: Version) -> Result<Option<Timeline>, StoreError> {
        let Ok((reducer, _)) = &self.fold else { return Ok(None) };
        let reducer = reducer.clone();
        let earlier = self.earlier_at(at).await?;
        let snapshot = self.snapshot_at(at).await?;
        let frame = earlier.into_iter().chain(snapshot).max_by_key(|frame| frame.version);
        let Some(frame) = frame.filter(|frame| frame.events + NEAR >= self.summary.events) else { return Ok(None) };
        // One that this reducer does not take is none.
        if reducer.restore(&frame.saved).is_err() {
            return Ok(None);
        }
        let mut timeline = Timeline::new(reducer, KEYFRAME_BUDGET / 4);
        timeline.offer(frame);
        Ok(Some(timeline))
    }

    /// What an earlier run kept near a version, where nothing that is quick to see speaks against it.
    async fn earlier_at(&mut self, at: Version) -> Result<Option<Keyframe>, StoreError> {
        let Some((frame, witness)) = self.keeping.as_ref().and_then(|keeping| keeping.earlier(at)) else {
            return Ok(None);
        };
        let (reader, stream) = (self.explorer.reader.clone(), self.summary.stream_id.clone());
        if frame.events + NEAR < self.summary.events {
            return Ok(None);
        }
        let same = self.summary.events.checked_sub(frame.events) == self.events_behind(frame.version).await?
            && witness::of(reader.as_ref(), &stream, frame.version).await? == Some(witness);
        if same {
            return Ok(Some(frame));
        }
        if let Some(keeping) = &mut self.keeping {
            keeping.forget();
        }
        Ok(None)
    }

    /// How many events are behind a version; `None` where they are too many to be counted.
    async fn events_behind(&mut self, version: Version) -> Result<Option<u64>, StoreError> {
        let mut read = StreamRead {
            stream: self.summary.stream_id.clone(),
            from: version.next(),
            to: Version(i64::MAX),
            direction: Direction::Forward,
            limit: COUNTED,
        };
        let mut found = 0;
        loop {
            let page = self.explorer.reader.read_stream(&read).await?;
            found += page.items.len() as u64;
            match page.next {
                None => return Ok(Some(found)),
                Some(_) if found > NEAR => return Ok(None),
                Some(next) => read.from = next,
            }
        }
    }

    /// The store's own snapshot, where foldback's domain folds a store that foldback made.
    async fn snapshot_at(&mut self, at: Version) -> Result<Option<Keyframe>, StoreError> {
        let form = self.fold.as_ref().ok().and_then(|(reducer, _)| reducer.snapshot_form());
        let (Some(form), Some(first)) = (form, self.summary.first_version) else { return Ok(None) };
        let Some(processes) = self.explorer.reader.processes() else { return Ok(None) };
        if !self.explorer.reader.source().own || self.explorer.as_of().is_some() {
            return Ok(None);
        }
        let Some((version, state)) = processes.read_snapshot(&self.summary.stream_id, at, form).await? else {
            return Ok(None);
        };
        // foldback's own stores have no gaps.
        let events = u64::try_from(version.0.saturating_sub(first.0).saturating_add(1)).unwrap_or(0);
        let saved = state.into_bytes().into_boxed_slice();
        Ok(Some(Keyframe { version, events, started_from: StartedFrom::Snapshot(version), saved }))
    }
}

/// A fold that runs ahead, begun.
pub struct Begun {
    /// The last version that is in it already.
    pub after: Option<Version>,
    /// How many events are not.
    pub left: u64,
    /// Those events.
    pub pages: Pages,
}

/// The pages of the events that are folded ahead, read without the stream being held.
pub struct Pages(Bodies);

impl Pages {
    /// The next page; `None` behind the last.
    pub async fn next(&mut self) -> Result<Option<Vec<EventBody>>, StoreError> {
        self.0.next().await
    }
}
