//! Faults by plan: which call goes wrong, and how. The same plan and the same calls go wrong the same way every time.

use foldback_domain::saga::message_id;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer takes so long.
    Slow(Duration),
    /// It is refused for good.
    Refuse(String),
    /// The first attempt fails, and the next ones succeed.
    FailOnce,
    /// Every attempt fails, with these words.
    Fail(String),
    /// It is answered twice.
    Twice,
    /// The answer to the first attempt takes so long that nobody waits for it any more.
    Late(Duration),
    /// It is carried out and never answered.
    Lost,
}

/// Which calls go wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// The service: `payment`; `outbox` for the relay's publisher.
    pub service: String,
    /// The operation: `charge`.
    pub operation: String,
    /// Only for this order, or this stream.
    pub order: Option<String>,
    /// Only the call with this number, counted from 1.
    pub nth: Option<u64>,
    /// Only one key in so many, chosen by the key itself.
    pub one_in: Option<u64>,
    /// How it goes wrong.
    pub fault: Fault,
}

/// A plan of faults. Its copies are the same plan.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    rules: Vec<FaultRule>,
    calls: HashMap<String, u64>,
    attempts: Recent<u64>,
}

impl Faults {
    /// A plan: of the rules that fit a call the first one holds.
    pub fn new(rules: Vec<FaultRule>) -> Faults {
        Faults(Arc::new(Mutex::new(Plan { rules, ..Plan::default() })))
    }

    /// Puts other rules in the place of those that held.
    pub fn set(&self, rules: Vec<FaultRule>) {
        self.plan().rules = rules;
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault of this attempt, where it has one. `order` is the order, or the stream, that it is about.
    pub fn of(&self, service: &str, operation: &str, key: &str, order: &str) -> Option<Fault> {
        let mut plan = self.plan();
        let name = format!("{service}.{operation}");
        let call = *plan.calls.entry(name.clone()).and_modify(|calls| *calls += 1).or_insert(1);
        let attempt = plan.attempts.get(key).copied().unwrap_or(0) + 1;
        plan.attempts.put(key, attempt);
        let rule = plan.rules.iter().find(|rule| rule.fits(&name, call, key, order))?;
        match &rule.fault {
            Fault::FailOnce | Fault::Late(_) if attempt > 1 => None,
            fault => Some(fault.clone()),
        }
    }
}

impl FaultRule {
    fn fits(&self, name: &str, call: u64, key: &str, order: &str) -> bool {
        let is_order = |wanted: &String| wanted == order || order.strip_prefix("order-") == Some(wanted);
        format!("{}.{}", self.service, self.operation) == name
            && self.order.as_ref().is_none_or(is_order)
            && self.nth.is_none_or(|nth| nth == call)
            && self.one_in.is_none_or(|one_in| chosen(key, one_in))
    }
}

/// Whether a key is the one in so many: the same answer for the same key, whenever it is asked.
fn chosen(key: &str, one_in: u64) -> bool {
    let hash = message_id(&["fault", key]);
    let number = u64::from_str_radix(&hash[..8], 16).unwrap_or(0);
    number.is_multiple_of(one_in.max(1))
}

impl FromStr for FaultRule {
    type Err = String;

    /// Reads `service.operation[@ORDER][#NTH][%ONE_IN]=fault[:detail]`.
    fn from_str(text: &str) -> Result<FaultRule, String> {
        const FORM: &str = "SERVICE.OPERATION=FAULT, such as payment.charge=fail-once";
        let (call, fault) = text.split_once('=').ok_or(format!("a fault is written {FORM}"))?;
        let (call, one_in) = number(call, '%')?;
        let (call, nth) = number(call, '#')?;
        let (call, order) = match call.split_once('@') {
            Some((call, order)) => (call, Some(order.to_owned())),
            None => (call, None),
        };
        let (service, operation) = call.split_once('.').ok_or(format!("{call:?} is no call; write {FORM}"))?;
        let known = super::services::OPERATIONS.contains(&(service, operation));
        if !known {
            let names = super::services::OPERATIONS.map(|(service, operation)| format!("{service}.{operation}"));
            return Err(format!("there is no call {call}; there are {}", names.join(", ")));
        }
        let (kind, detail) = fault.split_once(':').map_or((fault, None), |(kind, detail)| (kind, Some(detail)));
        let fault = match kind {
            "slow" => Fault::Slow(duration(detail, 5)?),
            "late" => Fault::Late(duration(detail, 40)?),
            "refuse" => Fault::Refuse(detail.unwrap_or("refused by plan").to_owned()),
            "fail-once" => Fault::FailOnce,
            "fail" | "fail-always" => Fault::Fail(detail.unwrap_or("out of order").to_owned()),
            "twice" => Fault::Twice,
            "lost" => Fault::Lost,
            other => {
                let known = "slow[:5s], late[:40s], refuse[:why], fail-once, fail[:why], twice, lost";
                return Err(format!("there is no fault {other}; there are {known}"));
            }
        };
        Ok(FaultRule { service: service.to_owned(), operation: operation.to_owned(), order, nth, one_in, fault })
    }
}

fn number(text: &str, sign: char) -> Result<(&str, Option<u64>), String> {
    let Some((rest, number)) = text.split_once(sign) else { return Ok((text, None)) };
    let number = number.parse().map_err(|_| format!("{number:?} behind {sign} is no number"))?;
    Ok((rest, Some(number)))
}

fn duration(text: Option<&str>, seconds: u64) -> Result<Duration, String> {
    let Some(text) = text else { return Ok(Duration::from_secs(seconds)) };
    let wrong = || format!("{text:?} is no duration; write one such as 500ms, 5s or 2m");
    let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(span).map_err(|_| wrong())
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Slow(time) => write!(f, "slow by {time:?}"),
            Fault::Refuse(why) => write!(f, "refused: {why}"),
            Fault::FailOnce => write!(f, "out of order"),
            Fault::Fail(why) => write!(f, "{why}"),
            Fault::Twice => write!(f, "answered twice"),
            Fault::Late(time) => write!(f, "late by {time:?}"),
            Fault::Lost => write!(f, "never answered"),
        }
    }
}

/// The newest of many things by key: what is older is forgotten, so that memory does not grow with the work.
#[derive(Debug)]
pub struct Recent<V> {
    known: HashMap<String, V>,
    order: VecDeque<String>,
}

/// How many are remembered.
const REMEMBERED: usize = 50_000;

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Recent { known: HashMap::new(), order: VecDeque::new() }
    }
}

impl<V> Recent<V> {
    /// What is remembered under a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.known.get(key)
    }

    /// Remembers something under a key.
    pub fn put(&mut self, key: &str, value: V) {
        if self.known.insert(key.to_owned(), value).is_none() {
            self.order.push_back(key.to_owned());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_as_it_is_written() {
        let rule = |text: &str| text.parse::<FaultRule>();
        let full = rule("payment.charge@1017#3%4=refuse:the card is declined").unwrap();
        assert_eq!((full.order.as_deref(), full.nth, full.one_in), (Some("1017"), Some(3), Some(4)));
        assert_eq!(full.fault, Fault::Refuse("the card is declined".into()));
        assert_eq!(rule("shipping.book=slow:500ms").unwrap().fault, Fault::Slow(Duration::from_millis(500)));
        for (text, expected) in [
            ("payment.charge", "a fault is written SERVICE.OPERATION=FAULT"),
            ("payment.steal=fail", "there is no call payment.steal; there are payment.charge"),
            ("payment.charge=explode", "there is no fault explode; there are slow[:5s]"),
            ("payment.charge#x=fail", "\"x\" behind # is no number"),
            ("payment.charge=slow:often", "\"often\" is no duration"),
        ] {
            let error = rule(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_fault_holds_for_its_calls_and_no_others() {
        let plan = |text: &str| Faults::new(vec![text.parse().unwrap()]);
        let once = plan("payment.charge=fail-once");
        let of = |faults: &Faults, key: &str| faults.of("payment", "charge", key, "1").is_some();
        assert_eq!([of(&once, "a"), of(&once, "a"), of(&once, "b")], [true, false, true]);
        let second = plan("payment.charge#2=fail");
        assert_eq!([of(&second, "a"), of(&second, "b"), of(&second, "c")], [false, true, false]);
        let of_one = plan("payment.charge@1=fail");
        assert!(of(&of_one, "a") && of_one.of("payment", "charge", "a", "2").is_none());
        assert!(of_one.of("payment", "refund", "a", "1").is_none());
        let some = plan("payment.charge%4=fail");
        let hit: Vec<bool> = (0..400).map(|n| of(&some, &n.to_string())).collect();
        let again: Vec<bool> = (0..400).map(|n| of(&some, &n.to_string())).collect();
        assert_eq!(hit, again);
        assert!((60..140).contains(&hit.iter().filter(|hit| **hit).count()));
    }
}
