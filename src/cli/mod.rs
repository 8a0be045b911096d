//! The command line: one file for each verb.

mod args;
mod audit;
mod audit_map;
mod audit_snapshots;
mod bisect;
mod blame;
mod compare;
mod completions;
mod dead_letters;
mod demo;
mod diff;
mod exec;
mod failure;
mod keys;
mod layouts;
mod log;
mod model_rows;
mod moment;
mod open;
mod output;
mod overview;
mod pattern;
mod projections;
mod query;
mod rebuild;
mod reducers;
mod retry;
mod run;
mod sagas;
mod seed;
mod show;
mod streams;
mod target;
mod trace;
mod what_if;
mod what_if_models;
mod what_if_text;
mod works;

use crate::adapters::SourceSpec;
use crate::adapters::layout::Found;
use crate::explore::Explorer;
use crate::explore::live::Live;
use args::{Cli, Common, Verb};
use clap::Parser;
use failure::Failure;
use foldback_domain::Registry;
use foldback_domain::event::Position;
use output::Output;
use std::borrow::Cow;
use std::ffi::OsString;
use std::future::Future;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// What the words on the command line ask for.
pub enum Asked {
    /// The terminal UI on a source.
    Screen(Box<Screen>),
    /// It was answered, with this exit code.
    Answered(ExitCode),
}

/// The terminal UI that was asked for.
#[derive(Debug, Clone)]
pub struct Screen {
    /// What to open, as typed; `demo` where nothing was.
    pub source: String,
    /// The options that opening takes.
    pub open: open::OpenArgs,
    /// Whether the demo's shop is to be at work.
    pub live: bool,
    /// Where its clock is to stand at the beginning, as typed.
    pub as_of: Option<String>,
}

impl Screen {
    /// What it is called, without a password and safe to show.
    pub fn shown(&self) -> String {
        let spec = SourceSpec::parse(&self.source);
        spec.map_or(String::new(), |spec| output::safe(&spec.words(&self.source)).into_owned())
    }

    /// The same, of one of several stores.
    pub fn of_store(self, store: &str) -> Screen {
        Screen { source: SourceSpec::words_for_store(&self.source, store), ..self }
    }
}

/// How long an interrupted answer may take to end before the program ends without it.
const GRACE: Duration = Duration::from_secs(2);

/// The exit code of an answer that is there but does not hold a whole state (CONTRACT: 5).
const PARTIAL: u8 = 5;

/// Reads the words and answers them, or says that the terminal UI is asked for. `mine` are the user's own aggregates.
pub async fn answer(words: impl IntoIterator<Item = OsString>, mine: Registry) -> Asked {
    let mut cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            // clap knows where help and errors go; a closed pipe is nobody's fault.
            let _ = error.print();
            return Asked::Answered(ExitCode::from(error.exit_code() as u8));
        }
    };
    cli.common.mine = mine;
    let common = cli.common.clone();
    let screen = |source: String| {
        let (open, as_of) = (open::OpenArgs::from(&common), common.as_of.clone());
        Box::new(Screen { source, open, live: false, as_of })
    };
    let on_terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal() && !json_asked(&common);
    let verb = match cli.verb {
        None => {
            let source = cli.source.unwrap_or_else(|| "demo".to_owned());
            if let Err(failure) = open::check_word(&source) {
                return Asked::Answered(fail(&failure));
            }
            if on_terminal {
                return Asked::Screen(screen(source));
            }
            Verb::Overview { source, estimate: false }
        }
        Some(Verb::Demo { live: true, db }) if on_terminal => {
            let source = db.map_or("demo".to_owned(), |path| path.to_string_lossy().into_owned());
            return Asked::Screen(Box::new(Screen { live: true, ..*screen(source) }));
        }
        Some(Verb::Demo { db, .. }) => match demo::source(db).await {
            Ok(source) if on_terminal => return Asked::Screen(screen(source)),
            Ok(source) => Verb::Overview { source, estimate: false },
            Err(failure) => return Asked::Answered(fail(&failure)),
        },
        Some(verb) => verb,
    };
    if let Err(failure) = refuse_past(&verb, &common) {
        return Asked::Answered(fail(&failure));
    }
    // It ends by itself when it is told to stop, with what it holds finished.
    if let Verb::Run(args) = &verb {
        return Asked::Answered(run::run(args).await.map_or_else(|failure| fail(&failure), ExitCode::from));
    }
    // A command may have been handled when its time is over: `exec` counts its own.
    let limit = common.timeout.filter(|_| !matches!(verb, Verb::Exec(_)));
    Asked::Answered(match until_told_to_stop(within(limit, dispatch(verb, &common))).await {
        Ok(code) => ExitCode::from(code),
        Err(failure) => fail(&failure),
    })
}

/// Why the terminal UI has nothing to show.
pub enum NotOpened {
    /// Why; it has not been said yet.
    Failed(Failure),
    /// Somebody has to say which store is meant.
    Several {
        /// What holds them, safe to show.
        source: String,
        /// The stores.
        stores: Vec<Found>,
    },
}

/// What the terminal UI shows.
pub struct Opened {
    /// The source.
    pub explorer: Explorer,
    /// The shop that is at work on it.
    pub live: Option<Live>,
    /// Where the clock stands at the beginning; `None` is now.
    pub as_of: Option<Position>,
}

/// Opens the source of the terminal UI, with the shop that is at work on it; says why not where it cannot.
pub async fn open_screen(screen: &Screen) -> Result<Opened, NotOpened> {
    let opening = async {
        if !screen.live {
            let explorer = open::explorer(&screen.source, &screen.open).await?;
            let as_of = open::beginning(&explorer, screen.as_of.as_deref(), &screen.open).await?;
            return Ok(Opened { explorer, live: None, as_of });
        }
        let file = (screen.source != "demo").then(|| Path::new(&screen.source));
        if let Some(file) = file {
            open::no_url("--db", &file.to_string_lossy())?;
        }
        let live = crate::explore::live::begin(file).await?;
        let source = format!("sqlite:{}", live.path.to_string_lossy());
        let args = open::OpenArgs { label: Some("demo --live".to_owned()), ..screen.open.clone() };
        let explorer = open::explorer(&source, &args).await?.at_another_time(live.shift);
        let as_of = open::beginning(&explorer, screen.as_of.as_deref(), &screen.open).await?;
        Ok(Opened { explorer, live: Some(live), as_of })
    };
    match until_told_to_stop(opening).await {
        Ok(opened) => Ok(opened),
        Err(Failure::SeveralStores(_)) => {
            let (source, stores) = layouts::stores(&screen.source, &screen.open).await.map_err(NotOpened::Failed)?;
            Err(NotOpened::Several { source, stores })
        }
        Err(failure) => Err(NotOpened::Failed(failure)),
    }
}

/// Refuses --as-of where an answer has no past.
fn refuse_past(verb: &Verb, common: &Common) -> Result<(), Failure> {
    let why = match verb {
        _ if common.as_of.is_none() => return Ok(()),
        Verb::Log(args) if args.follow => "new events come now, not in the past; leave --follow or --as-of out",
        Verb::Query { .. } | Verb::Audit(_) => {
            "it is about the rows as they are now; `projections --rows` has those of then"
        }
        Verb::Exec(_) | Verb::Run(_) | Verb::Rebuild(_) | Verb::Retry(_) | Verb::Seed { .. } => {
            "what writes has no past; leave it out"
        }
        Verb::Layouts { .. } | Verb::Keys | Verb::Completions { .. } => "this verb reads no events; leave it out",
        _ => return Ok(()),
    };
    Err(Failure::Usage(format!("--as-of: {why}")))
}

fn json_asked(common: &Common) -> bool {
    common.json || common.format.is_some()
}

/// Says why there is no answer, and gives the exit code for it.
pub fn fail(failure: &Failure) -> ExitCode {
    let message = failure.to_string();
    if !message.is_empty() {
        eprintln!("foldback: {}", bounded(&message));
    }
    ExitCode::from(failure.code())
}

/// A sentence that repeats something endless keeps its beginning and its end, where the next step is.
fn bounded(message: &str) -> Cow<'_, str> {
    const KEPT: (usize, usize) = (1_500, 500);
    let Some((cut, _)) = message.char_indices().nth(KEPT.0 + KEPT.1) else { return Cow::Borrowed(message) };
    let first = message[..cut].char_indices().nth(KEPT.0).map_or(cut, |(at, _)| at);
    let last = message.char_indices().rev().nth(KEPT.1 - 1).map_or(cut, |(at, _)| at);
    Cow::Owned(format!("{} … {}", &message[..first], &message[last..]))
}

async fn within(limit: Option<Duration>, answer: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    let Some(limit) = limit else { return answer.await };
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| {
        Err(Failure::Source(format!("no answer within {limit:?}; ask for less, or give more with --timeout")))
    })
}

/// An answer that is given up when somebody presses Ctrl-C or ends the program: what was half made goes away with it.
async fn until_told_to_stop<T>(answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // Where the reader of our output is stuck, so are we: then there is nobody to wait for.
    let stuck = tokio::spawn(async {
        told_to_stop().await;
        tokio::time::sleep(GRACE).await;
        std::process::exit(i32::from(Failure::Interrupted.code()));
    });
    // A log that is followed ends at Ctrl-C as it should: its own end comes first.
    let answer = tokio::select! {
        biased;
        answer = answer => answer,
        () = told_to_stop() => Err(Failure::Interrupted),
    };
    stuck.abort();
    answer
}

/// Returns when somebody asks the program to end, by Ctrl-C or otherwise.
async fn told_to_stop() {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::hangup())) {
        (Ok(mut told), Ok(mut hung_up)) => tokio::select! {
            _ = told.recv() => {}
            _ = hung_up.recv() => {}
        },
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

async fn dispatch(verb: Verb, common: &Common) -> Result<u8, Failure> {
    let mut out = Output::new(common);
    let code = match verb {
        Verb::Overview { source, estimate } => {
            overview::run(&open::open(&source, common).await?, estimate, &mut out).await?
        }
        Verb::Projections(args) => {
            let explorer = open::open(&args.at.source, common).await?;
            match &args.rows {
                Some(name) => model_rows::run(&explorer, name, &args, &mut out).await?,
                None => projections::run(&explorer, &args.at, &mut out).await?,
            }
        }
        Verb::Compare(args) => {
            compare::run(&open::open(&args.source, common).await?, &args, &common.mine, &mut out).await?
        }
        Verb::Audit(args) if args.snapshots => {
            audit_snapshots::run(&open::open(&args.source, common).await?, &mut out).await?
        }
        Verb::Audit(args) if args.map.is_some() || args.draft.is_some() => {
            let (explorer, options) = (open::open(&args.source, common).await?, open::OpenArgs::from(common));
            match &args.draft {
                Some(table) => audit_map::draft(&explorer, table, &args, &options, &mut out).await?,
                None => audit_map::run(&explorer, &args, &options, &mut out).await?,
            }
        }
        Verb::Audit(args) => audit::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::Sagas { at, saga } => {
            sagas::run(&open::open(&at.source, common).await?, &at, saga.as_deref(), &mut out).await?
        }
        Verb::Trace { at, id } => trace::run(&open::open(&at.source, common).await?, &at, &id, &mut out).await?,
        Verb::DeadLetters(args) => dead_letters::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::Streams(args) => streams::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::Log(args) => log::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::Show(args) => show::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::Diff { source, from, to } => {
            diff::run(&open::open(&source, common).await?, &from, to.as_deref(), &mut out).await?
        }
        Verb::Blame { at, path } => {
            blame::run(&open::open(&at.source, common).await?, &at, path.as_deref(), &mut out).await?
        }
        Verb::Reducers { source } => reducers::run(&open::open(&source, common).await?, &mut out).await?,
        Verb::Bisect(args) => bisect::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::WhatIf(args) => what_if::run(&open::open(&args.source, common).await?, &args, &mut out).await?,
        Verb::Retry(args) => retry::run(&args, &mut out).await?,
        Verb::Run(_) => unreachable!("run was answered before"),
        Verb::Seed { file, output } => seed::run(&file, &output, &mut out).await?,
        Verb::Exec(args) => exec::run(&args, common.timeout, &mut out).await?,
        Verb::Query { db, name, fields } => query::run(&db, &name, &fields, &mut out).await?,
        Verb::Rebuild(args) => rebuild::run(&args, &mut out).await?,
        Verb::Layouts { source, draft } => layouts::run(source.as_deref(), draft, common, &mut out).await?,
        Verb::Keys => keys::run(&mut out)?,
        Verb::Completions { shell } => completions::run(shell, &mut out)?,
        Verb::Demo { .. } => unreachable!("the demo is answered as a screen or an overview"),
    };
    out.flush()?;
    Ok(code)
}

/// A path, made safe to show.
fn shown_path(path: &Path) -> String {
    output::safe(&path.to_string_lossy()).into_owned()
}
