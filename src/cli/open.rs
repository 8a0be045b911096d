//! From a word to an open source.

use super::args::Common;
use super::failure::Failure;
use super::output::Waiting;
use crate::adapters::{OpenOptions, SourceSpec};
use crate::analysis::command::quoted;
use crate::explore::config::Config;
use crate::explore::reducers::ScriptFiles;
use crate::explore::{self, Explorer};
use foldback_domain::Registry;
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
    /// What the source is called where its own name says nothing.
    pub label: Option<String>,
}

impl From<&Common> for OpenArgs {
    fn from(common: &Common) -> Self {
        OpenArgs {
            layout: common.layout.clone(),
            domain: common.domain,
            reducers: common.reducers.clone(),
            label: None,
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
    check_word(source)?;
    explorer(source, &OpenArgs::from(common)).await
}

/// Refuses a URL where a file is meant, without repeating it: it may hold a password.
pub fn no_url(what: &str, word: &str) -> Result<(), Failure> {
    if SourceSpec::is_url(word) {
        return Err(Failure::Usage(format!("{what} takes a file, not a URL; name a file such as shop.db")));
    }
    Ok(())
}

/// Opens a source for reading, with the embedded domain's reducers.
pub async fn explorer(source: &str, args: &OpenArgs) -> Result<Explorer, Failure> {
    let config = Config::read().map_err(Failure::Usage)?;
    let mut spec = SourceSpec::parse(source).map_err(|e| Failure::Usage(e.to_string()))?;
    let mut args = args.clone();
    let given = args.reducers.clone();
    args.reducers.extend(config.reducers.iter().cloned());
    if let SourceSpec::Profile(name) = &spec {
        let profile = config.profile(name).map_err(Failure::Usage)?;
        args.layout = args.layout.or_else(|| profile.layout.clone());
        args.reducers.extend(profile.reducers.iter().cloned());
        spec = SourceSpec::parse(&profile.source).map_err(|e| Failure::Usage(format!("{source}: {e}")))?;
        if matches!(spec, SourceSpec::Profile(_)) {
            return Err(Failure::Usage(format!("{source} names another profile; its source is to be a source itself")));
        }
    }
    let args = &args;
    let named = source.starts_with('@');
    if let Some(layout) = &args.layout {
        no_url("--layout", layout)?;
    }
    let source = &if named { source.to_owned() } else { spec.words(source) };
    if args.layout.is_some() && !spec.is_database() {
        return Err(Failure::Usage(format!("--layout is for tables of a database; {source} has its own form")));
    }
    let scripts = Arc::new(ScriptFiles::open(&args.reducers).map_err(Failure::Usage)?);
    let options = OpenOptions { layout: args.layout.clone(), label: args.label.clone(), ..OpenOptions::default() };
    let opening = explore::open(&spec, &options);
    let reader = Waiting::new().during(&format!("loading {source}"), &options.loaded, opening).await?;
    let mut words = quoted(source);
    if args.domain {
        words += " --domain";
    }
    if let Some(layout) = args.layout.as_ref().filter(|_| !named) {
        words += &format!(" --layout {}", quoted(layout));
    }
    for path in &given {
        words += &format!(" --reducers {}", quoted(&path.to_string_lossy()));
    }
    let explorer = Explorer::new(reader, Registry::embedded(), args.domain).with_scripts(scripts).spoken_of_as(words);
    Ok(if spec == SourceSpec::Demo { explorer } else { explorer.written_as(spec) })
}
