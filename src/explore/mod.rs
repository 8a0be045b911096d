//! Answers questions: reads pages and feeds replay and analysis. The terminal and the command line both ask here.

pub mod ahead;
mod attention;
pub mod audit;
pub mod audit_map;
pub mod bisect;
mod bodies;
pub mod cache;
pub mod clock;
pub mod compare;
pub mod compare_notes;
pub mod config;
pub mod coverage;
pub mod crew;
pub mod dead_letters;
pub mod demo;
pub mod filter;
pub mod histories;
pub mod live;
pub mod log;
mod log_time;
pub mod marks;
pub mod mine;
pub mod monotone;
mod named;
pub mod overview;
pub mod pattern;
mod processes;
mod progress;
pub mod projections;
pub mod read_models;
pub mod reducers;
mod run;
pub mod sagas;
pub mod snapshots;
pub mod streams;
pub mod trace;
pub mod travel;
pub mod what_if;
pub mod when;
pub mod work;

pub use bodies::Bodies;
pub use progress::{Progress, Reporter};

use crate::adapters::{self, OpenOptions, SourceSpec};
use crate::analysis::command::quoted;
use crate::engine::{Clock, ShiftedClock};
use crate::store::{EventReader, Past, StoreError};
use foldback_domain::event::{Category, Position, StreamName, safe_text};
use foldback_domain::source::{Capability, Numbering, SourceInfo};
use foldback_domain::{Reducer, Registry};
use histories::Histories;
use jiff::{SignedDuration, Timestamp};
use reducers::ScriptFiles;
use std::sync::Arc;

/// Opens a source for reading. The demo is built at its first time.
pub async fn open(spec: &SourceSpec, options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    match spec {
        SourceSpec::Demo => demo::open().await,
        other => adapters::open(other, options).await,
    }
}

/// A source that is open, with the reducers that may fold it.
#[derive(Clone)]
pub struct Explorer {
    /// The source.
    pub reader: Arc<dyn EventReader>,
    registry: Arc<Registry>,
    /// The user's own aggregates, which fold any source.
    mine: Arc<Registry>,
    insist: bool,
    /// The user's own reducers, which go before all others.
    scripts: Arc<ScriptFiles>,
    /// The histories of its read models, as far as they were folded.
    histories: Arc<Histories>,
    words: String,
    /// The same without the option by which it is looked at in the past.
    words_now: String,
    /// What opens it for writing, where that may be.
    own: Option<SourceSpec>,
    /// How far the source's clock is from ours.
    shift: SignedDuration,
    /// The source as it is now, and where the reader ends, when it is looked at in the past.
    past: Option<(Arc<dyn EventReader>, Position)>,
    /// Where folds are kept for the next time.
    cache: Option<Arc<cache::Cache>>,
}

impl Explorer {
    /// An explorer of a source. The reducers fold only a store that foldback made, unless the user insists.
    pub fn new(reader: Arc<dyn EventReader>, registry: Registry, insist: bool) -> Self {
        let words = quoted(&reader.source().label);
        Explorer {
            reader,
            registry: Arc::new(registry),
            mine: Arc::default(),
            insist,
            scripts: Arc::default(),
            histories: Arc::default(),
            words_now: words.clone(),
            words,
            own: None,
            shift: SignedDuration::ZERO,
            past: None,
            cache: None,
        }
    }

    /// The same, as the source was when its log's last event was at this position or before it: every read ends there.
    /// One that is in the past already goes no later than it is.
    pub fn at(&self, position: Position) -> Explorer {
        let (now, end) = match &self.past {
            Some((now, end)) => (now.clone(), position.min(*end)),
            None => (self.reader.clone(), position),
        };
        let reader: Arc<dyn EventReader> = Arc::new(Past::new(now.clone(), end));
        let then = Explorer { reader, past: Some((now, end)), ..self.clone() };
        match end.number() {
            Some(number) if self.reader.source().numbering == Numbering::Own => then.as_of_said(&number.to_string()),
            _ => then,
        }
    }

    /// The position at which every read ends; `None`: the source is looked at as it is now.
    pub fn as_of(&self) -> Option<Position> {
        self.past.as_ref().map(|(_, end)| *end)
    }

    /// The source as it is now, whenever it is looked at.
    pub(crate) fn reader_of_now(&self) -> Arc<dyn EventReader> {
        self.past.as_ref().map_or_else(|| self.reader.clone(), |(now, _)| now.clone())
    }

    /// The histories of its read models.
    pub(crate) fn histories(&self) -> &Histories {
        &self.histories
    }

    /// The same, with the user's own reducers.
    pub fn with_scripts(self, scripts: Arc<ScriptFiles>) -> Self {
        Explorer { scripts, ..self }
    }

    /// The user's own reducers.
    pub fn scripts(&self) -> &ScriptFiles {
        &self.scripts
    }

    /// The same, with the words by which a command opens it again: the source as it was typed, and the options.
    pub fn spoken_of_as(mut self, words: String) -> Self {
        self.words_now = words.clone();
        self.words = words;
        self
    }

    /// The same in the past, with the words by which the place in the log is named.
    pub fn as_of_said(mut self, place: &str) -> Self {
        self.words = format!("{} --as-of {}", self.words_now, quoted(place));
        self
    }

    /// The same, of a source whose clock is not ours.
    pub fn at_another_time(self, shift: SignedDuration) -> Self {
        Explorer { shift, ..self }
    }

    /// The same, with aggregates of the user's own.
    pub fn with_aggregates(self, mine: Registry) -> Self {
        Explorer { mine: Arc::new(mine), ..self }
    }

    /// The same, with a place where folds of long streams are kept for the next time.
    pub fn with_cache(self, cache: Option<cache::Cache>) -> Self {
        Explorer { cache: cache.map(Arc::new), ..self }
    }

    /// Now, where the source is.
    pub fn now(&self) -> Timestamp {
        ShiftedClock(self.shift).now()
    }

    /// The words by which a command opens it again as it is looked at here, quoted for a shell.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The words by which a command opens it as it is now, whatever is looked at here: what writes has no past.
    pub fn words_now(&self) -> &str {
        &self.words_now
    }

    /// What the source is; its state is available where a reducer may fold it.
    pub fn source(&self) -> SourceInfo {
        let mut source = self.reader.source().clone();
        if self.insist || !self.scripts.is_empty() || self.mine.categories().next().is_some() {
            source.capabilities.state = Capability::Available;
        }
        source
    }

    /// The reducer for a stream, or a sentence that says why there is none: a script of the user's that covers it, or
    /// the domain where it may fold the source.
    pub fn reducer(&self, stream: &StreamName, category: &Category) -> Result<Arc<dyn Reducer>, String> {
        if let Some(script) = self.scripts.covering(stream, category)? {
            return Ok(script.reducer());
        }
        if let Some(mine) = self.mine.get(category) {
            return Ok(mine);
        }
        if !self.insist
            && let Some(reason) = self.reader.source().capabilities.state.reason()
        {
            return Err(match self.scripts.names() {
                names if names.is_empty() => reason.to_owned(),
                names => format!(
                    "no reducer covers the category {category}: not {}; one would begin with fromCategory('{category}')",
                    names.join(", "),
                    category = safe_text(category.as_str()),
                ),
            });
        }
        self.registry.get(category).ok_or_else(|| {
            let known: Vec<&str> = self.registry.categories().map(Category::as_str).collect();
            format!(
                "no reducer folds the category {}; there are reducers for {}",
                safe_text(category.as_str()),
                known.join(", ")
            )
        })
    }
}
