//! Expressions over `state` and `event`, in the language of the scripts.

use super::engine::{Engine, Hand, Trouble, function, keep, kept, tool};
use super::input;
use super::plain::{INHERITED, Plain};
use super::script::{MORE, mentions};
use foldback_domain::event::{EventBody, Payload};
use foldback_domain::{Became, Edit};
use rquickjs::{Ctx, Value};
use serde_json::Value as Json;

/// An expression that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    text: String,
    state: bool,
    event: bool,
    /// The same, where it needs no engine.
    plain: Option<Plain>,
    /// The only top-level members of the state that it can look at; `None` where it may look at any.
    members: Option<Vec<String>>,
}

impl Expr {
    /// Reads an expression; what is wrong with it is said as a clause.
    pub fn parse(text: &str) -> Result<Expr, Trouble> {
        let expr = Expr {
            text: text.to_owned(),
            state: mentions(text, &["state"]),
            event: mentions(text, &["event"]),
            plain: Plain::parse(text),
            members: members(text),
        };
        if text.trim().is_empty() {
            return Err(Trouble::new("it is empty"));
        }
        let engine = Engine::new()?;
        engine.run(|ctx| expr.compile(ctx))?;
        // What closes the parentheses around it and opens others does not fit into brackets too.
        engine
            .run(|ctx| function(ctx, "", &format!("[\n{text}\n];")).map(drop))
            .map_err(|_| Trouble::new("it is more than one expression"))?;
        Ok(expr)
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it looks at the state.
    pub fn needs_state(&self) -> bool {
        self.state
    }

    /// Whether it looks at the event.
    pub fn needs_event(&self) -> bool {
        self.event
    }

    /// Whether it looks at more of the event than its payload: [`EventBody::more`] must be there for it.
    pub fn needs_more(&self) -> bool {
        self.event && mentions(&self.text, &MORE)
    }

    /// The same, where it can be answered without the engine.
    pub fn plain(&self) -> Option<&Plain> {
        self.plain.as_ref()
    }

    /// The only top-level members of the state that it can look at; `None` where it may look at any.
    pub fn members(&self) -> Option<&[String]> {
        self.members.as_deref()
    }

    pub(super) fn compile(&self, ctx: &Ctx<'_>) -> rquickjs::Result<()> {
        // Constants, so that `event = 7` throws: parameters can be assigned to.
        let given = "const state = arguments[0], event = arguments[1];";
        let test = function(ctx, "", &format!("{given} return (\n{}\n);", self.text))?;
        keep(ctx, Hand::Test, test.into_value());
        Ok(())
    }

    /// The event as the expression sees it; nothing where it does not look.
    pub(super) fn event<'js>(&self, ctx: &Ctx<'js>, event: &EventBody) -> rquickjs::Result<Value<'js>> {
        if !self.event {
            return Ok(Value::new_undefined(ctx.clone()));
        }
        let data = input::data(ctx, &event.data)?;
        let version = input::number(ctx, event.version)?;
        let make = tool(ctx, Hand::Tools, "event")?;
        if event.more.is_none() && matches!(event.data, Payload::Json(_)) {
            return make.call((data, event.event_type.as_ref(), version));
        }
        let more = input::more(ctx, &event.data, event.more.as_deref())?;
        make.call((data, event.event_type.as_ref(), version, more))
    }
}

/// The members of the state that a text names, where it can look at no others: everywhere the state is followed by a
/// point and a name, and nothing else leads to it.
fn members(text: &str) -> Option<Vec<String>> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    if text.contains('\\') || mentions(text, &["arguments", "eval", "Function", "constructor", "this"]) {
        return None;
    }
    let mut members = Vec::new();
    for (at, _) in text.match_indices("state") {
        let (before, behind) = (&text[..at], &text[at + "state".len()..]);
        if before.ends_with(part) || behind.starts_with(part) {
            continue;
        }
        let name = behind.strip_prefix("?.").or_else(|| behind.strip_prefix('.'))?;
        let name = &name[..name.find(|c| !part(c)).unwrap_or(name.len())];
        // What every object inherits may look at all of it: `state.hasOwnProperty("paid")`.
        if name.is_empty() || INHERITED.contains(&name) {
            return None;
        }
        if !members.iter().any(|known| known == name) {
            members.push(name.to_owned());
        }
    }
    Some(members)
}

/// Whether the engine, which puts a new member behind the others unless its key is a number, has the members in the same
/// order behind an edit as a fresh state would.
fn keeps_order(edit: &Edit, state: &Json) -> bool {
    let Some((key, way)) = edit.path.split_last() else { return false };
    if edit.path.iter().any(|key| key == "__proto__") {
        return false;
    }
    let holder = way.iter().try_fold(state, |state, key| match state {
        Json::Array(items) => items.get(key.parse::<usize>().ok()?),
        state => state.get(key),
    });
    match (holder, &edit.what) {
        (Some(Json::Object(members)), Became::Added(number, _)) => {
            members.len() == *number || key.parse::<u32>().is_ok_and(|n| n.to_string() == *key && n < u32::MAX)
        }
        (Some(Json::Array(items)), Became::Added(number, _)) => items.len() == *number,
        // What is taken out of an array leaves a hole in the engine's.
        (Some(Json::Array(_)), Became::Removed) => false,
        (holder, _) => holder.is_some(),
    }
}

/// Asks an expression of states that live elsewhere, and of events.
pub struct Judge {
    expr: Expr,
    engine: Engine,
}

impl Judge {
    /// Who asks this expression.
    pub fn new(expr: Expr) -> Result<Judge, Trouble> {
        let engine = Engine::new()?;
        engine.run(|ctx| expr.compile(ctx))?;
        Ok(Judge { expr, engine })
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Takes the state that is asked about from now on.
    pub fn take_state(&mut self, state: &Json) -> Result<(), Trouble> {
        let text = state.to_string();
        self.engine.run(|ctx| tool(ctx, Hand::Tools, "given")?.call((input::json(ctx, &text)?,)))
    }

    /// Brings the state that was taken up to date, here and in the engine.
    pub(super) fn follow(&mut self, edits: &[Edit], state: &mut Json) -> Result<(), Trouble> {
        let mut alike = true;
        for edit in edits {
            alike &= keeps_order(edit, state);
            edit.apply(state);
        }
        if !alike {
            return self.take_state(state);
        }
        self.engine.run(|ctx| {
            for Edit { path, what } in edits {
                let path = Json::from(path.as_slice()).to_string();
                let value = match what {
                    Became::Set(value) | Became::Added(_, value) => input::json(ctx, &value.to_string())?,
                    Became::Removed => Value::new_undefined(ctx.clone()),
                };
                tool(ctx, Hand::Tools, "change")?.call::<_, ()>((path, value))?;
            }
            Ok(())
        })
    }

    /// Whether the expression holds of the state that was taken, and of an event.
    pub fn holds(&mut self, event: &EventBody) -> Result<bool, Trouble> {
        self.engine.run(|ctx| {
            let test: Value<'_> = kept(ctx, Hand::Test)?;
            let event = self.expr.event(ctx, event)?;
            tool(ctx, Hand::Tools, "holds")?.call((test, event))
        })
    }
}
