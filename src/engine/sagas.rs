//! The runner of a kind of saga: feeds it the events behind its checkpoint, carries out what it asks for after that is
//! written down, and feeds the answers back. Everything that it holds in memory can be had again from the store: what
//! is outstanding is asked for again under the same ids, so that a crash at any point loses nothing and doubles nothing.

use super::part::{Part, Step, earlier};
use super::saga_commit::{Cause, commit, spoilt, undecodable};
use super::services::{Call, Services};
use super::tail::Tail;
use super::{Bus, CommandFailure, Request, Works};
use crate::store::StoreError;
use crate::store::books::SagaRecord;
use async_trait::async_trait;
use foldback_domain::Fact;
use foldback_domain::event::RecordedEvent;
use foldback_domain::saga::{At, Outcome, Outgoing, Patience, Recipient, Reply, Saga, Signal};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;
use std::sync::Arc;

/// How many sagas are looked at at once.
const PAGE: usize = 100;
/// How often a transition is decided again when somebody else moved the saga.
const RELOADS: usize = 20;

/// Something that a saga has asked for, and that is written down.
struct Asked {
    saga_id: String,
    correlation_id: Option<String>,
    /// The line of its log that asks.
    line: i64,
    what: Outgoing,
}

/// Runs the sagas of one kind.
pub struct SagaRunner<S: Saga> {
    works: Works,
    bus: Bus,
    services: Arc<Services>,
    patience: Patience,
    tail: Tail,
    asked: VecDeque<Asked>,
    /// Answers that are on their way, by when they come.
    replies: BTreeMap<(Timestamp, u64), (String, Reply)>,
    numbered: u64,
    begun: bool,
    kind: PhantomData<S>,
}

impl<S: Saga> SagaRunner<S> {
    /// A runner that has taken up nothing yet.
    pub fn new(works: Works, bus: Bus, services: Arc<Services>, patience: Patience) -> Self {
        SagaRunner {
            tail: Tail::new(works.clone(), S::TYPE),
            works,
            bus,
            services,
            patience,
            asked: VecDeque::new(),
            replies: BTreeMap::new(),
            numbered: 0,
            begun: false,
            kind: PhantomData,
        }
    }

    /// Takes up the sagas that are not over where they were.
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.asked.clear();
        self.replies.clear();
        self.tail.reset();
        let mut after = String::new();
        loop {
            let page = self.works.books.live_sagas(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.saga_id);
            for record in page.into_iter().filter(|record| record.saga_type == S::TYPE) {
                // A state that does not decode is found out, and said, when something comes in for it.
                let Ok(state) = serde_json::from_str::<S::State>(&record.state) else { continue };
                if let Some((line, what)) = S::outstanding(&record.saga_id, &state) {
                    let SagaRecord { saga_id, correlation_id, .. } = record;
                    self.asked.push_back(Asked { saga_id, correlation_id, line, what });
                }
            }
        }
        self.begun = true;
        Ok(())
    }

    async fn one_step(&mut self) -> Result<Step, StoreError> {
        if !self.begun {
            self.begin().await?;
        }
        let now = self.works.clock.now();
        if let Some(entry) = self.replies.first_entry().filter(|entry| entry.key().0 <= now) {
            let (saga_id, reply) = entry.remove();
            self.take_in(&saga_id, &Signal::Reply(&reply), None).await?;
            return Ok(Step::Worked);
        }
        if let Some(asked) = self.asked.pop_front() {
            self.carry_out(asked).await?;
            return Ok(Step::Worked);
        }
        if let Some(event) = self.tail.peek().await? {
            self.take_event(&event).await?;
            self.tail.done().await?;
            return Ok(Step::Worked);
        }
        let due = self.works.books.due_sagas(now, PAGE).await?;
        if let Some(record) = due.into_iter().find(|record| record.saga_type == S::TYPE) {
            self.take_in(&record.saga_id, &Signal::Timeout, None).await?;
            return Ok(Step::Worked);
        }
        let answer = self.replies.first_key_value().map(|((at, _), _)| *at);
        Ok(Step::Idle(earlier(answer, self.works.books.next_due_saga(S::TYPE).await?)))
    }

    async fn take_event(&mut self, event: &RecordedEvent) -> Result<(), StoreError> {
        let fact = match Fact::decode(event) {
            Some(Ok(fact)) => fact,
            Some(Err(why)) if event.head.category.as_str() == "order" => {
                let failure = undecodable(S::TYPE, event, &why.to_string(), self.works.clock.now());
                let id = event.head.event_id.clone().unwrap_or_default();
                return self.works.books.mark_handled(S::TYPE, &id, Some(&failure), failure.at).await;
            }
            _ => return Ok(()),
        };
        let Some(saga_id) = S::id_of(&fact) else { return Ok(()) };
        let signal = Signal::Event { fact: &fact, event_type: &event.head.event_type };
        self.take_in(&saga_id, &signal, Some(event)).await
    }

    /// Lets a saga take in a signal, and remembers what it asks for once that is written down.
    async fn take_in(
        &mut self,
        saga_id: &str,
        signal: &Signal<'_>,
        event: Option<&RecordedEvent>,
    ) -> Result<(), StoreError> {
        let mut moved = Ok(());
        for _ in 0..RELOADS {
            let record = self.works.books.load_saga(saga_id).await?;
            let now = self.works.clock.now();
            let state = match record.as_ref().map(|record| serde_json::from_str::<S::State>(&record.state)) {
                Some(Err(why)) => return self.give_up_on(record, event, &why.to_string(), now).await,
                Some(Ok(state)) => Some(state),
                None => None,
            };
            let sequence = record.as_ref().map_or(-1, |record| record.sequence);
            let at = At { saga_id, sequence, state: state.as_ref(), patience: &self.patience };
            let Some(transition) = S::decide(&at, signal) else { return Ok(()) };
            let cause = Cause { saga_id, saga_type: S::TYPE, record: record.as_ref(), event, now };
            let written = commit(&cause, &transition);
            match self.works.books.commit_saga(&written).await {
                Ok(()) => {
                    let lines = transition.lines.into_iter().zip(sequence + 1..);
                    self.asked.extend(lines.filter_map(|(line, number)| {
                        let correlation_id = written.saga.correlation_id.clone();
                        let what = line.sent?;
                        Some(Asked { saga_id: saga_id.to_owned(), correlation_id, line: number, what })
                    }));
                    return Ok(());
                }
                // Before a crash it was taken in already; the checkpoint had not moved yet.
                Err(StoreError::EventHandled { .. }) => return Ok(()),
                Err(error @ StoreError::Moved { .. }) => moved = Err(error),
                Err(error) => return Err(error),
            }
        }
        moved
    }

    /// A saga whose state nobody can read must not hold up the others.
    async fn give_up_on(
        &self,
        record: Option<SagaRecord>,
        event: Option<&RecordedEvent>,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(record) = record else { return Ok(()) };
        match self.works.books.commit_saga(&spoilt(record, event, why, now)).await {
            Err(StoreError::EventHandled { .. }) => Ok(()),
            done => done,
        }
    }

    /// Carries out what a saga asks for. Whatever becomes of it is an answer, now or later; only a store that is away is
    /// none: that is no failure of the saga, and it asks again when the store is back.
    async fn carry_out(&mut self, asked: Asked) -> Result<(), StoreError> {
        let Asked { saga_id, correlation_id, line, what } = asked;
        let reply = |from: &str, is_call, outcome| Reply {
            id: what.id.clone(),
            key: what.key.clone(),
            from: from.to_owned(),
            is_call,
            outcome,
        };
        match &what.to {
            Recipient::Call { service, operation } => {
                let call = Call { service, operation, key: &what.key, body: &what.body };
                let now = self.works.clock.now();
                for answer in self.services.call(&call) {
                    let at = now.checked_add(answer.after).unwrap_or(Timestamp::MAX);
                    self.numbered += 1;
                    let reply = reply(service, true, answer.outcome);
                    self.replies.insert((at, self.numbered), (saga_id.clone(), reply));
                }
            }
            Recipient::Command { name, .. } => {
                let request = Request {
                    name: name.clone(),
                    json: what.body.to_string(),
                    command_id: Some(what.key.clone()),
                    correlation_id,
                    causation_id: Some(format!("{saga_id}#{line}")),
                    actor: Some(S::TYPE.to_owned()),
                };
                let outcome = match self.bus.dispatch(request).await {
                    Err(CommandFailure::Unavailable(error)) => return Err(error),
                    handled => outcome(handled),
                };
                self.numbered += 1;
                let at = self.works.clock.now();
                self.replies.insert((at, self.numbered), (saga_id, reply(name, false, outcome)));
            }
        }
        Ok(())
    }
}

/// What a command came to, as an answer.
fn outcome(handled: Result<super::Answer, CommandFailure>) -> Outcome {
    match handled {
        Ok(answer) => Outcome::Done(
            answer
                .events
                .iter()
                .map(|event| {
                    let data = event.data.parse().unwrap_or(Value::Null);
                    json!({"type": event.head.event_type, "data": data})
                })
                .collect(),
        ),
        Err(failure) if failure.is_retryable() => Outcome::Failed(failure.to_string()),
        Err(failure) => Outcome::Refused(failure.to_string()),
    }
}

#[async_trait]
impl<S: Saga> Part for SagaRunner<S> {
    fn name(&self) -> &str {
        S::TYPE
    }

    async fn step(&mut self) -> Result<Step, StoreError> {
        let done = self.one_step().await;
        if done.is_err() {
            self.begun = false;
        }
        done
    }
}
