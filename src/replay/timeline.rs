//! Going to any version of a stream. It reads nothing: it says which events it needs and is given them.

use super::cursor::Cursor;
use super::keyframes::{Keyframe, Keyframes};
use super::walk::Walk;
use super::{Moment, Stop};
use foldback_domain::Reducer;
use foldback_domain::event::{EventBody, Version};
use std::sync::Arc;

/// What a seek leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Seek {
    /// The state is here.
    State(Moment),
    /// First these events of the stream are needed: those after one version (from the first, where it is `None`) up
    /// to another, inclusive, in order. [`Timeline::supply`] takes them, in as many pages as the caller likes.
    Need {
        /// The version behind which the events begin.
        after: Option<Version>,
        /// The version of the last event.
        to: Version,
    },
}

/// One stream under one reducer, at every version.
///
/// ```text
/// loop {
///     match timeline.seek(target) {
///         Seek::State(moment) => break moment,
///         Seek::Need { after, to } => /* read pages of (after, to]; for each: timeline.supply(&page, is_last) */,
///     }
/// }
/// ```
///
/// The caller may seek again after each page or only after the last; it may give up between two pages and seek
/// something else: nothing folded so far is lost. Events are folded in the order given: versions may begin anywhere,
/// have gaps, and repeat. Where they repeat, a page in front of a seek must not end between two events of one version,
/// because what is asked for next begins behind that version. Memory stays the same however long the stream is: one
/// live fold, and keyframes within their budget.
///
/// A version without an event, in a gap or beyond the end, has the state of the last event before it. Whether a
/// version exists is for the caller to say; [`Timeline::landed`] tells which event the state ends with. From the
/// event at which a fold stopped onwards every version is partial, and no events are asked for that lie behind it.
pub struct Timeline {
    reducer: Arc<dyn Reducer>,
    keyframes: Keyframes,
    cursor: Cursor,
    /// The fold that runs ahead of every seek and leaves keyframes for them, while there is one.
    ahead: Option<Cursor>,
    /// The first event that cannot be folded, once it was met.
    stop: Option<Stop>,
    /// What is being read: events up to the first version, if any, are in the state already, and those behind the
    /// second are not wanted.
    reading: Option<(Option<Version>, Version)>,
}

impl Timeline {
    /// A timeline at its start. Keyframes take at most so many bytes; [`KEYFRAME_BUDGET`](super::KEYFRAME_BUDGET) is
    /// a good number.
    pub fn new(reducer: Arc<dyn Reducer>, keyframe_budget_bytes: usize) -> Self {
        let cursor = Cursor::start(reducer.as_ref());
        Timeline {
            reducer,
            keyframes: Keyframes::new(keyframe_budget_bytes),
            cursor,
            ahead: None,
            stop: None,
            reading: None,
        }
    }

    /// The state at a version, or the events that are needed first; `None` is the initial state.
    pub fn seek(&mut self, target: Option<Version>) -> Seek {
        let Some(target) = target else {
            self.reading = None;
            self.cursor = Cursor::start(self.reducer.as_ref());
            return Seek::State(self.cursor.moment(None));
        };
        // Behind the event that stops the fold there is nothing to know.
        let goal = self.stop.as_ref().map_or(target, |stop| target.min(stop.version));
        self.reading = None;
        self.approach(goal);
        if self.cursor.through == Some(goal) {
            return Seek::State(self.cursor.moment(Some(target)));
        }
        self.reading = Some((self.cursor.through, goal));
        Seek::Need { after: self.cursor.through, to: goal }
    }

    /// Takes the next events of the range that the last seek needed; `complete` when no more of them follow. Events
    /// outside the range are passed over, and without such a seek all are.
    pub fn supply(&mut self, events: &[EventBody], complete: bool) {
        let Some((after, to)) = self.reading else { return };
        for event in events {
            if event.version > to || after.is_some_and(|after| event.version <= after) {
                continue;
            }
            if self.cursor.last.is_none_or(|last| event.version > last) {
                keep_keyframe(&self.cursor, &mut self.keyframes);
            }
            self.cursor.apply(event);
            if let Some(stop) = &self.cursor.stop {
                self.stop = Some(stop.clone());
                return self.finish(stop.version);
            }
        }
        if complete {
            self.finish(to);
        }
    }

    /// The version of the event that the state of the last seek ends with: the version that was sought, where such an
    /// event exists, or the event that stopped the fold; `None` before the first event.
    pub fn landed(&self) -> Option<Version> {
        self.cursor.last
    }

    /// The first event that could not be folded, if it was met so far.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// Notes that the stream has grown: what seemed to lie beyond its end may exist now.
    pub fn grown(&mut self) {
        self.cursor.through = self.cursor.last;
    }

    /// A walk that goes on from the state of the last seek, event by event, and shows only these members where some are
    /// given. The timeline stays where it is. `None`
    /// where the state cannot be shown or saved, the reducer does not take back what it saved, or a range is still
    /// being read.
    pub fn walk(&self, only: Option<Vec<String>>) -> Option<Walk> {
        let fold = if self.cursor.events == 0 {
            self.reducer.start()
        } else {
            self.reducer.restore(&self.cursor.fold.save().ok()?).ok()?
        };
        if self.reading.is_some() {
            return None;
        }
        Walk::of(fold, self.cursor.stop.clone(), only).ok()
    }

    /// Takes a keyframe that was saved elsewhere. It must be of this reducer and this stream.
    pub fn offer(&mut self, frame: Keyframe) {
        self.keyframes.take(frame);
    }

    /// How many of the events up to a version need not be folded again.
    pub fn at_hand(&self, version: Version) -> u64 {
        let live = if self.cursor.through <= Some(version) { self.cursor.events } else { 0 };
        live.max(self.keyframes.before(version).map_or(0, |frame| frame.events))
    }

    /// The keyframes, in order.
    pub fn frames(&self) -> impl Iterator<Item = &Keyframe> {
        self.keyframes.iter()
    }

    /// The state of the last seek as a keyframe; `None` where it holds no events, is not whole, or cannot be saved.
    pub fn here(&self) -> Option<Keyframe> {
        // Between two events of one version the state is not that of the version.
        if self.reading.is_some() { None } else { frame_of(&self.cursor) }
    }

    /// Begins a fold that runs ahead of every seek, from the last keyframe, or goes on with it: behind which version its
    /// next events stand, and how many it has. [`Timeline::feed`] takes them. Seeks behind it find its keyframes.
    pub fn ahead(&mut self) -> (Option<Version>, u64) {
        if self.ahead.is_none() {
            let restore = |frame: &Keyframe| {
                let fold = self.reducer.restore(&frame.saved).ok()?;
                Some(Cursor::at(fold, Some(frame.version), frame.events, frame.started_from))
            };
            let begun = self.keyframes.iter().last().and_then(restore);
            self.ahead = Some(begun.unwrap_or_else(|| Cursor::start(self.reducer.as_ref())));
        }
        self.ahead.as_ref().map_or((None, 0), |ahead| (ahead.last, ahead.events))
    }

    /// Gives the fold that runs ahead its next events, in order and whole; false where it can go no further.
    pub fn feed(&mut self, events: &[EventBody]) -> bool {
        let Some(ahead) = &mut self.ahead else { return false };
        for event in events {
            if ahead.last.is_none_or(|last| event.version > last) {
                keep_keyframe(ahead, &mut self.keyframes);
            }
            ahead.apply(event);
            if let Some(stop) = &ahead.stop {
                self.stop = Some(stop.clone());
                return false;
            }
        }
        true
    }

    /// Ends the fold that runs ahead where no more events follow: its state stays as a keyframe.
    pub fn end_ahead(&mut self) {
        if let Some(frame) = self.ahead.take().as_ref().and_then(frame_of) {
            self.keyframes.take(frame);
        }
    }

    /// The live fold once more, as it stands after the last seek; `None` where its state cannot be kept.
    pub(super) fn copy(&self) -> Option<Cursor> {
        if self.reading.is_some() {
            return None;
        }
        let Cursor { last, through, events, started_from, .. } = self.cursor;
        let fold = match events {
            0 => self.reducer.start(),
            _ => self.reducer.restore(&self.cursor.fold.save().ok()?).ok()?,
        };
        let mut copy = Cursor::at(fold, last, events, started_from);
        (copy.through, copy.stop) = (through, self.cursor.stop.clone());
        Some(copy)
    }

    /// How many bytes the keyframes take.
    pub fn keyframe_bytes(&self) -> usize {
        self.keyframes.size().0
    }

    /// How many keyframes there are.
    pub fn keyframes(&self) -> usize {
        self.keyframes.size().1
    }

    fn finish(&mut self, through: Version) {
        self.cursor.through = self.cursor.through.max(Some(through));
        self.reading = None;
        keep_keyframe(&self.cursor, &mut self.keyframes);
    }

    /// Brings the live fold to the best place from which to go forward to a version.
    fn approach(&mut self, goal: Version) {
        let usable = self.cursor.through <= Some(goal);
        match nearest_keyframe(self.reducer.as_ref(), &mut self.keyframes, goal, usable.then_some(self.cursor.events)) {
            Some(cursor) => self.cursor = cursor,
            None if usable => {}
            None => self.cursor = Cursor::start(self.reducer.as_ref()),
        }
    }
}

/// The fold of the nearest keyframe from which to go forward to a version; `None` where there is none, or a live fold of so
/// many events is as near.
pub(super) fn nearest_keyframe(
    reducer: &dyn Reducer,
    keyframes: &mut Keyframes,
    goal: Version,
    live: Option<u64>,
) -> Option<Cursor> {
    while let Some(frame) = keyframes.before(goal) {
        // Parsing 256 bytes takes about as long as folding an event: a step or two is quicker by the live fold.
        let cost = 1 + frame.saved.len() as u64 / 256;
        if live.is_some_and(|events| frame.events <= events.saturating_add(cost)) {
            return None;
        }
        let (version, events, started_from) = (frame.version, frame.events, frame.started_from);
        match reducer.restore(&frame.saved) {
            Ok(fold) => return Some(Cursor::at(fold, Some(version), events, started_from)),
            // A reducer that does not take back what it saved makes seeks slow, never wrong.
            Err(_) => keyframes.forget(version),
        }
    }
    None
}

/// Called where every event up to the cursor's last version is in the state.
pub(super) fn keep_keyframe(cursor: &Cursor, keyframes: &mut Keyframes) {
    let Cursor { fold, last: Some(version), events, stop: None, started_from, .. } = cursor else { return };
    if keyframes.wants(*events) {
        // A state that cannot be kept makes seeks slow, never wrong.
        let Ok(saved) = fold.save() else { return keyframes.rest(*events) };
        let (version, events, started_from) = (*version, *events, *started_from);
        keyframes.keep(Keyframe { version, events, started_from, saved: saved.into_boxed_slice() });
    }
}

/// A cursor's state as a keyframe.
fn frame_of(cursor: &Cursor) -> Option<Keyframe> {
    let Cursor { fold, last: Some(version), events, stop: None, started_from, .. } = cursor else { return None };
    let saved = fold.save().ok()?.into_boxed_slice();
    Some(Keyframe { version: *version, events: *events, started_from: *started_from, saved })
}
