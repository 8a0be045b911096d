//! The command line as it is written. CLAP makes help, usage errors and completions from it.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// A terminal explorer and time-travel debugger for event-sourced systems.
#[derive(Debug, Parser)]
#[command(name = "foldback", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "Without a verb, foldback opens SOURCE (or the demo) in the terminal UI.\n\
    SOURCE is a SQLite file (path.db, sqlite:path.db), a file of events (events.jsonl), - or demo.\n\n\
    Exit codes: 0 answered, 1 a finding, 2 wrong usage, 3 the source cannot be opened or read,\n\
    4 no such stream, version or id, 5 the state is unavailable or partial.")]
pub struct Cli {
    /// What to open in the terminal UI: a SQLite file, a file of events, -, or demo.
    pub source: Option<String>,
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What every verb takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Read the tables by this layout: the name of a known one, or a TOML file.
    #[arg(long, global = true, value_name = "NAME|FILE.toml")]
    pub layout: Option<String>,
    /// Fold with foldback's own domain, though foldback did not make this store.
    #[arg(long, global = true)]
    pub domain: bool,
    /// Give up after this long: 500ms, 10s, 2m.
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// Print a JSON document: the same as --format json.
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// How to print.
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
    /// When to colour. NO_COLOR is honoured.
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned text.
    Table,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// When an answer is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The terminal UI on sample data: a small webshop, mid-incident.
    #[command(after_help = "Example:\n  foldback demo --db shop.db    keep the sample store in a file of your own")]
    Demo {
        /// Keep the sample store in this file; it is made when it is not there.
        #[arg(long, value_name = "PATH")]
        db: Option<PathBuf>,
    },
    /// What is here, and what needs attention.
    #[command(
        after_help = "Example:\n  foldback overview shop.db\n  foldback overview shop.db --json | jq '.attention[].next'"
    )]
    Overview {
        /// The source.
        source: String,
    },
    /// The streams.
    #[command(after_help = "Example:\n  foldback streams shop.db --category order --sort length --limit 10")]
    Streams(StreamsArgs),
    /// The events in global order.
    #[command(after_help = "Example:\n  foldback log shop.db --type 'Payment*' --since '2h ago'\n  \
        foldback log shop.db --format jsonl | foldback seed - -o copy.db")]
    Log(LogArgs),
    /// The state of a stream at a version or time.
    #[command(after_help = "Example:\n  foldback show shop.db order-1001@3\n  \
        foldback show shop.db order-1001 --json | jq .state.total")]
    Show(AtArgs),
    /// What changed in the state between two versions, path by path.
    #[command(after_help = "Example:\n  foldback diff shop.db order-1001@2..3\n  \
        foldback diff shop.db order-1001@3 order-1002@3")]
    Diff {
        /// The source.
        source: String,
        /// STREAM@A..B, or STREAM@A with a second one.
        from: String,
        /// OTHER@B: compare with another stream, or another version.
        to: Option<String>,
    },
    /// For each path of the state, the event that last changed it; with PATH, every event that ever did.
    #[command(after_help = "Example:\n  foldback blame shop.db order-1001\n  \
        foldback blame shop.db order-1001 /total --json | jq '.lines[].version'")]
    Blame {
        #[command(flatten)]
        at: AtArgs,
        /// A path of the state, as an RFC 6901 pointer: /items/0/quantity.
        path: Option<String>,
    },
    /// Run the embedded domain on a store that foldback made: projections, sagas, outbox.
    #[command(after_help = "Example:\n  foldback run shop.db --publish messages.jsonl\n  \
        foldback run shop.db --until-idle --fault 'payment.charge@1017=refuse:the card is declined'\n\n\
        CALL is one of payment.charge, payment.refund, inventory.reserve, inventory.release, shipping.book,\n\
        shipping.cancel, outbox.publish. FAULT is one of slow[:5s], late[:40s], refuse[:why], fail-once, fail,\n\
        twice, lost. @ORDER holds for one order, #N for the call with that number, %N for one order in so many.\n\n\
        One run works on a store at a time; another one stands by until it ends. Ctrl-C ends it with 0.")]
    Run(RunArgs),
    /// Take a dead letter up again: a projection's event, a saga's compensation, a message.
    #[command(after_help = "Example:\n  foldback retry shop.db saga:1 --dry-run    only say what it would do\n  \
        foldback retry shop.db projection:3 --skip    pass over it for good")]
    Retry(RetryArgs),
    /// Make a store from a file of events, one JSON object a line.
    #[command(after_help = "Example:\n  foldback seed events.jsonl -o shop.db")]
    Seed {
        /// The file, or - for standard input.
        file: String,
        /// The store to make; it must not be there yet.
        #[arg(short, long, value_name = "FILE.db")]
        output: PathBuf,
    },
    /// The keys of the terminal UI.
    Keys,
    /// A completion script for a shell.
    #[command(
        after_help = "Example:\n  foldback completions bash > ~/.local/share/bash-completion/completions/foldback"
    )]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// What `run` takes.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The store; foldback must have made it.
    pub source: String,
    /// End when nothing is left to do.
    #[arg(long)]
    pub until_idle: bool,
    /// Publish the outbox' messages to this file, one JSON object a line. Without it they wait.
    #[arg(long, value_name = "FILE.jsonl")]
    pub publish: Option<PathBuf>,
    /// Let a call of a service go wrong.
    #[arg(long = "fault", value_name = "CALL[@ORDER][#N][%N]=FAULT")]
    pub faults: Vec<crate::engine::faults::FaultRule>,
}

/// What `retry` takes.
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The store; foldback must have made it.
    pub source: String,
    /// The dead letter, as kind:number: projection:3, saga:1, outbox:7.
    pub id: String,
    /// Pass over it for good instead of trying it again.
    #[arg(long)]
    pub skip: bool,
    /// Only say what it would do.
    #[arg(long)]
    pub dry_run: bool,
}

/// What `streams` takes.
#[derive(Debug, Args)]
pub struct StreamsArgs {
    /// The source.
    pub source: String,
    /// Only streams whose name matches: * is any text, ? is one character.
    #[arg(long = "match", value_name = "GLOB")]
    pub matching: Option<String>,
    /// Only streams of this category.
    #[arg(long)]
    pub category: Option<String>,
    /// The order.
    #[arg(long, value_enum, default_value_t = SortBy::Name)]
    pub sort: SortBy,
    /// At most so many.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Go on behind here: the `next` of the answer before.
    #[arg(long)]
    pub after: Option<String>,
}

/// The order of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// By name.
    Name,
    /// The longest first.
    Length,
    /// The one with the newest event first.
    Recent,
}

/// What `log` takes.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// The source.
    pub source: String,
    /// Only events of this stream.
    #[arg(long)]
    pub stream: Option<String>,
    /// Only events of streams of this category.
    #[arg(long)]
    pub category: Option<String>,
    /// Only events of this type: * is any text, ? is one character.
    #[arg(long = "type", value_name = "TYPE")]
    pub event_type: Option<String>,
    /// Only events recorded at this time or after it.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only events recorded at this time or before it.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only events at this position or after it.
    #[arg(long, value_name = "POS", allow_negative_numbers = true)]
    pub from: Option<i64>,
    /// Only events at this position or before it.
    #[arg(long, value_name = "POS", allow_negative_numbers = true)]
    pub to: Option<i64>,
    /// Only events of this correlation.
    #[arg(long, value_name = "ID")]
    pub correlation: Option<String>,
    /// At most so many.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Newest first.
    #[arg(long, conflicts_with = "follow")]
    pub reverse: bool,
    /// Go on with new events as they come, until interrupted.
    #[arg(long)]
    pub follow: bool,
}

/// A stream at a version or time.
#[derive(Debug, Clone, Args)]
pub struct AtArgs {
    /// The source.
    pub source: String,
    /// STREAM, STREAM@VERSION, STREAM@TIME or STREAM@start.
    #[arg(required_unless_present = "stream")]
    pub target: Option<String>,
    /// The stream, exactly: for names that end like @3.
    #[arg(long, value_name = "STREAM")]
    pub stream: Option<String>,
    /// The version or time, with --stream.
    #[arg(long, value_name = "VERSION|TIME", allow_negative_numbers = true)]
    pub at: Option<String>,
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|_| "expected a duration such as 500ms, 10s or 2m")?;
    Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
}
