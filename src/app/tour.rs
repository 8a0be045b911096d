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
            0 => format!("Press {}: everything that ever happened in this shop is in its log.", key(Action::Log)),
            1 => format!("Press {}: each row is one event; this opens the stream it belongs to.", key(Action::Open)),
            2 => format!("Press {} to go back in time: this is the state after that event.", key(Action::Previous)),
            3 => format!("Press {} to see the event behind every field: who made it so?", key(Action::Blame)),
            4 if model.screen != Screen::Overview => {
                format!("Press {}: now for what is wrong here.", key(Action::Overview))
            }
            4 => {
                let stream = finding(model).and_then(|finding| finding.stream_id.as_ref());
                let which = stream.map_or("in red".to_owned(), |stream| format!("about {stream}"));
                format!("Press {} on the line {which}: it is worth a look.", key(Action::Open))
            }
            _ => {
                let what = finding(model).map_or("Here it is.".to_owned(), |finding| finding.message.clone());
                format!("{} ends the tour. {what}.", key(Action::Tour))
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
