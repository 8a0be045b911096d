//! Saved folds along a stream, so that a seek starts near its target. Never more bytes than the budget.

use super::StartedFrom;
use foldback_domain::event::Version;

/// How much memory the keyframes of one timeline may take. With the live fold and what the allocator adds, the
/// whole stays below 64 MiB.
pub const KEYFRAME_BUDGET: usize = 48 << 20;

/// How many events lie between keyframes at first. Folding them takes well under a millisecond.
const FIRST_SPACING: u64 = 64;

/// Saving a byte costs about as much as folding this part of an event does (2 ns against 1 us, and a quarter of the
/// time at most may go into saving): a state of 5 MB is saved every 78,000 events, not every 64.
const BYTES_PER_EVENT: u64 = 64;

/// What a keyframe takes beside its bytes: its entry in the list, spare room in the list, the allocator's header.
const OVERHEAD: usize = 2 * size_of::<Keyframe>() + 16;

/// A saved fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyframe {
    /// The state holds exactly the events up to this version.
    pub version: Version,
    /// How many those are.
    pub events: u64,
    /// Where the fold began that was saved.
    pub started_from: StartedFrom,
    /// What [`foldback_domain::Fold::save`] gave.
    pub saved: Box<[u8]>,
}

/// The keyframes of one stream, evenly spaced by number of events: at most one in each span of `spacing` events.
#[derive(Debug)]
pub(super) struct Keyframes {
    budget: usize,
    bytes: usize,
    spacing: u64,
    /// Up to so many events nothing is worth trying: what was tried there could not be saved.
    resting: u64,
    /// In order of events, and so of version.
    frames: Vec<Keyframe>,
}

impl Keyframes {
    pub(super) fn new(budget: usize) -> Self {
        Keyframes { budget, bytes: 0, spacing: FIRST_SPACING, resting: 0, frames: Vec::new() }
    }

    /// The last keyframe at a version or before it.
    pub(super) fn before(&self, version: Version) -> Option<&Keyframe> {
        self.frames[..self.frames.partition_point(|frame| frame.version <= version)].last()
    }

    /// Forgets a keyframe that could not be restored.
    pub(super) fn forget(&mut self, version: Version) {
        self.frames.retain(|frame| frame.version != version);
        self.count();
    }

    /// Whether a keyframe after so many events is worth its cost.
    pub(super) fn wants(&self, events: u64) -> bool {
        if events < self.resting {
            return false;
        }
        let place = self.place(events);
        let taken = self.frames.get(place).is_some_and(|frame| frame.events / self.spacing == events / self.spacing);
        let far = place
            .checked_sub(1)
            .map(|last| &self.frames[last])
            .is_none_or(|last| last.events + last.saved.len() as u64 / BYTES_PER_EVENT <= events);
        events >= self.spacing && !taken && far
    }

    /// Notes that the fold could not be saved after so many events: the next attempt is that far away again.
    pub(super) fn rest(&mut self, events: u64) {
        self.resting = events.saturating_mul(2);
    }

    /// Keeps a keyframe, thinning the others where the budget asks for it.
    pub(super) fn keep(&mut self, frame: Keyframe) {
        let size = frame.saved.len() + OVERHEAD;
        while self.bytes + size > self.budget {
            if self.frames.is_empty() {
                return;
            }
            self.thin();
        }
        // Thinning may have made the spans so wide that this one lies in the first, or in a span that has one.
        if self.wants(frame.events) {
            let place = self.place(frame.events);
            self.frames.insert(place, frame);
            self.bytes += size;
        }
    }

    /// Keeps a keyframe from elsewhere, wherever it stands; not where the budget has no room for it.
    pub(super) fn take(&mut self, frame: Keyframe) {
        let size = frame.saved.len() + OVERHEAD;
        while self.bytes + size > self.budget && !self.frames.is_empty() {
            self.thin();
        }
        let place = self.frames.partition_point(|known| known.events < frame.events);
        let known = self.frames.get(place).is_some_and(|known| known.events == frame.events);
        if !known && self.bytes + size <= self.budget {
            self.frames.insert(place, frame);
            self.bytes += size;
        }
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Keyframe> {
        self.frames.iter()
    }

    /// Doubles the spacing and drops every other keyframe, so that those left are spaced evenly again.
    fn thin(&mut self) {
        self.spacing = self.spacing.saturating_mul(2);
        let spacing = self.spacing;
        let mut last = 0; // The first span needs none: the start is near.
        self.frames.retain(|frame| {
            let span = frame.events / spacing;
            let keep = span > last;
            last = last.max(span);
            keep
        });
        self.frames.shrink_to(self.frames.len() * 2);
        self.count();
    }

    /// Where the span of so many events begins in the list.
    fn place(&self, events: u64) -> usize {
        let begin = events / self.spacing * self.spacing;
        self.frames.partition_point(|frame| frame.events < begin)
    }

    fn count(&mut self) {
        self.bytes = self.frames.iter().map(|frame| frame.saved.len() + OVERHEAD).sum();
    }

    /// How much they take, and how many there are.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.bytes, self.frames.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what is wanted of a fold of so many events, each of whose states takes so many bytes.
    fn filled(budget: usize, events: u64, bytes: usize) -> Keyframes {
        let mut frames = Keyframes::new(budget);
        for events in 1..=events {
            if frames.wants(events) {
                let saved = vec![0; bytes].into();
                frames.keep(Keyframe {
                    version: Version(events as i64),
                    events,
                    started_from: StartedFrom::Start,
                    saved,
                });
                assert!(frames.bytes <= budget);
            }
        }
        frames
    }

    #[test]
    fn they_stay_even_when_they_are_thinned() {
        let frames = filled(100_000, 100_000, 400);
        let versions: Vec<i64> = frames.frames.iter().map(|frame| frame.version.0).collect();
        assert!(versions.len() > 90, "{}", versions.len());
        let spacing = frames.spacing as i64;
        assert!(versions.windows(2).all(|pair| pair[1] - pair[0] == spacing), "{versions:?}");
        assert!(versions[0] == spacing && versions[versions.len() - 1] > 100_000 - spacing);
    }

    #[test]
    fn large_states_are_saved_seldom() {
        let frames = filled(KEYFRAME_BUDGET, 50_000, 640_000);
        assert_eq!(frames.frames.len(), 5, "one in 10,000 events");
    }

    #[test]
    fn a_state_beyond_the_budget_is_not_kept() {
        assert_eq!(filled(1000, 1000, 1001).size(), (0, 0));
        assert_eq!(filled(0, 1000, 0).size(), (0, 0));
    }

    #[test]
    fn the_nearest_before_is_found() {
        let frames = filled(KEYFRAME_BUDGET, 1000, 10);
        assert_eq!(frames.before(Version(63)).map(|frame| frame.events), None);
        assert_eq!(frames.before(Version(64)).map(|frame| frame.events), Some(64));
        assert_eq!(frames.before(Version(200)).map(|frame| frame.events), Some(192));
    }
}
