//! One script: read, understood, and ready to fold.

use super::about::About;
use super::engine::{Engine, Hand, Trouble, function, keep, kept, tool};
use super::fold::ScriptFold;
use super::matching;
use foldback_domain::event::EventBody;
use foldback_domain::{Fold, FoldError, Reducer, ReducerInfo, ReducerKind};
use rquickjs::{Function, Object, Value};
use serde_json::Value as Json;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

/// How many engines wait for the next fold: making one takes as long as folding some hundred events.
const IDLE: usize = 4;

/// The parts of an event that a store is asked for only where the text of a script names them.
pub(super) const MORE: [&str; 11] = [
    "metadata",
    "metadataRaw",
    "bodyRaw",
    "streamId",
    "created",
    "eventId",
    "category",
    "globalPosition",
    "correlationId",
    "causationId",
    "actor",
];

/// A user's script.
pub struct Script {
    name: String,
    text: String,
    about: About,
    needs_more: bool,
    idle: Mutex<Vec<Engine>>,
}

/// Why a text is no script that foldback can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// The script's name.
    pub script: String,
    /// Where and why.
    pub trouble: Trouble,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.script)?;
        if let Some(line) = self.trouble.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.trouble.why)
    }
}

impl std::error::Error for ScriptError {}

impl Script {
    /// Reads a script and runs it for what it says of itself.
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> Result<Arc<Script>, ScriptError> {
        let (name, text) = (name.into(), text.into());
        let script = |trouble| ScriptError { script: name.clone(), trouble };
        let engine = load(&text).map_err(script)?;
        let about = engine
            .run(|ctx| tool(ctx, Hand::Tools, "about")?.call::<_, String>((kept::<Value<'_>>(ctx, Hand::Definition)?,)))
            .and_then(|about| serde_json::from_str::<About>(&about).map_err(|error| Trouble::new(error.to_string())))
            .map_err(script)?;
        let needs_more = about.partition || mentions(&text, &MORE);
        let idle = Mutex::new(vec![engine]);
        Ok(Arc::new(Script { name, text, about, needs_more, idle }))
    }

    /// What it is called: its file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The handler of an event's type.
    pub fn handler(&self, event_type: &str) -> Option<&str> {
        matching::handler(&self.about.handlers, event_type)
    }

    pub(super) fn needs_more(&self) -> bool {
        self.needs_more
    }

    /// An engine with the script in it, and no fold yet.
    pub(super) fn engine(&self) -> Result<Engine, Trouble> {
        if let Some(engine) = self.idle().pop() {
            return Ok(engine);
        }
        load(&self.text)
    }

    /// Takes an engine back whose fold has ended.
    pub(super) fn give_back(&self, engine: Engine) {
        let mut idle = self.idle();
        if idle.len() < IDLE {
            idle.push(engine);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Engine>> {
        self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The script as a reducer.
    pub fn reducer(self: &Arc<Self>) -> Arc<dyn Reducer> {
        Arc::new(ScriptReducer(Arc::clone(self)))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("name", &self.name).field("about", &self.about).finish_non_exhaustive()
    }
}

impl PartialEq for Script {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.text) == (&other.name, &other.text)
    }
}

/// Compiles a script and runs it once, so that what is wrong with it comes to light.
fn load(text: &str) -> Result<Engine, Trouble> {
    let engine = Engine::new()?;
    let loaded = engine.run(|ctx| {
        let words: String = kept::<Object<'_>>(ctx, Hand::Tools)?.get("words")?;
        let make = function(ctx, &words, text)?;
        keep(ctx, Hand::Make, make.into_value());
        define(ctx)
    });
    // What is missing at the end is missed behind it.
    let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    loaded.map_err(|trouble| Trouble { line: trouble.line.map(|line| line.min(last)), ..trouble })?;
    Ok(engine)
}

/// Runs the script anew, so that what it remembers beside its state is forgotten.
pub(super) fn define(ctx: &rquickjs::Ctx<'_>) -> rquickjs::Result<()> {
    let make: Function<'_> = kept(ctx, Hand::Make)?;
    let definition: Value<'_> = tool(ctx, Hand::Tools, "define")?.call((make,))?;
    keep(ctx, Hand::Definition, definition);
    Ok(())
}

/// Whether a text has one of these words, as a word.
pub(super) fn mentions(text: &str, words: &[&str]) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.split(|c| !part(c)).any(|word| words.contains(&word))
}

struct ScriptReducer(Arc<Script>);

impl Reducer for ScriptReducer {
    fn info(&self) -> ReducerInfo {
        ReducerInfo { kind: ReducerKind::Script, name: self.0.name.clone() }
    }

    fn identity(&self) -> Option<String> {
        Some(format!("script {}", self.0.text))
    }

    fn start(&self) -> Box<dyn Fold> {
        Box::new(ScriptFold::start(Arc::clone(&self.0)))
    }

    fn restore(&self, saved: &[u8]) -> Result<Box<dyn Fold>, FoldError> {
        Ok(Box::new(ScriptFold::restore(Arc::clone(&self.0), saved)?))
    }

    fn event_types(&self) -> Vec<String> {
        self.0.about.handlers.iter().filter(|name| !name.starts_with('$')).cloned().collect()
    }

    fn upcast(&self, _: &EventBody) -> Option<Result<Json, FoldError>> {
        None
    }

    fn needs_more(&self) -> bool {
        self.0.needs_more
    }
}
