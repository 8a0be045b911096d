//! The services outside, in the house: payment, inventory and shipping as stand-ins that go wrong by plan.
//!
//! A call with a key that was carried out before gives the same answer and has no second effect. What is undone is told
//! by what it undoes, and does nothing where that never happened.

use super::faults::{Fault, Faults, Recent};
use foldback_domain::saga::Outcome;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What can be asked of the services, the relay's publisher among them: it goes wrong by the same plan.
pub const OPERATIONS: [(&str, &str); 7] = [
    ("payment", "charge"),
    ("payment", "refund"),
    ("inventory", "reserve"),
    ("inventory", "release"),
    ("shipping", "book"),
    ("shipping", "cancel"),
    ("outbox", "publish"),
];

/// How many effects are remembered for whoever asks.
const EFFECTS: usize = 10_000;

/// A call of a service.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// Which service.
    pub service: &'a str,
    /// What it is to do.
    pub operation: &'a str,
    /// What all attempts have in common.
    pub key: &'a str,
    /// What for.
    pub body: &'a Value,
}

/// An answer that comes after some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// When, from now.
    pub after: Duration,
    /// What.
    pub outcome: Outcome,
}

/// Something that a service did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// `payment.charge`.
    pub call: String,
    /// The order that it was for.
    pub order_id: String,
}

/// The services.
#[derive(Debug, Default)]
pub struct Services {
    faults: Faults,
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    /// The answers that were given, by key.
    answers: Recent<Value>,
    /// What can be undone: `payment.charge 1017`.
    standing: Recent<bool>,
    effects: Vec<Effect>,
}

impl Services {
    /// Services that go wrong by this plan.
    pub fn new(faults: Faults) -> Services {
        Services { faults, ledger: Mutex::default() }
    }

    /// What they did, oldest first.
    pub fn effects(&self) -> Vec<Effect> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).effects.clone()
    }

    /// Takes a call: its answers and when they come. None at all where it is never answered.
    pub fn call(&self, call: &Call<'_>) -> Vec<Answered> {
        let order = call.body.get("order_id").and_then(Value::as_str).unwrap_or_default();
        let fault = self.faults.of(call.service, call.operation, call.key, order);
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let known = ledger.answers.get(call.key).is_some();
        let now = |outcome: Outcome| vec![Answered { after: Duration::ZERO, outcome }];
        match &fault {
            Some(Fault::Refuse(why)) if !known => return now(Outcome::Refused(why.clone())),
            Some(fault @ (Fault::Fail(_) | Fault::FailOnce)) => {
                return now(Outcome::Failed(format!("{}: {fault}", call.service)));
            }
            _ => {}
        }
        let answer = match ledger.carry_out(call, order) {
            Ok(answer) => Outcome::Done(answer),
            Err(why) => return now(Outcome::Refused(why)),
        };
        match fault {
            Some(Fault::Slow(after) | Fault::Late(after)) => vec![Answered { after, outcome: answer }],
            Some(Fault::Twice) => [now(answer.clone()), now(answer)].concat(),
            Some(Fault::Lost) => Vec::new(),
            _ => now(answer),
        }
    }
}

impl Ledger {
    fn carry_out(&mut self, call: &Call<'_>, order: &str) -> Result<Value, String> {
        if let Some(known) = self.answers.get(call.key) {
            return Ok(known.clone());
        }
        // The words of an answer are made of the key: a service that was started anew gives the same ones.
        let word = call.key.split('-').next().unwrap_or_default().to_uppercase();
        let (answer, undoes) = match (call.service, call.operation) {
            ("payment", "charge") => (json!({"authorization_code": format!("A-{word}")}), None),
            ("inventory", "reserve") => (json!({"reservation": format!("R-{word}")}), None),
            ("shipping", "book") => (json!({"tracking_number": format!("T-{word}")}), None),
            ("payment", "refund") => (json!({}), Some("payment.charge")),
            ("inventory", "release") => (json!({}), Some("inventory.reserve")),
            ("shipping", "cancel") => (json!({}), Some("shipping.book")),
            (service, operation) => return Err(format!("{service} does not know how to {operation}")),
        };
        let name = format!("{}.{}", call.service, call.operation);
        let did = match undoes {
            None => {
                self.standing.put(&format!("{name} {order}"), true);
                true
            }
            Some(what) => {
                let what = format!("{what} {order}");
                let stands = self.standing.get(&what).copied().unwrap_or(false);
                self.standing.put(&what, false);
                stands
            }
        };
        if did && self.effects.len() < EFFECTS {
            self.effects.push(Effect { call: name, order_id: order.to_owned() });
        }
        self.answers.put(call.key, answer.clone());
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services(plan: &[&str]) -> Services {
        Services::new(Faults::new(plan.iter().map(|rule| rule.parse().unwrap()).collect()))
    }

    fn call(services: &Services, operation: &'static str, key: &str) -> Vec<Answered> {
        let body = json!({"order_id": "1"});
        services.call(&Call { service: "payment", operation, key, body: &body })
    }

    fn effects(services: &Services) -> Vec<String> {
        services.effects().into_iter().map(|effect| effect.call).collect()
    }

    #[test]
    fn a_key_has_one_effect_and_one_answer() {
        let services = services(&[]);
        let first = call(&services, "charge", "k1-x");
        assert_eq!(first, call(&services, "charge", "k1-x"));
        assert_eq!(first[0].outcome, Outcome::Done(json!({"authorization_code": "A-K1"})));
        call(&services, "refund", "k2");
        call(&services, "refund", "k2");
        call(&services, "refund", "k3");
        assert_eq!(effects(&services), ["payment.charge", "payment.refund"]);
    }

    #[test]
    fn every_fault_does_what_it_says() {
        let answers = |plan: &str| {
            let services = services(&[plan]);
            let both = [call(&services, "charge", "k"), call(&services, "charge", "k")];
            (both, effects(&services).len())
        };
        let done = || Outcome::Done(json!({"authorization_code": "A-K"}));
        let after = |seconds| vec![Answered { after: Duration::from_secs(seconds), outcome: done() }];
        assert_eq!(answers("payment.charge=slow:2s"), ([after(2), after(2)], 1));
        assert_eq!(answers("payment.charge=late:40s"), ([after(40), after(0)], 1));
        assert_eq!(answers("payment.charge=lost"), ([vec![], vec![]], 1));
        let twice = [after(0), after(0)].concat();
        assert_eq!(answers("payment.charge=twice"), ([twice.clone(), twice], 1));
        let ([first, second], did) = answers("payment.charge=fail-once");
        assert!(matches!(first[0].outcome, Outcome::Failed(_)) && second == after(0) && did == 1);
        let ([_, second], did) = answers("payment.charge=fail");
        assert!(matches!(second[0].outcome, Outcome::Failed(_)) && did == 0);
        let ([first, _], did) = answers("payment.charge=refuse:no funds");
        assert_eq!((first[0].outcome.clone(), did), (Outcome::Refused("no funds".into()), 0));
    }

    #[test]
    fn a_service_that_is_started_anew_gives_the_same_answer() {
        assert_eq!(call(&services(&[]), "charge", "k"), call(&services(&[]), "charge", "k"));
        // It cannot give back what it does not know of.
        let fresh = services(&[]);
        call(&fresh, "refund", "k");
        assert_eq!(effects(&fresh), Vec::<String>::new());
    }
}
