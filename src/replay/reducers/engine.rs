//! The script engine in its sandbox: no IO, clock or randomness, and bounded memory, time and stack.

use rquickjs::context::{EvalOptions, intrinsic};
use rquickjs::{CatchResultExt, CaughtError, Coerced, Context, Ctx, FromJs, Function, Object, Runtime, Value};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How much one engine may hold: the script, and the state of the fold.
const MEMORY: usize = 64 << 20;
/// How deep calls may go, in bytes.
const STACK: usize = 512 << 10;
/// How often the engine asks whether to go on before a call has run too long: it asks every 10,000 jumps or calls.
/// Work is counted and not time, so that a fold ends the same way on a busy machine.
const PATIENCE: u32 = 1_000;
/// Where the engine's own functions take long between two questions, a clock ends them after all.
const LONGEST: Duration = Duration::from_secs(5);
/// How the reason begins where something was stopped.
const ENDLESS: &str = "it does not end";
/// How many of the steps that a script put off are run to be rid of them.
const PUT_OFF: u32 = 1_000;
/// How many characters of what a script throws are repeated.
const LONGEST_REASON: usize = 500;
/// What the script's file is called inside the engine.
const FILE: &str = "script";

/// What a context has beyond the language itself. What is not named here is not there: Date, performance. Promises are
/// there because the engine aborts at `async` and `import()` without them; the prelude takes them out of reach.
type Allowed = (
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::MapSet,
    intrinsic::TypedArrays,
    intrinsic::Proxy,
    intrinsic::Promise,
);

/// Why a script could not do its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where in the script.
    pub line: Option<u32>,
    /// What is wrong, as a clause.
    pub why: String,
}

impl Trouble {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Trouble { line: None, why: why.into() }
    }

    /// Whether it was stopped because it took too long.
    pub(super) fn is_endless(&self) -> bool {
        self.why.starts_with(ENDLESS)
    }
}

/// What is kept in an engine between two calls.
#[derive(Clone, Copy)]
pub(super) enum Hand {
    /// What the prelude gives.
    Tools,
    /// The compiled script: a function.
    Make,
    /// What the script says of itself.
    Definition,
    /// The fold: its functions.
    Fold,
    /// The fold's function that takes an event.
    Step,
    /// The expression: a function.
    Test,
}

/// Values that are kept in the engine, by [`Hand`].
type Hands<'js> = RefCell<Vec<Value<'js>>>;

/// One engine: a runtime of its own, so that its bounds are its own.
pub(super) struct Engine {
    context: Context,
    asked: Arc<AtomicU32>,
}

impl Engine {
    /// An engine with the prelude and nothing else.
    pub fn new() -> Result<Engine, Trouble> {
        let failed = |error: rquickjs::Error| Trouble::new(format!("the script engine does not start: {error}"));
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        let asked = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&asked);
        let mut began = Instant::now();
        runtime.set_interrupt_handler(Some(Box::new(move || {
            let asked = counted.fetch_add(1, Ordering::Relaxed);
            if asked == 0 {
                began = Instant::now();
            }
            asked >= PATIENCE || began.elapsed() > LONGEST
        })));
        let context = Context::custom::<Allowed>(&runtime).map_err(failed)?;
        let engine = Engine { context, asked };
        engine.run(|ctx| {
            let none = Value::new_undefined(ctx.clone());
            let _ = ctx.store_userdata::<Hands<'_>>(RefCell::new(vec![none; Hand::Test as usize + 1]));
            let tools: Value<'_> = compile(ctx, include_str!("prelude.js"), "prelude")?;
            keep(ctx, Hand::Tools, tools);
            Ok(())
        })?;
        Ok(engine)
    }

    /// Does something in the engine, within its bounds.
    pub fn run<T>(&self, work: impl FnOnce(&Ctx<'_>) -> rquickjs::Result<T>) -> Result<T, Trouble> {
        self.asked.store(0, Ordering::Relaxed);
        self.context.with(|ctx| {
            let done = work(&ctx).catch(&ctx).map_err(|error| self.trouble(&error));
            // Nobody waits here: what was put off is run and forgotten, lest the next event finds it.
            let put_off = (0..PUT_OFF).take_while(|_| ctx.execute_pending_job()).count();
            match put_off {
                0 => done,
                _ => done.and(Err(Trouble::new("it is asynchronous: its answer must be there at once"))),
            }
        })
    }

    /// Whether something is put off without end.
    pub fn is_waiting(&self) -> bool {
        self.context.runtime().is_job_pending()
    }

    fn trouble(&self, error: &CaughtError<'_>) -> Trouble {
        let Trouble { line, mut why } = self.whole_trouble(error);
        if let Some((end, _)) = why.char_indices().nth(LONGEST_REASON) {
            why.truncate(end);
            why.push('…');
        }
        Trouble { line, why }
    }

    fn whole_trouble(&self, error: &CaughtError<'_>) -> Trouble {
        if self.asked.load(Ordering::Relaxed) > PATIENCE {
            let line = match error {
                CaughtError::Exception(exception) => exception.stack().as_deref().and_then(line_of),
                _ => None,
            };
            let why = format!("{ENDLESS}: it was stopped after 10 million steps for one event");
            return Trouble { line, why };
        }
        match error {
            CaughtError::Error(error) => Trouble::new(error.to_string()),
            CaughtError::Exception(exception) => {
                let line = exception.stack().as_deref().and_then(line_of);
                let message = exception.message().unwrap_or_default();
                let name = exception.get::<_, Option<Coerced<String>>>("name").ok().flatten();
                let name = name.map_or("Error".to_owned(), |name| name.0);
                let why = match message.as_str() {
                    "interrupted" => format!("{ENDLESS}: it was stopped after 5 seconds for one event"),
                    "out of memory" => format!("it needs more than {} MiB of memory", MEMORY >> 20),
                    "Maximum call stack size exceeded" | "stack overflow" => "its calls go too deep".to_owned(),
                    "" => name,
                    _ if name == "Error" => message,
                    _ => format!("{name}: {message}"),
                };
                Trouble { line, why }
            }
            CaughtError::Value(value) if value.is_null() || value.is_undefined() => {
                Trouble::new(format!("it needs more than {} MiB of memory", MEMORY >> 20))
            }
            CaughtError::Value(value) => {
                let thrown = Coerced::<String>::from_js(value.ctx(), value.clone());
                Trouble::new(format!("it throws {}", thrown.map_or("something".to_owned(), |text| text.0)))
            }
        }
    }
}

/// Evaluates a text in the engine's global scope, strictly.
fn compile<'js, V: FromJs<'js>>(ctx: &Ctx<'js>, text: &str, file: &str) -> rquickjs::Result<V> {
    let mut options = EvalOptions::default();
    options.filename = Some(file.to_owned());
    ctx.eval_with_options(text, options)
}

/// Compiles a function of the user's: its body stands on the lines that it has in the user's file.
pub(super) fn function<'js>(ctx: &Ctx<'js>, parameters: &str, body: &str) -> rquickjs::Result<Function<'js>> {
    compile(ctx, &format!("(function({parameters}) {{ \"use strict\"; {body}\n}})"), FILE)
}

/// Keeps a value in the engine.
pub(super) fn keep<'js>(ctx: &Ctx<'js>, hand: Hand, value: Value<'js>) {
    if let Some(hands) = ctx.userdata::<Hands<'js>>() {
        hands.borrow_mut()[hand as usize] = value;
    }
}

/// What was kept.
pub(super) fn kept<'js, V: FromJs<'js>>(ctx: &Ctx<'js>, hand: Hand) -> rquickjs::Result<V> {
    let value = ctx.userdata::<Hands<'js>>().map(|hands| hands.borrow()[hand as usize].clone());
    V::from_js(ctx, value.unwrap_or_else(|| Value::new_undefined(ctx.clone())))
}

/// A function among those that were kept together.
pub(super) fn tool<'js>(ctx: &Ctx<'js>, hand: Hand, name: &str) -> rquickjs::Result<Function<'js>> {
    kept::<Object<'js>>(ctx, hand)?.get(name)
}

/// The first line of a backtrace that lies in the user's text: `at <anonymous> (script:3:9)`.
fn line_of(stack: &str) -> Option<u32> {
    let inside = stack.split_once(&format!("{FILE}:"))?.1;
    inside.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
