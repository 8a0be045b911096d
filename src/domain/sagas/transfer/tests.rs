//! What follows a withdrawal, and what can be made out from the events of a transfer.

use super::*;
use crate::DomainEvent;
use crate::aggregates::account::*;
use crate::event::{EventHead, Payload, Position, RecordedEvent, StreamName, Version, parse_time};
use crate::fact::Fact;
use crate::money::Currency;
use crate::processes::SagaStatus;
use serde_json::json;
use uuid::Uuid;

const WITHDRAWN: &str = "00000000-0000-0000-0000-000000000009";

fn withdrawn(to: Option<&str>) -> AccountEvent {
    AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
        account_id: "7".into(),
        withdrawal: 3,
        amount: 500,
        transfer_id: Some("7-3".into()),
        to: to.map(Into::into),
        currency: to.map(|_| Currency::KRW),
    })
}

fn deposited() -> AccountEvent {
    let transfer_id = Some("7-3".into());
    AccountEvent::MoneyDeposited(MoneyDeposited { account_id: "8".into(), amount: 500, transfer_id })
}

fn compensated() -> AccountEvent {
    AccountEvent::WithdrawalCompensated(WithdrawalCompensated {
        account_id: "7".into(),
        withdrawal: 3,
        original_event_id: Uuid::parse_str(WITHDRAWN).unwrap(),
        amount: 500,
        reason: "7-3 failed: the account is closed".into(),
    })
}

fn recorded(events: &[AccountEvent]) -> Vec<RecordedEvent> {
    let stored = |(place, event): (usize, &AccountEvent)| RecordedEvent {
        raw: None,
        head: EventHead {
            global_position: Some(Position(place as i64 + 1)),
            stream_id: StreamName::of("account", "7"),
            stream_version: Some(Version(place as i64)),
            category: "account".into(),
            event_id: Some(if place == 0 { WITHDRAWN.to_owned() } else { Uuid::from_u128(place as u128).to_string() }),
            event_type: event.event_type().to_owned(),
            schema_version: Some(event.schema_version()),
            correlation_id: Some("c-1".into()),
            causation_id: None,
            actor: None,
            created_at: parse_time("2026-01-05T09:12:44.120Z"),
            mark: None,
        },
        data: Payload::Json(event.encode().to_string()),
        metadata: None,
    };
    events.iter().enumerate().map(stored).collect()
}

#[test]
fn a_withdrawal_that_says_where_its_money_goes_leads_to_a_deposit() {
    let reaction = reaction(&Fact::Account(withdrawn(Some("8"))), WITHDRAWN).unwrap();
    let body = json!({"account_id": "8", "amount": 500, "transfer_id": "7-3", "currency": "KRW"});
    assert_eq!((reaction.deposit.name(), &reaction.deposit.body), ("Deposit".to_owned(), &body));
    let back = reaction.compensation("the account is closed");
    assert_eq!(back.name(), "CompensateWithdrawal");
    assert_eq!((&back.body["withdrawal"], &back.body["original_event_id"]), (&json!(3), &json!(WITHDRAWN)));
    assert_eq!(back.body["reason"], "7-3 failed: the account is closed");
    assert_ne!(back.id, reaction.deposit.id);
    // The same event leads to the same commands, also in another process.
    let again = super::reaction(&Fact::Account(withdrawn(Some("8"))), WITHDRAWN).unwrap();
    assert_eq!(again.deposit, reaction.deposit);
}

#[test]
fn other_events_lead_to_nothing() {
    for event in [withdrawn(None), deposited(), compensated()] {
        assert_eq!(reaction(&Fact::Account(event), WITHDRAWN), None);
    }
}

#[test]
fn how_a_transfer_is_doing_is_made_out_from_its_events() {
    let of = |events: &[AccountEvent]| derive(&recorded(events)).remove(0);
    let open = of(&[withdrawn(Some("8"))]);
    assert_eq!((open.summary.status, open.expected), (SagaStatus::Executing, Some("deposit")));
    assert_eq!((open.summary.saga_id.as_str(), open.summary.derived), ("transfer-7-3", true));
    let done = of(&[withdrawn(Some("8")), deposited()]);
    assert_eq!((done.summary.status, done.expected, done.entries.len()), (SagaStatus::Completed, None, 2));
    let back = of(&[withdrawn(None), compensated()]);
    assert_eq!(back.summary.status, SagaStatus::Compensated);
    assert_eq!(back.summary.error.as_deref(), Some("7-3 failed: the account is closed"));
    assert_eq!(back.entries[1].compensates.as_deref(), Some("withdraw"));
    assert!(derive(&recorded(&[compensated()])).is_empty(), "what it makes good is not among the events");
}
