//! An expression that is asked event by event, of whatever fold the events have.

use super::engine::Trouble;
use super::expr::{Expr, Judge};
use super::fold::ScriptFold;
use foldback_domain::Fold;
use foldback_domain::event::EventBody;
use serde_json::Value;

/// Who asks. A script's state is looked at where it lives; any other is brought to the engine when it has changed.
pub struct Asking {
    judge: Judge,
    brought: Option<Value>,
}

impl Asking {
    /// Who asks this expression.
    pub fn new(expr: Expr) -> Result<Asking, Trouble> {
        Ok(Asking { judge: Judge::new(expr)?, brought: None })
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        self.judge.expr()
    }

    /// Whether the expression holds after an event; why that cannot be said, where it throws.
    pub fn holds(&mut self, fold: Option<&mut (dyn Fold + 'static)>, event: &EventBody) -> Result<bool, String> {
        let Some(fold) = fold.filter(|_| self.judge.expr().needs_state()) else {
            return self.judge.holds(event).map_err(|trouble| trouble.why);
        };
        if let Some(live) = fold.as_any().and_then(|fold| fold.downcast_mut::<ScriptFold>()) {
            return live.holds(self.judge.expr(), event).map_err(|trouble| trouble.why);
        }
        let state = fold.state().map_err(|error| error.reason())?;
        if self.brought.as_ref() != Some(&state) {
            self.brought = None;
            self.judge.take_state(&state).map_err(|trouble| trouble.why)?;
            self.brought = Some(state);
        }
        self.judge.holds(event).map_err(|trouble| trouble.why)
    }
}
