//! What a screen's update may use beside its own state: the desk where work is asked for, and what it may ask of the
//! whole.

use super::clock::{self, AsOf};
use super::effect::{Ask, Effect, Slot, Task, Ticket};
use super::facts::Facts;
use super::geometry::Area;
use super::message::{Cost, Progress};
use super::modals::Modal;
use super::place::Place;
use foldback_domain::event::Position;
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// After this time a view says that it waits, and for what.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Work that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// Which task.
    pub ticket: Ticket,
    /// Since when.
    pub since: Timestamp,
    /// Whether its answer depends on where the clock stands.
    pub follows: bool,
    /// How far it has come.
    pub progress: Option<Progress>,
}

/// Where work is asked for and waited for. It gives out tickets and knows which answers are still wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desk {
    last: u64,
    pending: BTreeMap<Slot, Pending>,
    failed: BTreeMap<Slot, String>,
    effects: Vec<Effect>,
    as_of: Option<AsOf>,
    /// What the last answer cost.
    pub cost: Cost,
}

impl Desk {
    /// Asks for work, in place of what ran in the slot.
    pub fn run(&mut self, now: Timestamp, slot: Slot, delay: Duration, ask: Ask) {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.failed.remove(&slot);
        let follows = ask.follows_the_clock();
        let as_of = self.as_of().filter(|_| follows);
        self.pending.insert(slot, Pending { ticket, since: now, follows, progress: None });
        // Two tasks for one slot in one breath: only the newer is worth sending.
        self.effects.retain(|effect| !matches!(effect, Effect::Run(task) if task.slot == slot));
        self.effects.push(Effect::Run(Task { slot, ticket, delay, as_of, ask }));
    }

    /// Where the clock stands; `None` is now.
    pub fn as_of(&self) -> Option<Position> {
        self.as_of.map(|as_of| as_of.position)
    }

    /// Turns the clock: answers that are on their way are of another time, and nobody wants them.
    pub fn turn(&mut self, as_of: Option<AsOf>) {
        let before = self.as_of();
        self.as_of = as_of;
        if before == self.as_of() {
            return;
        }
        self.failed.clear();
        let stale: Vec<Slot> =
            self.pending.iter().filter(|(_, pending)| pending.follows).map(|(slot, _)| *slot).collect();
        for slot in stale {
            self.effects.retain(|effect| !matches!(effect, Effect::Run(task) if task.slot == slot));
            self.cancel(slot);
        }
    }

    /// Anything else that should happen.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// What is to happen; asked once after each message.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Whether an answer is still wanted; it then no longer is.
    pub fn accept(&mut self, slot: Slot, ticket: Ticket) -> bool {
        let wanted = self.pending.get(&slot).is_some_and(|pending| pending.ticket == ticket);
        if wanted {
            self.pending.remove(&slot);
        }
        wanted
    }

    /// Remembers how far work has come.
    pub fn progressed(&mut self, slot: Slot, ticket: Ticket, progress: Progress) {
        if let Some(pending) = self.pending.get_mut(&slot)
            && pending.ticket == ticket
        {
            pending.progress = Some(progress);
        }
    }

    /// Remembers why there is no answer.
    pub fn fail(&mut self, slot: Slot, why: String) {
        self.failed.insert(slot, why);
    }

    /// Why the last work in a slot had no answer.
    pub fn failure(&self, slot: Slot) -> Option<&str> {
        self.failed.get(&slot).map(String::as_str)
    }

    /// The work in a slot.
    pub fn pending(&self, slot: Slot) -> Option<&Pending> {
        self.pending.get(&slot)
    }

    /// Whether anything is under way.
    pub fn is_busy(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The work that takes longer than one waits without a word: what is in front first, then what has waited longest.
    pub fn long(&self, now: Timestamp) -> Option<(Slot, &Pending)> {
        let late = |pending: &Pending| waited(now, pending.since) >= PATIENCE;
        let mut long: Vec<_> = self.pending.iter().filter(|(_, pending)| late(pending)).collect();
        long.sort_by_key(|(slot, pending)| (slot.is_background(), pending.since));
        long.first().map(|(slot, pending)| (**slot, *pending))
    }

    /// Ends the work in a slot.
    pub fn cancel(&mut self, slot: Slot) -> bool {
        let was = self.pending.remove(&slot).is_some();
        if was {
            self.effects.push(Effect::Cancel(slot));
        }
        was
    }
}

/// How long ago a time was; never negative.
pub fn waited(now: Timestamp, since: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(since)).unwrap_or_default()
}

/// What a screen may use and ask for while it updates.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// Where the screen is drawn.
    pub area: Area,
    /// What the source is.
    pub source: &'a SourceInfo,
    /// How commands name the source: as it was typed, quoted for a shell.
    pub words: &'a str,
    /// What is known of the whole store.
    pub facts: &'a Facts,
    /// Where work is asked for.
    pub desk: &'a mut Desk,
    /// Where to go.
    pub go: Option<Place>,
    /// What to tell.
    pub notice: Option<String>,
    /// What to lay over the screen.
    pub modal: Option<Modal>,
}

impl Context<'_> {
    /// Where the clock stands; `None` is now.
    pub fn as_of(&self) -> Option<Position> {
        self.desk.as_of()
    }

    /// What time it is by the clock: what was overdue then is told by the time of then.
    pub fn then(&self) -> Timestamp {
        clock::then(self.desk.as_of, self.now)
    }

    /// Asks for work at once.
    pub fn run(&mut self, slot: Slot, ask: Ask) {
        self.desk.run(self.now, slot, Duration::ZERO, ask);
    }

    /// Asks for work once the cursor has rested.
    pub fn run_rested(&mut self, slot: Slot, ask: Ask) {
        self.desk.run(self.now, slot, Duration::from_millis(80), ask);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::screens::overview;

    fn ticket(effects: &[Effect]) -> Ticket {
        let Some(Effect::Run(task)) = effects.last() else { panic!("nothing was asked for") };
        task.ticket
    }

    #[test]
    fn only_the_newest_answer_of_a_slot_is_wanted_and_only_once() {
        let mut desk = Desk::default();
        let ask = || Ask::Overview(overview::Ask::Glance);
        let run = |desk: &mut Desk| {
            desk.run(Timestamp::UNIX_EPOCH, Slot::Glance, Duration::ZERO, ask());
            ticket(&desk.take_effects())
        };
        let (old, new) = (run(&mut desk), run(&mut desk));
        assert!(!desk.accept(Slot::Glance, old));
        assert!(!desk.accept(Slot::Totals, new));
        assert!(desk.accept(Slot::Glance, new));
        assert!(!desk.accept(Slot::Glance, new));
        assert!(!desk.is_busy());
    }

    #[test]
    fn two_questions_in_one_breath_are_one() {
        let mut desk = Desk::default();
        for _ in 0..3 {
            desk.run(Timestamp::UNIX_EPOCH, Slot::Glance, Duration::ZERO, Ask::Overview(overview::Ask::Glance));
        }
        assert_eq!(desk.take_effects().len(), 1);
        assert!(desk.cancel(Slot::Glance) && !desk.cancel(Slot::Glance));
        assert_eq!(desk.take_effects(), [Effect::Cancel(Slot::Glance)]);
    }
}
