//! What is done to the store from here, where that may be written: commands, and dead letters that are taken up again.

use super::action::Action;
use super::effect::{self, Slot};
use super::modals::Modal;
use super::modals::prompt::{Prompt, Purpose};
use super::model::Model;

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A command of the embedded domain.
    Exec {
        /// Its name.
        name: String,
        /// Its fields, as JSON.
        fields: String,
    },
    /// A dead letter is taken up again.
    Retry {
        /// Its id.
        id: String,
        /// Whether it is passed over for good instead.
        skip: bool,
    },
}

/// What the world answers: what it led to, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(pub String);

/// Asks for the fields of a command.
pub(super) fn ask_for(model: &mut Model, name: &str) {
    if let Some(why) = not_now(model) {
        model.notice = Some(why);
        return;
    }
    match &model.setup.unwritable {
        Some(why) => model.notice = Some(format!("this store {why}")),
        None => model.modal = Some(Modal::Prompt(Prompt::new(Purpose::Command).with(format!("{name} {{}}")))),
    }
}

/// Why nothing is done while the clock stands in the past: it would be done now, on what is not seen.
fn not_now(model: &Model) -> Option<String> {
    let live = model.key(Action::Live, false);
    model.clock.as_of.map(|_| format!("what is done is done now, and this is the past: {live} goes back to live"))
}

/// Takes what was typed: the work begins, and the prompt stays until it has ended.
pub(super) fn typed(model: &mut Model, purpose: Purpose, text: &str) -> Result<(), String> {
    if let Some(why) = not_now(model) {
        return Err(why);
    }
    if let Some(why) = &model.setup.unwritable {
        return Err(format!("this store {why}"));
    }
    let ask = match purpose {
        Purpose::Command => {
            let (name, fields) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), "{}"));
            Ask::Exec { name: name.to_owned(), fields: fields.trim().to_owned() }
        }
        _ => {
            let skip = match text.trim() {
                "" => false,
                "skip" => true,
                other => return Err(format!("{other:?} is neither nothing nor skip")),
            };
            let Some(Modal::Prompt(Prompt { about: Some(about), .. })) = &model.modal else { return Ok(()) };
            Ask::Retry { id: about.id.clone(), skip }
        }
    };
    model.desk.run(model.now, Slot::Work, std::time::Duration::ZERO, effect::Ask::Work(ask));
    Ok(())
}

/// The work has ended as it should.
pub(super) fn replied(model: &mut Model, reply: Reply) {
    if is_asked(model) {
        model.modal = None;
    }
    model.notice = Some(reply.0);
}

/// The work has failed: what is wrong stands under what was typed. Whether there was a prompt to say it in.
pub(super) fn failed(model: &mut Model, why: &str) -> bool {
    match &mut model.modal {
        Some(Modal::Prompt(prompt)) if matches!(prompt.purpose, Purpose::Command | Purpose::Retry) => {
            prompt.error = Some(why.to_owned());
            true
        }
        _ => false,
    }
}

fn is_asked(model: &Model) -> bool {
    matches!(&model.modal, Some(Modal::Prompt(prompt)) if matches!(prompt.purpose, Purpose::Command | Purpose::Retry))
}
