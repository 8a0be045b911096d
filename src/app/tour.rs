//! A tour of five steps through the sample data: each a sentence and a key to press. It ends at what is wrong there.

use super::action::Action;
use super::model::Model;
use super::place::Screen;
use crate::analysis::overview::Finding;
use foldback_domain::event::Version;

/// How far the tour has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    /// The step, from 0.
    pub step: usize,
    /// The version at which the step began.
    at: Option<Version>,
}

/// How many steps there are.
pub const STEPS: usize = 5;

impl Tour {
    /// The first step.
    pub fn begin() -> Tour {
        Tour { step: 0, at: None }
    }

    /// The sentence of the step, with the key to press.
    pub fn sentence(&self, model: &Model) -> String {
        let key = |action: Action| {
            let keys = model.setup.keymap.keys(action);
            keys.first().map_or("?".to_owned(), |key| key.sign(true))
        };
        match self.step {
            0 => format!("Everything that ever happened in this shop is in its log. Press {}.", key(Action::Log)),
            1 => format!("Each row is one event. Press {} to open the stream it belongs to.", key(Action::Open)),
            2 => format!("This is the state after that event. Press {} to go back in time.", key(Action::Previous)),
            3 => format!("Who made it so? Press {} to see the event behind every field.", key(Action::Blame)),
            4 if model.screen != Screen::Overview => {
                format!("Now for what is wrong here. Press {}.", key(Action::Overview))
            }
            4 => format!("The first line in red is worth a look. Press {}.", key(Action::Open)),
            _ => {
                let what = finding(model).map_or("Here it is.".to_owned(), |finding| finding.message.clone());
                format!("{what}. That was the tour: {} ends it.", key(Action::Tour))
            }
        }
    }

    /// The next step, where what the step asks for has been done.
    pub fn advanced(&self, model: &Model) -> Option<Tour> {
        let travel = &model.screens.travel;
        let done = match self.step {
            0 => model.screen == Screen::Log && model.screens.log.window.is_filled(),
            1 => model.screen == Screen::Travel && travel.step.is_some(),
            2 => model.screen == Screen::Travel && travel.at < self.at,
            3 => model.screen == Screen::Travel && travel.blaming,
            4 => model.screen == Screen::Travel && finding(model).is_some_and(|found| travel.stream == found.stream_id),
            _ => false,
        };
        done.then(|| Tour { step: self.step + 1, at: travel.at })
    }
}

/// The finding that the tour ends at: the refund, or what is worst.
pub fn finding(model: &Model) -> Option<&Finding> {
    let findings = &model.facts.attention.as_ref()?.findings;
    findings.iter().find(|finding| finding.code.contains("refund")).or(findings.first())
}
