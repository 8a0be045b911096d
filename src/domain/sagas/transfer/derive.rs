//! How the transfers of a correlation are doing, made out from its events, since nobody keeps a log of them.

use super::{TYPE, saga_id};
use crate::aggregates::account::AccountEvent;
use crate::event::{EventHead, RecordedEvent};
use crate::fact::Fact;
use crate::processes::{SagaEntry, SagaStatus, SagaSummary};
use jiff::Timestamp;
use uuid::Uuid;

/// A transfer, made out from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// How it is doing.
    pub summary: SagaSummary,
    /// A line for each event.
    pub entries: Vec<SagaEntry>,
    /// The step that is still to come.
    pub expected: Option<&'static str>,
    /// The event of the withdrawal.
    withdrawn: Option<String>,
}

/// The step that takes the money out.
const WITHDRAW: &str = "withdraw";
/// The step that brings it in.
const DEPOSIT: &str = "deposit";
/// What undoes the first.
const COMPENSATE: &str = "compensate withdrawal";

/// The transfers among these events, which are in log order. What does not decode is passed over.
pub fn derive(events: &[RecordedEvent]) -> Vec<Transfer> {
    let mut found: Vec<Transfer> = Vec::new();
    for event in events {
        let Some(Ok(Fact::Account(fact))) = Fact::decode(event) else { continue };
        match fact {
            AccountEvent::MoneyWithdrawn(withdrawn) => {
                let Some(id) = withdrawn.transfer_id else { continue };
                let transfer = of(&mut found, id.as_str(), &event.head);
                transfer.withdrawn = event.head.event_id.clone();
                transfer.add(&event.head, SagaStatus::Executing, WITHDRAW, SagaStatus::Completed, None);
            }
            AccountEvent::MoneyDeposited(deposited) => {
                let Some(id) = deposited.transfer_id else { continue };
                let transfer = of(&mut found, id.as_str(), &event.head);
                transfer.add(&event.head, SagaStatus::Completed, DEPOSIT, SagaStatus::Completed, None);
            }
            AccountEvent::WithdrawalCompensated(compensated) => {
                let made_good = |transfer: &&mut Transfer| {
                    let original = transfer.withdrawn.as_deref().and_then(|id| Uuid::parse_str(id).ok());
                    original == Some(compensated.original_event_id)
                };
                let Some(transfer) = found.iter_mut().find(made_good) else { continue };
                let why = Some(compensated.reason);
                transfer.add(&event.head, SagaStatus::Compensated, COMPENSATE, SagaStatus::Compensated, why);
            }
            AccountEvent::AccountOpened(_) | AccountEvent::AccountClosed(_) => {}
        }
    }
    found
}

fn of<'a>(found: &'a mut Vec<Transfer>, id: &str, head: &EventHead) -> &'a mut Transfer {
    let saga_id = saga_id(id);
    let place = found.iter().position(|transfer| transfer.summary.saga_id == saga_id).unwrap_or_else(|| {
        found.push(Transfer::begun(saga_id, head));
        found.len() - 1
    });
    &mut found[place]
}

impl Transfer {
    fn begun(saga_id: String, head: &EventHead) -> Transfer {
        Transfer {
            summary: SagaSummary {
                saga_id,
                saga_type: TYPE.to_owned(),
                status: SagaStatus::Started,
                native_status: None,
                correlation_id: head.correlation_id.clone(),
                step: None,
                error: None,
                started_at: head.created_at,
                updated_at: head.created_at,
                due_at: None,
                derived: true,
            },
            entries: Vec::new(),
            expected: None,
            withdrawn: None,
        }
    }

    fn add(
        &mut self,
        head: &EventHead,
        status: SagaStatus,
        step: &str,
        step_status: SagaStatus,
        error: Option<String>,
    ) {
        let compensates = (step == COMPENSATE).then(|| WITHDRAW.to_owned());
        self.expected = (status == SagaStatus::Executing).then_some(DEPOSIT);
        self.summary.status = status;
        self.summary.step = Some(self.expected.unwrap_or(step).to_owned());
        self.summary.error.clone_from(&error);
        self.summary.updated_at = head.created_at;
        self.entries.push(SagaEntry {
            sequence: self.entries.len() as i64,
            status,
            step: Some(step.to_owned()),
            step_status: Some(step_status),
            compensates,
            attempt: 1,
            at: head.created_at.unwrap_or(Timestamp::UNIX_EPOCH),
            due_at: None,
            cause: Some(head.event_type.clone()),
            event_id: head.event_id.clone(),
            position: head.global_position,
            sent: None,
            state: None,
            error,
            head: head.global_position,
        });
    }
}
