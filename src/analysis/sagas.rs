//! How sagas are doing: the steps of one, folded out of its log, and which of them need somebody.

mod lines;

pub use lines::{SagaLine, lines};

use foldback_domain::processes::{SagaEntry, SagaStatus, SagaSummary};
use jiff::Timestamp;

/// The steps that a kind of saga is known to take, each with what undoes it.
const KNOWN: &[(&str, &[(&str, &str)])] = &[
    (
        "order-fulfilment",
        &[
            ("create order", "cancel order"),
            ("process payment", "refund payment"),
            ("reserve inventory", "release stock"),
            ("ship", "cancel shipment"),
        ],
    ),
    ("money-transfer", &[("withdraw", "compensate withdrawal"), ("deposit", "")]),
];

/// One attempt at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which, from 1.
    pub number: u32,
    /// How it went; executing or compensating while it goes on.
    pub status: SagaStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What went wrong.
    pub error: Option<String>,
    /// The last line of the log about it, as its place among the lines.
    pub line: usize,
}

/// A step of a saga.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// How it is doing; `None` where it is still to come.
    pub status: Option<SagaStatus>,
    /// The step that it undoes.
    pub compensates: Option<String>,
    /// Every attempt, in order.
    pub attempts: Vec<Attempt>,
}

impl Step {
    /// When it began.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.attempts.first().map(|attempt| attempt.started_at)
    }

    /// When it ended.
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.attempts.last().and_then(|attempt| attempt.finished_at)
    }

    /// Its last error.
    pub fn error(&self) -> Option<&str> {
        self.attempts.iter().rev().find_map(|attempt| attempt.error.as_deref())
    }
}

/// One saga with its log and its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaStory {
    /// The saga.
    pub summary: SagaSummary,
    /// Its log.
    pub entries: Vec<SagaEntry>,
    /// Its steps in order: those that were begun, then those that are still expected.
    pub steps: Vec<Step>,
    /// The dead letter that a retry takes up: `saga:1`.
    pub dead_letter: Option<String>,
}

impl SagaStory {
    /// The story that a log tells.
    pub fn new(summary: SagaSummary, entries: Vec<SagaEntry>) -> SagaStory {
        let steps = steps(&summary, &entries);
        SagaStory { summary, entries, steps, dead_letter: None }
    }
}

/// Whether a saga waits for longer than it wanted to.
pub fn is_overdue(summary: &SagaSummary, at: Timestamp) -> bool {
    !summary.status.is_over() && summary.due_at.is_some_and(|due| due < at)
}

/// Whether somebody has to look: what could not be undone, and what is overdue.
pub fn needs_attention(summary: &SagaSummary, at: Timestamp) -> bool {
    matches!(summary.status, SagaStatus::CompensationFailed | SagaStatus::TimedOut) || is_overdue(summary, at)
}

fn is_going_on(status: SagaStatus) -> bool {
    matches!(status, SagaStatus::Started | SagaStatus::Executing | SagaStatus::Compensating)
}

/// The steps of a saga, folded out of its log.
pub fn steps(summary: &SagaSummary, entries: &[SagaEntry]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (line, entry) in entries.iter().enumerate() {
        let Some(name) = &entry.step else { continue };
        let Some(status) = entry.step_status else { continue };
        let at = steps.iter().position(|step| step.name == *name).unwrap_or_else(|| {
            steps.push(Step {
                name: name.clone(),
                status: None,
                compensates: entry.compensates.clone(),
                attempts: Vec::new(),
            });
            steps.len() - 1
        });
        steps[at].take(line, entry, status);
    }
    let expected = expected(summary, &steps);
    steps.extend(expected);
    steps
}

impl Step {
    fn take(&mut self, line: usize, entry: &SagaEntry, status: SagaStatus) {
        self.status = Some(status);
        let ended = !is_going_on(status);
        let finished_at = ended.then_some(entry.at);
        match self.attempts.last_mut() {
            // The same attempt goes on: another operation of the step, or its end.
            Some(last) if last.finished_at.is_none() && last.number == entry.attempt => {
                last.status = status;
                last.finished_at = finished_at;
                last.error = entry.error.clone().or(last.error.take());
                last.line = line;
            }
            before => {
                // What was never answered ends where the next attempt begins.
                let open = before.filter(|last| last.finished_at.is_none());
                if let Some(last) = open {
                    last.finished_at = Some(entry.at);
                    if is_going_on(last.status) {
                        last.status = SagaStatus::Failed;
                    }
                }
                self.attempts.push(Attempt {
                    number: entry.attempt,
                    status,
                    started_at: entry.at,
                    finished_at,
                    error: entry.error.clone(),
                    line,
                });
            }
        }
    }
}

/// The steps that are still to come, where the kind of saga is known.
fn expected(summary: &SagaSummary, begun: &[Step]) -> Vec<Step> {
    let Some((_, known)) = KNOWN.iter().find(|(kind, _)| *kind == summary.saga_type) else { return Vec::new() };
    let is_begun = |name: &str| begun.iter().any(|step| step.name == name);
    let to_come = |name: &str, compensates: Option<&str>| Step {
        name: name.to_owned(),
        status: None,
        compensates: compensates.map(str::to_owned),
        attempts: Vec::new(),
    };
    match summary.status {
        SagaStatus::Completed | SagaStatus::Failed | SagaStatus::Compensated | SagaStatus::Unknown => Vec::new(),
        SagaStatus::Compensating | SagaStatus::CompensationFailed => {
            let done =
                |name: &str| begun.iter().any(|step| step.name == name && step.status == Some(SagaStatus::Completed));
            let undo = known.iter().rev().filter(|(step, undo)| done(step) && !undo.is_empty() && !is_begun(undo));
            undo.map(|(step, undo)| to_come(undo, Some(step))).collect()
        }
        SagaStatus::Started | SagaStatus::Executing | SagaStatus::TimedOut => {
            known.iter().filter(|(step, _)| !is_begun(step)).map(|(step, _)| to_come(step, None)).collect()
        }
    }
}

/// A saga in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The saga.
    pub summary: SagaSummary,
    /// Whether it waits for longer than it wanted to.
    pub overdue: bool,
    /// The dead letter that a retry takes up: `saga:1`.
    pub dead_letter: Option<String>,
}

/// A list of sagas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sagas {
    /// The time at which they were looked at.
    pub at: Option<Timestamp>,
    /// Those that need somebody first.
    pub list: Vec<Listed>,
    /// How those that a runner keeps ended.
    pub rates: Rates,
    /// Whether there are more.
    pub more: bool,
    /// How many withdrawals were looked at for transfers, where there are more than these.
    pub transfers_cut: Option<usize>,
    /// Why there are none, where the source tells of none.
    pub unavailable: Option<String>,
}

/// How many of the sagas that are over ended how, in hundredths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// All of them.
    pub sagas: u64,
    /// Those that are over.
    pub over: u64,
    /// That all steps succeeded.
    pub success: u64,
    /// That a step failed with nothing to compensate.
    pub failure: u64,
    /// That something was compensated, or should have been.
    pub compensation: u64,
}

/// The rates that counts by status give.
pub fn rates(counts: &[(String, u64)]) -> Rates {
    let of = |wanted: &[SagaStatus]| -> u64 {
        let counted = counts.iter().filter(|(word, _)| wanted.contains(&SagaStatus::of(word)));
        counted.map(|(_, count)| count).sum()
    };
    let (completed, failed) = (of(&[SagaStatus::Completed]), of(&[SagaStatus::Failed]));
    let compensated = of(&[SagaStatus::Compensated, SagaStatus::CompensationFailed]);
    let over = completed + failed + compensated;
    let share = |part: u64| (part * 100 + over / 2).checked_div(over).unwrap_or(0);
    Rates {
        sagas: counts.iter().map(|(_, count)| count).sum(),
        over,
        success: share(completed),
        failure: share(failed),
        compensation: share(compensated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn entry(minute: i64, step: &str, status: SagaStatus, attempt: u32) -> SagaEntry {
        SagaEntry {
            sequence: minute,
            status: SagaStatus::Executing,
            step: Some(step.to_owned()),
            step_status: Some(status),
            compensates: None,
            attempt,
            at: at(minute),
            due_at: None,
            cause: None,
            event_id: None,
            position: None,
            sent: None,
            state: None,
            error: (status == SagaStatus::Failed).then(|| "no".to_owned()),
            head: None,
        }
    }

    fn saga(status: SagaStatus) -> SagaSummary {
        SagaSummary {
            saga_id: "fulfil-1".into(),
            saga_type: "order-fulfilment".into(),
            status,
            native_status: None,
            correlation_id: None,
            step: None,
            error: None,
            started_at: Some(at(0)),
            updated_at: Some(at(9)),
            due_at: Some(at(10)),
            derived: false,
        }
    }

    #[test]
    fn attempts_are_kept_apart_and_what_is_to_come_is_said() {
        use SagaStatus::{Completed, Executing, Failed};
        let log = [
            entry(0, "create order", Completed, 1),
            entry(1, "process payment", Executing, 1),
            entry(2, "process payment", Failed, 1),
            entry(3, "process payment", Executing, 2),
            entry(4, "process payment", Executing, 3),
            entry(5, "process payment", Completed, 3),
        ];
        let steps = steps(&saga(Executing), &log);
        let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["create order", "process payment", "reserve inventory", "ship"]);
        let payment = &steps[1];
        let ends: Vec<_> = payment.attempts.iter().map(|a| (a.number, a.status, a.finished_at)).collect();
        assert_eq!(ends, [(1, Failed, Some(at(2))), (2, Failed, Some(at(4))), (3, Completed, Some(at(5)))]);
        assert_eq!((payment.status, payment.error()), (Some(Completed), Some("no")));
        assert_eq!(steps[3].status, None);
        let undoing = super::steps(&saga(SagaStatus::Compensating), &log);
        let names: Vec<&str> = undoing.iter().skip(2).map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["refund payment", "cancel order"]);
    }

    #[test]
    fn what_is_overdue_needs_somebody_and_what_is_over_is_never_late() {
        assert!(needs_attention(&saga(SagaStatus::Executing), at(11)));
        assert!(!needs_attention(&saga(SagaStatus::Executing), at(9)));
        assert!(!needs_attention(&saga(SagaStatus::Completed), at(11)));
        assert!(needs_attention(&saga(SagaStatus::CompensationFailed), at(9)));
    }

    #[test]
    fn rates_are_of_those_that_are_over() {
        let counts = [("COMPLETED", 6), ("COMPENSATED", 2), ("EXECUTING", 9)].map(|(word, n)| (word.to_owned(), n));
        let rates = rates(&counts);
        assert_eq!((rates.sagas, rates.over, rates.success, rates.compensation), (17, 8, 75, 25));
        assert_eq!(super::rates(&[]), Rates::default());
    }
}
