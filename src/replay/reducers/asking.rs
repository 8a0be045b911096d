//! An expression that is asked event by event, of whatever fold the events have.

use super::super::walk::shown;
use super::engine::Trouble;
use super::expr::{Expr, Judge};
use super::fold::ScriptFold;
use super::plain::Image;
use foldback_domain::Fold;
use foldback_domain::event::EventBody;
use serde_json::Value;

/// Who asks. A script's state is looked at where it lives; any other is brought to the engine when it has changed.
pub struct Asking {
    expr: Expr,
    /// Made when it is needed first.
    judge: Option<Judge>,
    /// What the engine has of the state.
    brought: Option<Value>,
    /// What is looked at without the engine.
    image: Image,
    /// How often it did not end.
    endless: u32,
}

/// How often an expression may take too long before it is not asked any more: each time costs a good part of a second.
const ENDLESS: u32 = 10;

impl Asking {
    /// Who asks this expression.
    pub fn new(expr: Expr) -> Asking {
        Asking { expr, judge: None, brought: None, image: Image::default(), endless: 0 }
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Whether the expression holds after an event; why that cannot be said, where it throws.
    pub fn holds(&mut self, fold: Option<&mut (dyn Fold + 'static)>, event: &EventBody) -> Result<bool, String> {
        if self.endless >= ENDLESS {
            return Err(format!("it did not end {ENDLESS} times, and is not asked any more"));
        }
        let held = self.ask(fold, event);
        self.endless += u32::from(held.as_ref().is_err_and(Trouble::is_endless));
        held.map_err(|trouble| trouble.why)
    }

    fn ask(&mut self, fold: Option<&mut (dyn Fold + 'static)>, event: &EventBody) -> Result<bool, Trouble> {
        let Some(fold) = fold.filter(|_| self.expr.needs_state()) else {
            if let Some(held) = self.expr.plain().and_then(|plain| plain.holds(None, event, &mut self.image)) {
                return Ok(held);
            }
            return self.judge()?.holds(event);
        };
        if let Some(live) = fold.as_any().and_then(|fold| fold.downcast_mut::<ScriptFold>()) {
            return live.holds(&self.expr, event);
        }
        if let Some(held) = self.expr.plain().and_then(|plain| plain.holds(Some(fold), event, &mut self.image)) {
            return Ok(held);
        }
        self.follow(fold)?;
        self.judge()?.holds(event)
    }

    /// Brings what has changed of the state to the engine.
    fn follow(&mut self, fold: &dyn Fold) -> Result<(), Trouble> {
        let edits = self.brought.as_ref().and_then(|brought| fold.edits(brought, self.expr.members()));
        let (Some(edits), Some(mut brought)) = (edits, self.brought.take()) else {
            let state = shown(fold, self.expr.members()).map_err(|error| Trouble::new(error.reason()))?;
            return self.bring(state);
        };
        self.judge()?.follow(&edits, &mut brought)?;
        self.brought = Some(brought);
        Ok(())
    }

    /// Whether the expression holds of a state that is there as JSON, and of an event.
    pub fn holds_of(&mut self, state: Option<&Value>, event: &EventBody) -> Result<bool, String> {
        if let Some(state) = state.filter(|_| self.expr.needs_state()) {
            self.bring(state.clone()).map_err(|trouble| trouble.why)?;
        }
        self.judge().and_then(|judge| judge.holds(event)).map_err(|trouble| trouble.why)
    }

    /// Brings a state to the engine, unless it is there.
    fn bring(&mut self, state: Value) -> Result<(), Trouble> {
        if self.brought.as_ref() != Some(&state) {
            self.brought = None;
            self.judge()?.take_state(&state)?;
            self.brought = Some(state);
        }
        Ok(())
    }

    fn judge(&mut self) -> Result<&mut Judge, Trouble> {
        if self.judge.is_none() {
            self.judge = Some(Judge::new(self.expr.clone())?);
        }
        Ok(self.judge.as_mut().expect("it was made"))
    }
}
