//! Events of the log for which an expression holds, with the state of their stream after them where it is asked for.

use super::Explorer;
use super::bodies::Bodies;
use crate::replay::reducers::{Asking, Expr};
use crate::store::StoreError;
use foldback_domain::event::{EventBody, RecordedEvent, StreamName, Version};
use foldback_domain::{Fold, Reducer};
use std::collections::HashMap;
use std::sync::Arc;

/// How many streams are kept folded. One more, and the fold that was not asked longest is put away.
const LIVE: usize = 64;
/// How many bytes the folds that were put away may take. Beyond that they are forgotten, and read again.
const AWAY: usize = 16 << 20;

/// At how many events nobody knows whether the expression holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undecided {
    /// How many.
    pub events: u64,
    /// The first of them, and why.
    pub first: Option<String>,
}

/// Lets the events through for which an expression holds.
pub struct Filter {
    explorer: Explorer,
    asking: Asking,
    undecided: Undecided,
    /// The folds that are kept, the last asked last.
    live: Vec<Followed>,
    away: HashMap<StreamName, (Option<Version>, Vec<u8>)>,
    bytes: usize,
}

/// A reducer and its fold.
type Folding = (Arc<dyn Reducer>, Box<dyn Fold>);

/// One stream and how far it is folded.
struct Followed {
    stream: StreamName,
    /// The fold, or why there is none any more.
    fold: Result<Folding, String>,
    through: Option<Version>,
}

impl Filter {
    /// A filter with this expression.
    pub fn new(explorer: &Explorer, expr: Expr) -> Filter {
        Filter {
            explorer: explorer.clone(),
            asking: Asking::new(expr),
            undecided: Undecided::default(),
            live: Vec::new(),
            away: HashMap::new(),
            bytes: 0,
        }
    }

    /// At how many events nobody knows, so far.
    pub fn undecided(&self) -> &Undecided {
        &self.undecided
    }

    /// The event, where the expression holds for it. Events come in the order of the log.
    pub async fn passes(&mut self, event: RecordedEvent) -> Result<Option<RecordedEvent>, StoreError> {
        let mut body = body(&event);
        if !self.asking.expr().needs_more() {
            body.more = None;
        }
        let held = match self.asking.expr().needs_state() {
            false => self.asking.holds(None, &body),
            true => match event.head.stream_version {
                None => Err("the event has no version, so its stream cannot be folded".to_owned()),
                Some(version) => match self.follow(&event, version).await? {
                    Ok(mut fold) => {
                        let held = self.asking.holds(fold.fold.as_mut().ok().map(|(_, fold)| fold.as_mut()), &body);
                        self.live.push(fold);
                        held
                    }
                    Err(why) => Err(why),
                },
            },
        };
        match held {
            Ok(true) => return Ok(Some(event)),
            Ok(false) => {}
            Err(why) => {
                self.undecided.events += 1;
                let at = event.head.global_position.map_or("-".to_owned(), |position| position.to_string());
                self.undecided.first.get_or_insert_with(|| format!("position {at} {}: {why}", event.head.event_type));
            }
        }
        Ok(None)
    }

    /// The stream of an event, folded up to it. Who takes it puts it back.
    async fn follow(
        &mut self,
        event: &RecordedEvent,
        version: Version,
    ) -> Result<Result<Followed, String>, StoreError> {
        let stream = &event.head.stream_id;
        let mut followed = match self.live.iter().position(|followed| followed.stream == *stream) {
            Some(at) => self.live.remove(at),
            None => {
                self.make_room();
                self.take(event)
            }
        };
        // A log that goes back in a stream: its earlier state is folded anew.
        if let Ok((reducer, fold)) = &mut followed.fold
            && followed.through > Some(version)
        {
            (*fold, followed.through) = (reducer.start(), None);
        }
        if let Ok((reducer, fold)) = &mut followed.fold
            && followed.through < Some(version)
        {
            let from = followed.through.map_or(Version(i64::MIN), Version::next);
            let more = reducer.needs_more();
            let mut stopped = None;
            // The next version without a gap is this event itself: nothing is read for it.
            if from == version {
                stopped = fold.apply(&body(event)).err();
            } else {
                let mut bodies = Bodies::between(&self.explorer, stream, from, version, more);
                while let Some(page) = bodies.next().await? {
                    stopped = page.iter().find_map(|body| fold.apply(body).err());
                    if stopped.is_some() {
                        break;
                    }
                }
            }
            followed.through = Some(version);
            if let Some(error) = stopped {
                followed.fold = Err(format!("the fold stopped at {error}"));
            }
        }
        if let Err(why) = &followed.fold {
            let why = why.clone();
            self.live.push(followed);
            return Ok(Err(why));
        }
        Ok(Ok(followed))
    }

    /// A stream that is not folded now: from where it was put away, or from its start.
    fn take(&mut self, event: &RecordedEvent) -> Followed {
        let stream = event.head.stream_id.clone();
        let away = self.away.remove(&stream);
        self.bytes -= away.as_ref().map_or(0, |(_, saved)| saved.len());
        let reducer = match self.explorer.reducer(&stream, &event.head.category) {
            Ok(reducer) => reducer,
            Err(why) => return Followed { stream, fold: Err(why), through: None },
        };
        let restored = away.and_then(|(through, saved)| Some((reducer.restore(&saved).ok()?, through)));
        let (fold, through) = restored.unwrap_or_else(|| (reducer.start(), None));
        Followed { stream, fold: Ok((reducer, fold)), through }
    }

    fn make_room(&mut self) {
        if self.live.len() < LIVE {
            return;
        }
        let oldest = self.live.remove(0);
        let Ok((_, fold)) = &oldest.fold else { return };
        let Ok(saved) = fold.save() else { return };
        if self.bytes + saved.len() > AWAY {
            self.away.clear();
            self.bytes = 0;
        }
        self.bytes += saved.len();
        self.away.insert(oldest.stream, (oldest.through, saved));
    }
}

/// An event as an expression sees it, with a version or not.
fn body(event: &RecordedEvent) -> EventBody {
    let mut event = event.clone();
    event.head.stream_version.get_or_insert(Version(Version::NUMBERLESS));
    event.into_body().expect("an event with a version has a body")
}
