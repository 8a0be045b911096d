//! Opens a source for reading, whatever it is.

use super::layout::{self, Found, Layout, Survey};
use super::{SourceSpec, jsonl};
use crate::store::postgres::PostgresReader;
use crate::store::sqlite::{Pool, SqliteReader, own};
use crate::store::{EventReader, StoreError};
use foldback_domain::event::safe_text;
use foldback_domain::source::{Capabilities, Capability, SourceInfo};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// How many tables an error names.
const TABLES_NAMED: usize = 12;

/// What is said beside the source itself.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// A layout's name, or a file that describes one, instead of finding it out.
    pub layout: Option<String>,
    /// Which of several stores.
    pub store: Option<String>,
    /// What a file is called where its own name says nothing.
    pub label: Option<String>,
    /// Where a source that must be loaded first says how many events are in.
    pub loaded: Arc<AtomicU64>,
}

/// Opens a source. Nothing is written to it.
pub async fn open(spec: &SourceSpec, options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    match spec {
        SourceSpec::Sqlite { path, store } => {
            let store = options.store.as_deref().or(store.as_deref());
            Ok(Arc::new(sqlite(path, options.label.as_deref(), options.layout.as_deref(), store).await?))
        }
        SourceSpec::Postgres(address) => Ok(Arc::new(PostgresReader::open(address).await?)),
        SourceSpec::Jsonl(path) => jsonl::file(path, options).await,
        SourceSpec::Stdin => jsonl::stdin(options).await,
        SourceSpec::Demo => {
            Err(StoreError::unavailable("demo", "is a file that is built before it is opened", "build it first"))
        }
        SourceSpec::Profile(name) => Err(StoreError::unavailable(
            format!("@{}", safe_text(name)),
            "is a profile, which names a source to read",
            "name the source itself here",
        )),
    }
}

/// What stores a SQLite file holds and which layouts it does not have; `None` for sources that are no database.
pub async fn inspect(spec: &SourceSpec, options: &OpenOptions) -> Result<Option<Survey>, StoreError> {
    match spec {
        SourceSpec::Sqlite { path, .. } => {
            survey(&Arc::new(Pool::new(path)), options.layout.as_deref()).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn survey(pool: &Arc<Pool>, layout: Option<&str>) -> Result<Survey, StoreError> {
    let (layouts, own): (Vec<Layout>, bool) = match layout {
        None => (layout::embedded(), true),
        Some(own::LAYOUT) => (Vec::new(), true),
        Some(name) => (vec![layout::named(name)?], false),
    };
    pool.run(move |connection| layout::survey(connection, &layouts, own)).await
}

/// Opens a SQLite file by the layout that it has.
async fn sqlite(
    path: &Path,
    label: Option<&str>,
    layout: Option<&str>,
    store: Option<&str>,
) -> Result<SqliteReader, StoreError> {
    let pool = Arc::new(Pool::new(path));
    let label = label.unwrap_or(pool.label()).to_owned();
    let survey = survey(&pool, layout).await?;
    let several = survey.stores.len() > 1;
    let found = choose(&label, survey, layout, store)?;
    if !found.own {
        let source = foreign(&label, &found, several);
        return SqliteReader::new(pool, found.map, source).await;
    }
    let (id, version) = pool.run(own::marks).await?;
    own::check(&label, id, version)?;
    let mut source = own::source(&label, version, true);
    source.store = several.then_some(found.name);
    SqliteReader::new(pool, found.map, source).await
}

fn choose(label: &str, survey: Survey, layout: Option<&str>, store: Option<&str>) -> Result<Found, StoreError> {
    let names = survey.stores.iter().map(|found| found.name.as_str()).collect::<Vec<_>>().join(", ");
    if survey.stores.is_empty() {
        return Err(nothing_known(label, &survey, layout));
    }
    let mut wanted = survey.stores.into_iter().filter(|found| store.is_none_or(|store| found.name == store));
    match (wanted.next(), wanted.next(), store) {
        (Some(found), None, _) => Ok(found),
        (None, _, Some(store)) => Err(StoreError::unavailable(
            label,
            format!("has no store {}", safe_text(store)),
            format!("its stores are: {names}"),
        )),
        _ => Err(StoreError::SeveralStores { what: label.to_owned(), names }),
    }
}

fn nothing_known(label: &str, survey: &Survey, layout: Option<&str>) -> StoreError {
    let mut tables = survey.tables.iter().take(TABLES_NAMED).cloned().collect::<Vec<_>>().join(", ");
    if survey.tables.len() > TABLES_NAMED {
        tables += &format!(" and {} more", survey.tables.len() - TABLES_NAMED);
    }
    let tables = if tables.is_empty() { "no tables at all".to_owned() } else { format!("these tables: {tables}") };
    match (layout, survey.rejected.first()) {
        (Some(layout), Some(rejected)) => StoreError::unavailable(
            label,
            format!("does not have the layout {}: {}", safe_text(layout), rejected.why),
            format!("it has {tables}"),
        ),
        _ => StoreError::unavailable(
            label,
            format!("has no table of events in a layout that is known; it has {tables}"),
            format!("the known layouts are {}; describe another with --layout FILE.toml", layout::names().join(", ")),
        ),
    }
}

fn foreign(label: &str, found: &Found, several: bool) -> SourceInfo {
    let none =
        |what: &str| Capability::Unavailable(format!("the layout {} does not say where {what} are", found.layout));
    SourceInfo {
        label: label.to_owned(),
        kind: "sqlite".into(),
        layout: found.layout.clone(),
        store: several.then(|| found.name.clone()),
        own: false,
        read_only: true,
        capabilities: Capabilities {
            state: no_reducer(),
            global_order: match &found.unordered {
                Some(why) => Capability::Unavailable(why.clone()),
                None => Capability::Available,
            },
            projections: none("checkpoints of projections"),
            sagas: none("sagas"),
            snapshots: none("snapshots"),
            dead_letters: none("dead letters"),
            outbox: none("messages on their way out"),
            follow: Capability::Available,
        },
    }
}

/// Why a foreign store has no state by itself.
pub(super) fn no_reducer() -> Capability {
    Capability::Unavailable(
        "foldback did not make this store, so its own domain does not fold it; --reducers FILE.js brings \
         your own, and --domain insists on that domain"
            .into(),
    )
}
