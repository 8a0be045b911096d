//! A script's fold: the state lives in the engine, and what was folded since the last copy of it is remembered, so
//! that a handler that fails half-way leaves no trace.

use super::engine::{Engine, Hand, Trouble, keep, kept, tool};
use super::expr::Expr;
use super::input;
use super::script::{Script, define};
use super::since::{Remembered, Since};
use foldback_domain::event::{EventBody, Payload, Version};
use foldback_domain::{Fold, FoldError, Member, Violation, Want};
use rquickjs::{Function, Object, Value};
use serde_json::Value as Json;
use std::any::Any;
use std::sync::Arc;

/// How many events lie between two copies of the state at least.
const SPACING: usize = 256;
/// Copying this many bytes of state takes about as long as folding an event, ten times over.
const BYTES_PER_EVENT: usize = 16;
/// How many bytes of events are remembered at most.
const REMEMBERED: usize = 8 << 20;
/// How many event types are remembered with their handler; beyond that they are looked up each time.
const TYPES: usize = 256;

/// The fold of one stream by a script.
pub struct ScriptFold {
    script: Arc<Script>,
    /// `None` where the fold could not begin, or could not be brought back after a failure: `broken` says why.
    engine: Option<Engine>,
    broken: Option<Trouble>,
    /// The copy of the state that failures go back to; `None` is the initial state.
    copy: Option<Vec<u8>>,
    /// What was folded since.
    since: Since,
    /// Whether the state can no longer be copied, so that there is nothing to go back to.
    uncopied: bool,
    types: Vec<(Arc<str>, Option<i32>)>,
    /// The expression that the engine holds, compiled.
    tested: Option<String>,
}

impl ScriptFold {
    /// A fold at its beginning.
    pub(super) fn start(script: Arc<Script>) -> Self {
        let mut fold = ScriptFold {
            script,
            engine: None,
            broken: None,
            copy: None,
            since: Since::default(),
            uncopied: false,
            types: Vec::new(),
            tested: None,
        };
        if let Err(trouble) = fold.begin() {
            fold.broken = Some(trouble);
        }
        fold
    }

    /// A fold from a copy of its state.
    pub(super) fn restore(script: Arc<Script>, saved: &[u8]) -> Result<Self, FoldError> {
        let mut fold = ScriptFold::start(script);
        if fold.broken.is_none() {
            fold.copy = Some(saved.to_vec());
            fold.load().map_err(|trouble| FoldError::NotAState(trouble.why))?;
        }
        Ok(fold)
    }

    /// Takes an engine and begins the fold in it.
    fn begin(&mut self) -> Result<(), Trouble> {
        let engine = self.script.engine()?;
        self.types.clear();
        self.tested = None;
        engine.run(|ctx| {
            define(ctx)?;
            let definition: Value<'_> = kept(ctx, Hand::Definition)?;
            let fold: Object<'_> = tool(ctx, Hand::Tools, "begin")?.call((definition,))?;
            keep(ctx, Hand::Step, fold.get("step")?);
            keep(ctx, Hand::Fold, fold.into_value());
            Ok(())
        })?;
        self.engine = Some(engine);
        Ok(())
    }

    /// Puts the copy of the state into the engine.
    fn load(&mut self) -> Result<(), Trouble> {
        let Some(copy) = &self.copy else { return Ok(()) };
        let text = std::str::from_utf8(copy).map_err(|error| Trouble::new(error.to_string()))?;
        if !text.starts_with(['J', 'G']) {
            return Err(Trouble::new("it is of another kind"));
        }
        self.engine()?.run(|ctx| tool(ctx, Hand::Fold, "load")?.call((text,)))
    }

    fn engine(&self) -> Result<&Engine, Trouble> {
        self.engine.as_ref().ok_or_else(|| self.broken.clone().unwrap_or_else(|| Trouble::new("the fold has ended")))
    }

    /// The handler's number in the engine; `None` where no handler is meant for the type.
    fn slot(&mut self, event_type: &Arc<str>) -> Result<Option<i32>, Trouble> {
        if let Some((_, slot)) = self.types.iter().find(|(known, _)| Arc::ptr_eq(known, event_type)) {
            return Ok(*slot);
        }
        if let Some((_, slot)) = self.types.iter().find(|(known, _)| known == event_type) {
            return Ok(*slot);
        }
        let slot = match self.script.handler(event_type) {
            None => None,
            Some(name) => Some(
                self.engine()?.run(|ctx| tool(ctx, Hand::Fold, "slot")?.call::<_, i32>((event_type.as_ref(), name)))?,
            ),
        };
        if self.types.len() < TYPES {
            self.types.push((Arc::clone(event_type), slot));
        }
        Ok(slot)
    }

    /// Gives an event to its handler; whether it has one.
    fn step(&mut self, event: &EventBody) -> Result<bool, Trouble> {
        let Some(slot) = self.slot(&event.event_type)? else { return Ok(false) };
        match &event.data {
            Payload::Json(text) if !self.script.needs_more() => self.give(slot, text, event.version)?,
            _ => self.engine()?.run(|ctx| {
                let data = input::data(ctx, &event.data)?;
                let more = input::more(ctx, &event.data, event.more.as_deref())?;
                tool(ctx, Hand::Fold, "wide")?.call((slot, data, input::number(ctx, event.version)?, more))
            })?,
        }
        Ok(true)
    }

    /// Gives a payload to a handler that wants nothing else.
    fn give(&self, slot: i32, text: &str, version: Version) -> Result<(), Trouble> {
        self.engine()?.run(|ctx| {
            let data = input::json(ctx, text)?;
            kept::<Function<'_>>(ctx, Hand::Step)?.call((slot, data, input::number(ctx, version)?))
        })
    }

    /// Remembers an event that was folded, and copies the state from time to time.
    fn remember(&mut self, event: &EventBody) {
        match &event.data {
            Payload::Json(text) if !self.script.needs_more() => {
                self.since.push_text(&event.event_type, event.version, text)
            }
            _ => self.since.push(event),
        }
        let far = self.copy.as_ref().map_or(0, Vec::len) / BYTES_PER_EVENT;
        if self.since.len() < SPACING.max(far) && self.since.bytes < REMEMBERED {
            return;
        }
        match self.save() {
            Ok(copy) => self.copy = Some(copy),
            Err(_) if self.since.bytes < REMEMBERED => return,
            Err(_) => self.uncopied = true,
        }
        self.since.clear();
    }

    /// Brings the state before the failed event back, in an engine that the failure did not touch.
    fn go_back(&mut self) {
        self.engine = None;
        let since = std::mem::take(&mut self.since);
        let again = || -> Result<(), Trouble> {
            if self.uncopied {
                return Err(Trouble::new("the state before the event is lost: it cannot be copied"));
            }
            self.begin()?;
            self.load()?;
            since.iter().try_for_each(|event| match event {
                Remembered::Whole(event) => self.step(event).map(drop),
                Remembered::Text(event_type, version, text) => match self.slot(event_type)? {
                    Some(slot) => self.give(slot, text, version),
                    None => Ok(()),
                },
            })
        }();
        self.since = since;
        if let Err(trouble) = again {
            self.engine = None;
            self.broken = Some(trouble);
        }
    }

    fn failed(&self, event: &EventBody, trouble: Trouble) -> FoldError {
        FoldError::Script {
            version: event.version,
            event_type: event.event_type.to_string(),
            script: self.script.name().to_owned(),
            line: trouble.line,
            why: trouble.why,
        }
    }

    fn no_state(&self, trouble: Trouble) -> FoldError {
        FoldError::NoState { script: self.script.name().to_owned(), line: trouble.line, why: trouble.why }
    }

    /// Whether an expression holds of the state where it is, and of an event.
    pub fn holds(&mut self, expr: &Expr, event: &EventBody) -> Result<bool, Trouble> {
        let compiled = self.tested.as_deref() == Some(expr.text());
        let result = self.engine()?.run(|ctx| {
            if !compiled {
                expr.compile(ctx)?;
            }
            let test: Value<'_> = kept(ctx, Hand::Test)?;
            let event = expr.event(ctx, event)?;
            let how = if expr.plain().is_some_and(|plain| !plain.calls()) { "plainly" } else { "holds" };
            tool(ctx, Hand::Fold, how)?.call((test, event))
        });
        self.tested = Some(expr.text().to_owned());
        // What the expression goes on putting off is not the script's: the next handler shall not be blamed for it.
        if self.engine.as_ref().is_some_and(Engine::is_waiting) {
            self.go_back();
        }
        result
    }
}

impl Fold for ScriptFold {
    fn apply(&mut self, event: &EventBody) -> Result<(), FoldError> {
        match self.step(event) {
            Ok(true) => self.remember(event),
            Ok(false) => {}
            Err(trouble) => {
                if self.engine.is_some() {
                    self.go_back();
                }
                return Err(self.failed(event, trouble));
            }
        }
        Ok(())
    }

    fn state(&self) -> Result<Json, FoldError> {
        self.engine()
            .and_then(|engine| engine.run(|ctx| tool(ctx, Hand::Fold, "out")?.call::<_, String>(())))
            .and_then(|text| serde_json::from_str(&text).map_err(|error| Trouble::new(error.to_string())))
            .map_err(|trouble| self.no_state(trouble))
    }

    fn members(&self, wants: &[Want]) -> Option<Vec<Member>> {
        let names: Vec<&str> = wants.iter().map(|want| want.name.as_str()).collect();
        let names_text = serde_json::to_string(&names).ok()?;
        let made = self.engine().and_then(|engine| {
            engine.run(|ctx| tool(ctx, Hand::Fold, "members")?.call::<_, String>((names_text.as_str(),)))
        });
        let found: serde_json::Map<String, Json> = serde_json::from_str(&made.ok()?).ok()?;
        Some(names.iter().map(|name| found.get(*name).cloned().map_or(Member::Missing, Member::Other)).collect())
    }

    fn save(&self) -> Result<Vec<u8>, FoldError> {
        self.engine()
            .and_then(|engine| engine.run(|ctx| tool(ctx, Hand::Fold, "save")?.call::<_, String>(())))
            .map(String::into_bytes)
            .map_err(|trouble| self.no_state(trouble))
    }

    fn violations(&self) -> Vec<Violation> {
        Vec::new()
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }
}

impl Drop for ScriptFold {
    fn drop(&mut self) {
        let Some(engine) = self.engine.take() else { return };
        // The state goes with the fold; the engine waits for the next.
        let forgotten = engine.run(|ctx| {
            keep(ctx, Hand::Step, Value::new_undefined(ctx.clone()));
            keep(ctx, Hand::Fold, Value::new_undefined(ctx.clone()));
            Ok(())
        });
        if forgotten.is_ok() {
            self.script.give_back(engine);
        }
    }
}
