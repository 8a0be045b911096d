//! The relay of the outbox: publishes at least once, in order for each aggregate. A message that cannot go out past its
//! retries is a dead letter, which blocks its aggregate and no other.

use super::part::{Part, Step};
use super::publisher::Publisher;
use super::{RetryPolicy, Works};
use crate::store::StoreError;
use crate::store::books::{FailureKind, NewFailure, Waiting};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Who gives up on messages, by name.
pub const CONSUMER: &str = "outbox";

/// How many messages go out before that is written down. After a crash so many may go out a second time.
const PAGE: usize = 50;

/// The relay.
pub struct OutboxRelay {
    works: Works,
    publisher: Arc<dyn Publisher>,
    policy: RetryPolicy,
    published: Arc<AtomicU64>,
}

impl OutboxRelay {
    /// A relay to a publisher, which tries again by this policy and counts what went out.
    pub fn new(
        works: Works,
        publisher: Arc<dyn Publisher>,
        policy: RetryPolicy,
        published: Arc<AtomicU64>,
    ) -> OutboxRelay {
        OutboxRelay { works, publisher, policy, published }
    }

    async fn failed(&self, message: &Waiting, error: String) -> Result<(), StoreError> {
        let now = self.works.clock.now();
        let attempts = message.attempts.saturating_add(1);
        if let Some(pause) = self.policy.pause(attempts, &self.works.chance) {
            let next = now.checked_add(pause).unwrap_or(now);
            return self.works.books.message_failed(message.number, attempts, &error, next).await;
        }
        let failure = NewFailure {
            kind: FailureKind::Outbox,
            consumer: CONSUMER.to_owned(),
            subject: Some(message.number.to_string()),
            event_id: Some(message.event_id.clone()),
            position: message.position,
            stream: Some(message.aggregate.clone()),
            correlation_id: message.correlation_id.clone(),
            payload: Some(super::publisher::document(message).to_string()),
            error,
            attempts,
            blocks: Some(message.aggregate.as_str().to_owned()),
            at: now,
        };
        self.works.books.message_dead(message.number, &failure).await
    }
}

#[async_trait]
impl Part for OutboxRelay {
    fn name(&self) -> &str {
        CONSUMER
    }

    async fn step(&mut self) -> Result<Step, StoreError> {
        let now = self.works.clock.now();
        let waiting = self.works.books.waiting_messages(now, PAGE).await?;
        if waiting.is_empty() {
            return Ok(Step::Idle(self.works.books.next_message_attempt(now).await?));
        }
        let (mut out, mut failed) = (Vec::new(), Vec::new());
        for message in &waiting {
            match self.publisher.publish(message).await {
                Ok(()) => out.push(message.number),
                Err(error) => failed.push((message, error)),
            }
        }
        self.works.books.messages_published(&out, self.works.clock.now()).await?;
        self.published.fetch_add(out.len() as u64, Ordering::Relaxed);
        for (message, error) in failed {
            self.failed(message, error).await?;
        }
        Ok(Step::Worked)
    }
}
