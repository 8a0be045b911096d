//! A branch of a stream beside main: folded from where they may part, read page by page.

mod along;
mod beside;
mod models;
mod reader;
mod sagas;

pub use along::Along;
pub use beside::Beside;
pub(super) use beside::Known;

use super::Reporter;
use super::bodies::Bodies;
use super::travel::Travel;
use crate::engine::command;
use crate::replay::{Branch, Compared, Mark, Plan, Test, Then};
use crate::store::StoreError;
use foldback_domain::Trial;
use foldback_domain::event::{EventBody, Version};
use serde_json::Value;

/// How many events a test to take away has at most.
const GIVEN: usize = 1_000;

/// What a branch comes to.
pub struct WhatIf {
    /// Main and the branch at the version that was asked for.
    pub compared: Compared,
    /// What the rules make of the command that was tried there, on main and on the branch.
    pub trial: Option<(Trial, Trial)>,
}

impl Travel {
    /// The first event that a branch names and the stream does not have.
    pub async fn missing(&mut self, branch: &Branch) -> Result<Option<Version>, StoreError> {
        for edit in &branch.edits {
            for version in edit.versions() {
                if self.head(version).await?.is_none() {
                    return Ok(Some(version));
                }
            }
        }
        Ok(None)
    }

    /// Folds a branch beside main up to a version, and tries a command there. `each` is given what somebody should look
    /// at, in the order of the branch. Memory stays the same however long the stream is.
    pub async fn what_if(
        &mut self,
        branch: &Branch,
        at: Option<Version>,
        command: Option<(&str, &str)>,
        progress: &Reporter,
        each: &mut (dyn FnMut(Mark) + Send),
    ) -> Result<WhatIf, StoreError> {
        let mut along = match self.go_along(branch, at, progress).await? {
            Ok(along) => along,
            Err(why) => return Ok(WhatIf { compared: Compared::unavailable(at, why), trial: None }),
        };
        along.begin(each);
        while let Some(page) = along.next().await? {
            along.take(&page, None, each);
            progress.report(along.done(), Some(along.total()));
        }
        let own = self.explorer.reader.source().own;
        let stream = &self.summary.stream_id;
        let trial = command.map(|(name, json)| match command::stream_of(name, json).filter(|_| own) {
            Some(other) if other != *stream => {
                let why = Trial::Malformed(format!("it is decided against {other}, not {stream}; open that stream"));
                (why.clone(), why)
            }
            _ => along.try_command(name, json),
        });
        Ok(WhatIf { compared: along.end(), trial })
    }

    /// A branch up to a version as a test to take away; or a sentence that says why it is none.
    pub async fn test_of(
        &mut self,
        branch: &Branch,
        at: Option<Version>,
        command: Option<(&str, &str)>,
        progress: &Reporter,
    ) -> Result<Result<Test, String>, StoreError> {
        let answer = self.what_if(branch, at, command, progress, &mut |_| {}).await?;
        if !answer.compared.is_whole() {
            return Ok(Err("only a whole state makes a test: the fold of this stream stops on the way".to_owned()));
        }
        let then = match answer.trial {
            None => Then::State(answer.compared.branch.state.as_deref().cloned().unwrap_or(Value::Null)),
            Some((_, Trial::Decided(events))) => Then::Events(events),
            Some((_, Trial::Refused(why))) => Then::Refused(why),
            Some((_, Trial::UnknownName)) => return Ok(Err("nobody knows a command of that name".to_owned())),
            Some((_, Trial::Malformed(why))) => return Ok(Err(why)),
        };
        let given = match self.events_on(branch, at).await? {
            Some(given) => given,
            None => return Ok(Err(format!("a test has {GIVEN} events at most; choose an earlier version"))),
        };
        Ok(Ok(Test {
            stream: self.summary.stream_id.to_string(),
            category: self.summary.category.to_string(),
            edits: branch.edits.iter().map(ToString::to_string).collect(),
            given,
            when: command.map(|(name, json)| (name.to_owned(), json.to_owned())),
            then,
        }))
    }

    /// The events of a branch up to a version; `None` where they are too many for a test.
    async fn events_on(&mut self, branch: &Branch, at: Option<Version>) -> Result<Option<Vec<EventBody>>, StoreError> {
        let Ok(reducer) = self.fold.as_ref().map(|(reducer, _)| reducer.clone()) else { return Ok(Some(Vec::new())) };
        let plan = self.plan(branch, reducer.needs_more()).await?;
        let mut given = plan.before_all(reducer.as_ref());
        let Some(to) = at else { return Ok(Some(given)) };
        let mut bodies = Bodies::between(&self.explorer, &self.summary.stream_id, Version(i64::MIN), to, false);
        while let Some(page) = bodies.next().await? {
            given.extend(page.iter().flat_map(|event| plan.in_place(event, reducer.as_ref())));
            if given.len() > GIVEN {
                return Ok(None);
            }
        }
        Ok(Some(given))
    }

    /// The plan of a branch, with the events that it moves.
    async fn plan(&mut self, branch: &Branch, more: bool) -> Result<Plan, StoreError> {
        let mut plan = Plan::new(branch);
        for version in plan.wanted() {
            let mut bodies = Bodies::between(&self.explorer, &self.summary.stream_id, version, version, more);
            while let Some(page) = bodies.next().await? {
                page.into_iter().for_each(|event| plan.supply(event));
            }
        }
        Ok(plan)
    }
}
