//! The reaction that finishes transfers: what was withdrawn here is deposited there, and made good where that is refused.
//! It keeps no saga: the ids of its commands are made of the event, so that the same event leads to them once.

use super::part::{Part, Step};
use super::saga_commit::undecodable;
use super::tail::Tail;
use super::{Bus, CommandFailure, Request, RetryPolicy, Works};
use crate::store::StoreError;
use crate::store::books::{FailureKind, NewFailure};
use async_trait::async_trait;
use foldback_domain::Fact;
use foldback_domain::event::RecordedEvent;
use foldback_domain::saga::{Outgoing, Recipient};
use foldback_domain::sagas::transfer::{self, Reaction, reaction};
use jiff::Timestamp;
use serde_json::json;

/// Finishes transfers.
pub struct Transfers {
    works: Works,
    bus: Bus,
    policy: RetryPolicy,
    tail: Tail,
    /// The event that is tried again, how often it was tried, and when it is tried next.
    retrying: Option<(String, u32, Timestamp)>,
}

impl Transfers {
    /// A reaction that tries again by this policy.
    pub fn new(works: Works, bus: Bus, policy: RetryPolicy) -> Transfers {
        Transfers { tail: Tail::new(works.clone(), transfer::TYPE), works, bus, policy, retrying: None }
    }

    async fn one_step(&mut self) -> Result<Step, StoreError> {
        let now = self.works.clock.now();
        if let Some((_, _, at)) = &self.retrying
            && *at > now
        {
            return Ok(Step::Idle(Some(*at)));
        }
        let Some(event) = self.tail.peek().await? else { return Ok(Step::Idle(None)) };
        let event_id = event.head.event_id.clone().unwrap_or_default();
        let handled = |failure: NewFailure| {
            let books = self.works.books.clone();
            let id = event_id.clone();
            async move { books.mark_handled(transfer::TYPE, &id, Some(&failure), failure.at).await }
        };
        match Fact::decode(&event) {
            Some(Ok(fact)) => {
                if let Some(reaction) = reaction(&fact, &event_id)
                    && !self.works.books.is_handled(transfer::TYPE, &event_id).await?
                {
                    let tried =
                        self.retrying.take().filter(|(id, ..)| *id == event_id).map_or(0, |(_, tried, _)| tried);
                    let attempt = tried + 1;
                    if let Err(failure) = react(&self.bus, &reaction, &event).await {
                        // A store that is away is no failure of the transfer.
                        if let CommandFailure::Unavailable(error) = failure {
                            return Err(error);
                        }
                        let pause = self.policy.pause(attempt, &self.works.chance);
                        if let (true, Some(pause)) = (failure.is_retryable(), pause) {
                            let at = now.checked_add(pause).unwrap_or(now);
                            self.retrying = Some((event_id, attempt, at));
                            return Ok(Step::Idle(Some(at)));
                        }
                        handled(given_up(&reaction, &event, &failure, attempt, now)).await?;
                    }
                }
            }
            Some(Err(why)) if event.head.category.as_str() == "account" => {
                handled(undecodable(transfer::TYPE, &event, &why.to_string(), now)).await?;
            }
            _ => {}
        }
        self.tail.done().await?;
        Ok(Step::Worked)
    }
}

/// Deposits; makes the withdrawal good where that is refused for good.
pub async fn react(bus: &Bus, reaction: &Reaction, event: &RecordedEvent) -> Result<(), CommandFailure> {
    let refused = match bus.dispatch(request(&reaction.deposit, event)).await {
        Ok(_) => return Ok(()),
        Err(failure) if failure.is_retryable() => return Err(failure),
        Err(failure) => failure.to_string(),
    };
    bus.dispatch(request(&reaction.compensation(&refused), event)).await.map(|_| ())
}

fn request(what: &Outgoing, event: &RecordedEvent) -> Request {
    let name = match &what.to {
        Recipient::Command { name, .. } => name.clone(),
        Recipient::Call { operation, .. } => operation.clone(),
    };
    Request {
        name,
        json: what.body.to_string(),
        command_id: Some(what.key.clone()),
        correlation_id: event.head.correlation_id.clone(),
        causation_id: event.head.event_id.clone(),
        actor: Some(transfer::TYPE.to_owned()),
    }
}

fn given_up(
    reaction: &Reaction,
    event: &RecordedEvent,
    failure: &CommandFailure,
    attempts: u32,
    at: Timestamp,
) -> NewFailure {
    let saga_id = transfer::saga_id(reaction.transfer_id.as_str());
    NewFailure {
        kind: FailureKind::Saga,
        consumer: transfer::TYPE.to_owned(),
        subject: Some(saga_id.clone()),
        event_id: event.head.event_id.clone(),
        position: event.head.global_position,
        stream: Some(reaction.from()),
        correlation_id: event.head.correlation_id.clone(),
        payload: Some(json!({"tried": reaction.deposit.shown(), "fields": reaction.deposit.body}).to_string()),
        error: failure.to_string(),
        attempts,
        blocks: Some(saga_id),
        at,
    }
}

#[async_trait]
impl Part for Transfers {
    fn name(&self) -> &str {
        transfer::TYPE
    }

    async fn step(&mut self) -> Result<Step, StoreError> {
        let done = self.one_step().await;
        if done.is_err() {
            self.tail.reset();
        }
        done
    }
}
