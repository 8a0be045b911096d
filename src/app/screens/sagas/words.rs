//! How a saga is doing, in words.

use foldback_domain::processes::SagaStatus;

/// What somebody who looks at a saga wants to know first, as a sentence.
pub fn meaning(status: SagaStatus, overdue: bool) -> &'static str {
    match status {
        SagaStatus::Completed => "every step succeeded",
        SagaStatus::Compensated => "a step failed, and what was done is undone",
        SagaStatus::Failed => "a step failed, and there was nothing to undo",
        SagaStatus::CompensationFailed => "something could not be undone: somebody has to",
        SagaStatus::TimedOut => "nothing came in time",
        SagaStatus::Started | SagaStatus::Executing | SagaStatus::Compensating if overdue => {
            "it waits for longer than it wanted to"
        }
        SagaStatus::Compensating => "it is undoing what it did",
        SagaStatus::Started | SagaStatus::Executing => "it is under way",
        SagaStatus::Unknown => "the source does not say how it is doing",
    }
}
