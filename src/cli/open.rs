//! From a word to an open source.

use super::args::Common;
use super::failure::Failure;
use super::output::{AsOf, Waiting, safe};
use crate::adapters::{Loaded, OpenOptions, SourceSpec};
use crate::analysis::command::quoted;
use crate::explore::cache::Cache;
use crate::explore::config::Config;
use crate::explore::reducers::ScriptFiles;
use crate::explore::when::{self, NoPlace};
use crate::explore::{self, Explorer};
use foldback_domain::Registry;
use foldback_domain::event::Position;
use foldback_domain::source::Numbering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The options that opening takes, from the command line.
#[derive(Debug, Clone, Default)]
pub struct OpenArgs {
    /// The layout that overrides detection.
    pub layout: Option<String>,
    /// Whether the embedded domain may fold any store.
    pub domain: bool,
    /// The user's own reducers: files, or folders of them.
    pub reducers: Vec<PathBuf>,
    /// Aggregates of the user's own.
    pub mine: Registry,
    /// Whether folds are neither kept nor taken from the cache folder.
    pub no_cache: bool,
    /// What the source is called where its own name says nothing.
    pub label: Option<String>,
    /// Where a screen learns how far opening has come; otherwise a line on standard error says it.
    pub told: Option<Arc<Loaded>>,
}

impl OpenArgs {
    fn waiting(&self) -> Waiting {
        if self.told.is_some() { Waiting::silent() } else { Waiting::new() }
    }

    fn options(&self) -> OpenOptions {
        let loaded = self.told.clone().unwrap_or_default();
        OpenOptions { layout: self.layout.clone(), label: self.label.clone(), loaded, ..OpenOptions::default() }
    }
}

impl From<&Common> for OpenArgs {
    fn from(common: &Common) -> Self {
        OpenArgs {
            layout: common.layout.clone(),
            domain: common.domain,
            reducers: common.reducers.clone(),
            mine: common.mine.clone(),
            no_cache: common.no_cache,
            label: None,
            told: None,
        }
    }
}

/// Whether a first word that is no verb can be a source at all: it is known, is a file, or looks like a path or URL.
pub fn check_word(word: &str) -> Result<(), Failure> {
    if word == "demo" || word == "-" || word.contains(['/', '.', ':', '@']) || Path::new(word).exists() {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{word:?} is neither a verb nor a file here; foldback --help lists the verbs, and a source is a file such as shop.db"
    )))
}

/// Opens a source for reading.
pub async fn open(source: &str, common: &Common) -> Result<Explorer, Failure> {
    let explorer = explorer(source, &OpenArgs::from(common)).await?;
    if let Some(guess) = explorer.source().guess {
        eprintln!("foldback: read as generic: {}", safe(&guess.replace("SOURCE", explorer.words())));
    }
    for remark in &explorer.source().remarks {
        eprintln!("foldback: {}: {}", safe(common.layout.as_deref().unwrap_or("layout")), safe(remark));
    }
    match &common.as_of {
        Some(text) => then(explorer, text, common).await,
        None => Ok(explorer),
    }
}

/// The place that --as-of names.
async fn place(explorer: &Explorer, text: &str, waiting: &Waiting) -> Result<Position, Failure> {
    let found = when::place(explorer, text, explorer.now(), &waiting.reporter("looking for the time")).await?;
    waiting.clear();
    found.map_err(|why| match why {
        NoPlace::Wrong(why) => Failure::Usage(format!("--as-of: {why}")),
        NoPlace::Missing(why) => Failure::NotFound(format!("--as-of: {why}")),
    })
}

/// Where the terminal UI's clock stands at the beginning.
pub async fn beginning(explorer: &Explorer, text: Option<&str>, args: &OpenArgs) -> Result<Option<Position>, Failure> {
    match text {
        Some(text) => place(explorer, text, &args.waiting()).await.map(Some),
        None => Ok(None),
    }
}

/// The source as it was at what --as-of names.
async fn then(explorer: Explorer, text: &str, common: &Common) -> Result<Explorer, Failure> {
    let explorer = explorer.at(place(&explorer, text, &Waiting::new()).await?);
    let moment = AsOf::new(when::last(&explorer).await?);
    // Words such as `2h ago` mean another place tomorrow.
    let own_numbers = explorer.source().numbering == Numbering::Own;
    let word = moment.word(own_numbers).unwrap_or_else(|| text.to_owned());
    // The first answer that it is asked for is the only one.
    let _ = common.then.set(moment);
    Ok(explorer.as_of_said(&word))
}

/// Refuses a URL where a file is meant, without repeating it: it may hold a password.
pub fn no_url(what: &str, word: &str) -> Result<(), Failure> {
    if SourceSpec::is_url(word) {
        return Err(Failure::Usage(format!("{what} takes a file, not a URL; name a file such as shop.db")));
    }
    Ok(())
}

/// What a word and the options name: with what the configuration adds to it.
struct Meant {
    spec: SourceSpec,
    args: OpenArgs,
    /// Whether the word is a profile's name.
    profile: bool,
}

fn meant(source: &str, args: &OpenArgs) -> Result<Meant, Failure> {
    check_word(source)?;
    let config = Config::read().map_err(Failure::Usage)?;
    let mut spec = SourceSpec::parse(source).map_err(|e| Failure::Usage(e.to_string()))?;
    let mut args = args.clone();
    args.reducers.extend(config.reducers.iter().cloned());
    args.no_cache |= config.cache == Some(false);
    let profile = matches!(spec, SourceSpec::Profile(_));
    if let SourceSpec::Profile(name) = &spec {
        let profile = config.profile(name).map_err(Failure::Usage)?;
        args.layout = args.layout.or_else(|| profile.layout.clone());
        args.reducers.extend(profile.reducers.iter().cloned());
        spec = SourceSpec::parse(&profile.source).map_err(|e| Failure::Usage(format!("{source}: {e}")))?;
        if matches!(spec, SourceSpec::Profile(_)) {
            return Err(Failure::Usage(format!("{source} names another profile; its source is to be a source itself")));
        }
    }
    if let Some(layout) = &args.layout {
        no_url("--layout", layout)?;
        if !spec.is_database() {
            let source = spec.words(source);
            return Err(Failure::Usage(format!("--layout is for tables of a database; {source} has its own form")));
        }
    }
    Ok(Meant { spec, args, profile })
}

/// What a word and the options name.
pub fn named(source: &str, args: &OpenArgs) -> Result<(SourceSpec, OpenOptions), Failure> {
    let Meant { spec, args, .. } = meant(source, args)?;
    Ok((spec, args.options()))
}

/// Opens a source for reading, with the embedded domain's reducers.
pub async fn explorer(source: &str, given: &OpenArgs) -> Result<Explorer, Failure> {
    let Meant { spec, args, profile } = meant(source, given)?;
    let scripts = Arc::new(ScriptFiles::open(&args.reducers).map_err(Failure::Usage)?);
    let options = args.options();
    let source = &if profile { source.to_owned() } else { spec.words(source) };
    let opening = explore::open(&spec, &options);
    let loaded = || options.loaded.progress();
    let reader = args.waiting().during(&format!("loading {source}"), loaded, opening).await?;
    let mut words = quoted(source);
    if args.domain {
        words += " --domain";
    }
    if let Some(layout) = args.layout.as_ref().filter(|_| !profile) {
        words += &format!(" --layout {}", quoted(layout));
    }
    for path in &given.reducers {
        words += &format!(" --reducers {}", quoted(&path.to_string_lossy()));
    }
    let folder = if args.no_cache { None } else { Cache::folder() };
    let cache = folder.and_then(|folder| Cache::of(&folder, &spec, args.layout.as_deref()));
    let explorer = Explorer::new(reader, Registry::embedded(), args.domain)
        .with_scripts(scripts)
        .with_aggregates(args.mine)
        .with_cache(cache)
        .spoken_of_as(words);
    Ok(if spec == SourceSpec::Demo { explorer } else { explorer.written_as(spec) })
}
