//! The command line as it is written. CLAP makes help, usage errors and completions from it.

use super::audit::AuditArgs;
use super::bisect::BisectArgs;
use super::compare::CompareArgs;
use super::exec::ExecArgs;
use super::log::LogArgs;
use super::output::AsOf;
use super::projections::ProjectionsArgs;
use super::rebuild::RebuildArgs;
use super::retry::RetryArgs;
use super::run::RunArgs;
use super::streams::StreamsArgs;
use super::what_if::WhatIfArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use foldback_domain::Registry;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A terminal explorer and time-travel debugger for event-sourced systems.
#[derive(Debug, Parser)]
#[command(name = "foldback", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "Without a verb, foldback opens SOURCE (or the demo) in the terminal UI.\n\
    SOURCE is a SQLite file (path.db, sqlite:path.db), postgres://user@host/database?schema=NAME,\n\
    a file of events (events.jsonl), - or demo.\n\n\
    --as-of moves the clock of every verb that reads: --as-of 1,204, --as-of 'yesterday 14:34:12',\n\
    --as-of EVENT_ID for just after an event, --as-of EVENT_ID^ for just before it.\n\n\
    Exit codes: 0 answered or done, 1 a finding or a refusal, 2 wrong usage, 3 the source cannot be\n\
    opened, read or written, 4 no such stream, version or id, 5 the state is unavailable or partial.")]
pub struct Cli {
    /// What to open in the terminal UI: a SQLite file, postgres://…, a file of events, -, or demo.
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
    /// Fold with your own reducers: a script, or a folder of them; they go before all others. May be given again.
    #[arg(long, global = true, value_name = "FILE|DIR")]
    pub reducers: Vec<PathBuf>,
    /// Aggregates of the user's own, where foldback is part of another program.
    #[arg(skip)]
    pub mine: Registry,
    /// Neither use nor keep folds of long streams in the cache folder.
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// Look at everything as it was when the log's last event was this one: a position, a time, or an event's id. With
    /// ^ behind it, just before that event.
    #[arg(long, global = true, value_name = "POSITION|TIME|EVENT_ID", allow_hyphen_values = true)]
    pub as_of: Option<String>,
    /// What --as-of turned out to be, once the source is open.
    #[arg(skip)]
    pub then: Arc<OnceLock<AsOf>>,
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
    #[command(after_help = "Example:\n  foldback demo --db shop.db    keep the sample store in a file of your own\n  \
        foldback demo --live          customers come, and things go wrong; P pauses, } and { set the pace")]
    Demo {
        /// Keep the shop running on a copy, or on the file of --db.
        #[arg(long)]
        live: bool,
        /// Keep the sample store in this file; it is made when it is not there.
        #[arg(long, value_name = "PATH")]
        db: Option<PathBuf>,
    },
    /// What is here, and what needs attention.
    #[command(
        after_help = "Example:\n  foldback overview shop.db\n  foldback overview shop.db --json | jq '.attention[].next'\n  \
        foldback overview shop.db --as-of 'yesterday 14:34'    what was here then, and what needed attention"
    )]
    Overview {
        /// The source.
        source: String,
        /// Do not count: say about how many events there are, where the database knows that by itself.
        #[arg(long)]
        estimate: bool,
    },
    /// The streams.
    #[command(after_help = "Example:\n  foldback streams shop.db --category order --sort length --limit 10")]
    Streams(StreamsArgs),
    /// The events in global order.
    #[command(after_help = "Example:\n  foldback log shop.db --type 'Payment*' --since '2h ago'\n  \
        foldback log shop.db --where 'event.data.amount > 100000 && event.actor === \"kim\"'\n  \
        foldback log shop.db --format jsonl | foldback seed - -o copy.db\n  \
        foldback log shop.db --pattern 'PaymentCaptured without PaymentAuthorized before'\n  \
        foldback log shop.db --pattern 'OrderConfirmed then PaymentRequested within 5s'\n\n\
        PATTERN is one of\n  \
        A without B before\n  \
        A then B [within SPAN]\n  \
        A never followed by B [within SPAN], or A then not B [within SPAN]\n\
        with 'by stream' behind it where one stream, and not one correlation id, holds what belongs together.\n\
        A and B are event types, with * for any text; SPAN is 500ms, 5s, 10m, 2h or 3d. The other filters\n\
        say which events are looked at.")]
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
    /// The first event after which an expression holds, per stream.
    #[command(after_help = "Example:\n  foldback bisect shop.db payment-1017 'state.refunded > state.captured'\n  \
        foldback bisect shop.db --category order 'state.total < 0' --json | jq '.findings[].stream_id'\n  \
        foldback bisect demo --all 'state.refunded > state.captured'    the first one overall stands first\n\n\
        EXPR is JavaScript over state and event (data, metadata, eventType, streamId, sequenceNumber,\n\
        created). Every event is looked at. Where EXPR throws, the event is undecided, and counted.\n\n\
        Exit codes: 0 it never holds, 1 it does, 5 not every event could be asked.")]
    Bisect(BisectArgs),
    /// The state on a branch where events are skipped, edited, inserted or moved, against main; nothing is written.
    #[command(after_help = "Example:\n  foldback what-if demo inventory-SKU-9 --skip 45\n  \
        foldback what-if demo payment-527 --skip 4 --json | jq '.differing[].changes'\n  \
        foldback what-if demo inventory-SKU-9 --command 'CountStock {\"sku\":\"SKU-9\",\"quantity\":-3}' --at 44\n  \
        foldback what-if demo inventory-SKU-9 --skip 45 --read-models\n  \
        foldback what-if demo payment-527 --skip 4 --export rust > tests/refund.rs\n\n\
        Recorded events are folded again as they are: nothing is decided anew. Those that the embedded\n\
        domain would refuse on the branch, or would decide differently, are marked.\n\n\
        Exit codes: 0 answered, 1 the command would be refused, 4 no such stream or version, 5 a state is\n\
        unavailable or partial.")]
    WhatIf(WhatIfArgs),
    /// Which category is covered by which reducer, and which event types no handler names.
    #[command(after_help = "Example:\n  foldback reducers shop.db --reducers payments.js\n  \
        foldback reducers shop.db --reducers reducers/ --json | jq '.categories[].unhandled_types'")]
    Reducers {
        /// The source.
        source: String,
    },
    /// Run the embedded domain on a store that foldback made: projections, sagas, outbox.
    #[command(after_help = "Example:\n  foldback run shop.db --publish messages.jsonl\n  \
        foldback run shop.db --until-idle --fault 'payment.charge@1017=refuse:the card is declined'\n\n\
        CALL is one of payment.charge, payment.refund, inventory.reserve, inventory.release,\n\
        shipping.book, shipping.cancel, outbox.publish. FAULT is one of slow[:5s], late[:40s],\n\
        refuse[:why], fail-once, fail[:why], twice, lost. @ORDER holds for one order, #N for the call\n\
        with that number, %N for one order in so many.\n\n\
        One run works on a store at a time; another one stands by until it ends. Ctrl-C ends it with 0.")]
    Run(RunArgs),
    /// Take a dead letter up again: a projection's event, a saga's compensation, a message.
    #[command(after_help = "Example:\n  foldback retry shop.db saga:1 --dry-run       only say what it would do\n  \
        foldback retry shop.db projection:3 --skip    pass over it for good\n\n\
        `foldback dead-letters shop.db` lists the ids. A step of a saga that is passed over counts as done\n\
        by hand: it is recorded, and no service is called.")]
    Retry(RetryArgs),
    /// The projections: how far each has come, how far behind it is, and how it is doing.
    #[command(
        after_help = "BEHIND is how old the oldest event is that it has not handled: as of now, of --as-of, or of the last sign of a store\n\
        that has been at rest for a day (looked_at in the document).\n\nConditions: current, behind, stalled (work, but nothing has moved for 30 s; a paused one \
        too), failed, replaying, unknown.\n\nExample:\n  foldback projections shop.db\n  \
        foldback projections shop.db --as-of 1204 --json | jq '.projections[] | select(.condition == \"failed\")'"
    )]
    Projections(ProjectionsArgs),
    /// Fold a read model again aside, and compare it with its live rows: where did they part?
    #[command(after_help = super::audit::help())]
    Audit(AuditArgs),
    /// Which streams end in a different state under two reducers, and the first event where each parts.
    #[command(
        after_help = "A reducer is a script, a folder of them, or the word domain: foldback's own, with its upcasters.\n\n\
        Example:\n  foldback compare shop.db --old order.js --new order-mended.js --category order\n  \
        foldback compare shop.db --old domain --new order.js --json | jq '.causes[]'\n  \
        foldback compare shop.db --old a/ --new b/ --resume notes.jsonl    Ctrl-C, and go on later\n\n\
        Where the ends differ, both states are compared after each event, by value: 1 and 1.0 are one.\n\
        In changes (at the end) and first_changes (at the parting), before is by the old reducer.\n\n\
        Exit codes: 0 every stream ends the same, 1 some do not, 4 no such category;\n\
        5 not every stream could be compared."
    )]
    Compare(CompareArgs),
    /// The sagas, or the steps of one.
    #[command(after_help = "Example:\n  foldback sagas shop.db\n  foldback sagas shop.db fulfil-1017 --as-of '2h ago'")]
    Sagas {
        #[command(flatten)]
        at: ProcessArgs,
        /// One saga: its steps and attempts over time.
        saga: Option<String>,
    },
    /// What led to what: everything under one correlation id, as a tree.
    #[command(after_help = "Example:\n  foldback trace shop.db 7c1e9f00-1b2c-4d3e-8f90-0123456789ab\n  \
        foldback trace shop.db 1204 --json | jq -r '.nodes[].type'")]
    Trace {
        #[command(flatten)]
        at: ProcessArgs,
        /// A correlation id, an event's id, or an event's position.
        id: String,
    },
    /// What a consumer gave up on, grouped by cause.
    #[command(after_help = "Example:\n  foldback dead-letters shop.db\n  \
        foldback dead-letters shop.db --json | jq -r '.groups[].items[].id'")]
    DeadLetters(ProcessArgs),
    /// Make a store from a file of events, one JSON object a line.
    #[command(after_help = "Example:\n  foldback seed events.jsonl -o shop.db")]
    Seed {
        /// The file, or - for standard input.
        file: String,
        /// The store to make: a file, or postgres://user@host/database?schema=NAME; it must not be there yet.
        #[arg(short, long, value_name = "DB")]
        output: PathBuf,
    },
    /// Give a command to the embedded domain, on a store that foldback made.
    #[command(after_help = super::exec::help())]
    Exec(ExecArgs),
    /// Ask a read model of a store that foldback made.
    #[command(after_help = super::query::help())]
    Query {
        /// The store: FILE.db, or postgres://user@host/database?schema=NAME.
        db: String,
        /// Which query.
        name: String,
        /// Its fields, as a JSON object; - reads it from standard input.
        #[arg(value_name = "JSON", default_value = "{}")]
        fields: String,
    },
    /// Rebuild a read model beside the live rows, and then swap them; or pause, resume and skip its projection.
    #[command(after_help = super::rebuild::help())]
    Rebuild(RebuildArgs),
    /// The layouts that are known; with SOURCE, which stores it holds, and why it has no other layout.
    #[command(after_help = "Example:\n  foldback layouts\n  foldback layouts shop.db\n  \
        foldback layouts --draft shop.db > mine.toml    write a layout file to correct\n  \
        foldback overview shop.db --layout mine.toml    and read by it\n\n\
        Exit code 3: no store was found in SOURCE. A database with several stores is opened with ?store=NAME.")]
    Layouts {
        /// The source: a database.
        source: Option<String>,
        /// Write a layout file to start from: as SOURCE is read now, or with what was found of its likeliest table.
        #[arg(long, requires = "source")]
        draft: bool,
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

/// What the verbs about processes take.
#[derive(Debug, Clone, Args)]
pub struct ProcessArgs {
    /// The source.
    pub source: String,
    /// At most so many.
    #[arg(long)]
    pub limit: Option<usize>,
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
    #[arg(long, value_name = "STREAM", allow_hyphen_values = true)]
    pub stream: Option<String>,
    /// The version or time, with --stream.
    #[arg(long, value_name = "VERSION|TIME", allow_negative_numbers = true)]
    pub at: Option<String>,
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|_| "expected a duration such as 500ms, 10s or 2m")?;
    Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
}
