//! Opens a source for reading, whatever it is.

use super::layout::{self, Found, Layout, Survey, Tables};
use super::tables::{
    Dialect, Engine, ForeignProcesses, MySql, Postgres, Processes, Sqlite, Table, TablesReader, Wanted, normal,
};
use super::{SourceSpec, jsonl, mysql};
use crate::store::postgres::{Address, Look, PostgresReader};
use crate::store::sqlite::{Pool, SqliteReader, own};
use crate::store::{EventReader, ProcessReader, StoreError};
use foldback_domain::event::safe_text;
use foldback_domain::source::{Capabilities, Capability, SourceInfo};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// Where a source that must be loaded first says how far it has come.
    pub loaded: Arc<Loaded>,
}

/// How far a source has come that is loaded before it can be read.
#[derive(Debug, Default)]
pub struct Loaded {
    events: AtomicU64,
    bytes: AtomicU64,
    /// How many bytes there are; 0 where nobody knows.
    size: AtomicU64,
}

impl Loaded {
    /// Notes how many bytes there are.
    pub fn of(&self, size: u64) {
        self.size.store(size, Ordering::Relaxed);
    }

    /// Notes how far it has come.
    pub fn has(&self, events: u64, bytes: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
        self.events.store(events, Ordering::Relaxed);
    }

    /// How many events are in, and about how many there are, by the bytes that they took so far.
    pub fn progress(&self) -> (u64, Option<u64>) {
        let [events, bytes, size] = [&self.events, &self.bytes, &self.size].map(|it| it.load(Ordering::Relaxed));
        let total = u128::from(events) * u128::from(size) / u128::from(bytes.max(1));
        (events, (size > 0 && events > 0).then(|| u64::try_from(total).unwrap_or(u64::MAX).max(events)))
    }
}

/// Opens a source. Nothing is written to it.
pub async fn open(spec: &SourceSpec, options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    match spec {
        SourceSpec::Sqlite { path, store } => {
            let store = options.store.as_deref().or(store.as_deref());
            sqlite(path, options.label.as_deref(), options.layout.as_deref(), store).await
        }
        SourceSpec::Postgres(address) => postgres(address, options).await,
        SourceSpec::Mysql(address) => mysql(address, options).await,
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

/// What stores a source holds and which layouts it does not have; `None` for sources that are no database.
pub async fn inspect(spec: &SourceSpec, options: &OpenOptions) -> Result<Option<Survey>, StoreError> {
    let layout = options.layout.as_deref();
    match spec {
        SourceSpec::Sqlite { path, .. } => sqlite_survey(&Arc::new(Pool::new(path)), layout, true).await.map(Some),
        SourceSpec::Postgres(address) => {
            let database = PostgresReader::look(address).await?;
            postgres_survey(&database, address, layout).await.map(Some)
        }
        SourceSpec::Mysql(address) => mysql_survey(&mysql_engine(address).await?, layout).await.map(Some),
        _ => Ok(None),
    }
}

/// The layouts that are asked for, and whether foldback's own is among them.
fn asked(layout: Option<&str>) -> Result<(Vec<Layout>, bool), StoreError> {
    Ok(match layout {
        None => (layout::all(), true),
        Some(own::LAYOUT) => (Vec::new(), true),
        Some(name) => (vec![layout::named(name)?], false),
    })
}

/// What stores a file holds. Unless `all` is wanted, nothing else is looked for in a file in which everything is foldback's
/// own: to understand every layout takes longer than to open the file.
async fn sqlite_survey(pool: &Arc<Pool>, layout: Option<&str>, all: bool) -> Result<Survey, StoreError> {
    let catalog = Arc::new(Sqlite::new(pool.clone()).read_catalog().await?);
    let (id, _) = pool.run(own::marks).await?;
    let has = |name: &str| catalog.tables.iter().any(|table| table.name == name);
    let missing = if id != own::APPLICATION_ID {
        Some(format!("foldback did not make the file: its application_id is {id}, not {}", own::APPLICATION_ID))
    } else {
        ["events", "streams"].into_iter().find(|name| !has(name)).map(|name| format!("there is no table {name}"))
    };
    let is_own = |table: &Table| own::is_table(&table.name) || own::is_read_model(&table.name);
    let alone = missing.is_none() && catalog.tables.iter().all(is_own);
    let (layouts, with_own) = if alone && !all && layout.is_none() { (Vec::new(), true) } else { asked(layout)? };
    let mine: &[&str] = if with_own && missing.is_none() { &own::TABLE_NAMES } else { &[] };
    let mut survey = layout::survey(catalog.clone(), Dialect::Sqlite, &layouts, mine);
    if with_own {
        survey.add_own(missing, "events", "foldback made the file");
    }
    Ok(survey)
}

/// Opens a SQLite file by the layout that it has.
async fn sqlite(
    path: &Path,
    label: Option<&str>,
    layout: Option<&str>,
    store: Option<&str>,
) -> Result<Arc<dyn EventReader>, StoreError> {
    let pool = Arc::new(Pool::new(path));
    let label = label.unwrap_or(pool.label()).to_owned();
    let survey = sqlite_survey(&pool, layout, false).await?;
    let several = survey.meant().count() > 1;
    let found = choose(&label, survey, layout, store)?;
    let Some(tables) = &found.tables else {
        let (id, version) = pool.run(own::marks).await?;
        own::check(&label, id, version)?;
        let mut source = own::source(&label, version, true);
        source.store = several.then_some(found.name);
        return Ok(Arc::new(SqliteReader::new(pool, own::table_map(), source).await?));
    };
    let engine = Arc::new(Sqlite::new(pool.clone()));
    let (source, processes) = foreign(&label, "sqlite", &found, tables, several, engine.clone(), layout)?;
    probed(engine.as_ref(), tables, layout).await?;
    match layout::table_map(&tables.map) {
        Some(map) => Ok(Arc::new(SqliteReader::new(pool, map, source).await?.with_processes(processes))),
        None => Ok(Arc::new(TablesReader::new(engine, tables.map.clone(), source, processes))),
    }
}

async fn postgres_survey(database: &Look, address: &Address, layout: Option<&str>) -> Result<Survey, StoreError> {
    let (layouts, with_own) = asked(layout)?;
    let mut wanted = layouts.iter().fold(Wanted::default(), |all, layout| all.and(&layout.wanted));
    wanted.tables.insert(normal("foldback_store", true));
    let engine = Postgres::new(database.pool(address), address.schema()).wanting(wanted);
    let mut catalog = engine.read_catalog().await?;
    // What foldback made is nobody else's.
    let own: Vec<Option<String>> = catalog
        .tables
        .iter()
        .filter(|table| table.name == "foldback_store")
        .map(|table| table.schema.clone())
        .collect();
    let is_own = |table: &Table| own.contains(&table.schema) && own::is_table(&table.name);
    catalog.tables.retain(|table| !with_own || !is_own(table));
    let mut survey = layout::survey(Arc::new(catalog), Dialect::Postgres, &layouts, &[]);
    if with_own {
        match &database.found {
            Some(found) => survey.add_own(None, &format!("{}.events", found.schema), "foldback made the schema"),
            None => survey.add_own(Some("no schema was made by foldback".to_owned()), "events", ""),
        }
    }
    Ok(survey)
}

/// Opens a PostgreSQL database by the layout that it has.
async fn postgres(address: &Address, options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    let database = PostgresReader::look(address).await?;
    let (layout, store) = (options.layout.as_deref(), options.store.as_deref().or(address.store()));
    // A store of foldback's own that stands where one looks first needs no survey.
    if database.found.is_some() && store.is_none() && matches!(layout, None | Some(own::LAYOUT)) {
        return Ok(Arc::new(PostgresReader::of(address, database)?));
    }
    let label = address.label();
    let survey = postgres_survey(&database, address, layout).await?;
    let several = survey.meant().count() > 1;
    let found = choose(&address.words(), survey, layout, store)?;
    let Some(tables) = &found.tables else { return Ok(Arc::new(PostgresReader::of(address, database)?)) };
    let engine = Arc::new(Postgres::new(database.pool(address), address.schema()));
    probed(engine.as_ref(), tables, layout).await?;
    let (source, processes) = foreign(&label, "postgres", &found, tables, several, engine.clone(), layout)?;
    Ok(Arc::new(TablesReader::new(engine, tables.map.clone(), source, processes)))
}

pub(super) async fn mysql_engine(address: &mysql::Address) -> Result<MySql, StoreError> {
    let pool = mysql::Pool::new(address);
    pool.look().await?;
    Ok(MySql::new(Arc::new(pool), address.database()))
}

async fn mysql_survey(engine: &MySql, layout: Option<&str>) -> Result<Survey, StoreError> {
    let (layouts, with_own) = asked(layout)?;
    let catalog = Arc::new(engine.read_catalog().await?);
    let mut survey = layout::survey(catalog, Dialect::MySql, &layouts, &[]);
    if with_own {
        survey.add_own(Some("foldback makes no stores in MySQL".to_owned()), "events", "");
    }
    Ok(survey)
}

/// Opens a MySQL or MariaDB database by the layout that it has.
async fn mysql(address: &mysql::Address, options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    let engine = Arc::new(mysql_engine(address).await?);
    let (layout, store) = (options.layout.as_deref(), options.store.as_deref().or(address.store()));
    let survey = mysql_survey(&engine, layout).await?;
    let several = survey.meant().count() > 1;
    let label = address.label();
    let found = choose(&address.words(), survey, layout, store)?;
    let Some(tables) = &found.tables else {
        return Err(StoreError::unavailable(label, "has no store of foldback's own", "name another source"));
    };
    probed(engine.as_ref(), tables, layout).await?;
    let (source, processes) = foreign(&label, "mysql", &found, tables, several, engine.clone(), layout)?;
    Ok(Arc::new(TablesReader::new(engine, tables.map.clone(), source, processes)))
}

/// Lets the database look at the SQL of a layout that the user wrote.
async fn probed(engine: &dyn Engine, tables: &Tables, layout: Option<&str>) -> Result<(), StoreError> {
    let Some(name) = layout else { return Ok(()) };
    let layout = layout::named(name)?;
    if !layout.is_a_file() {
        return Ok(());
    }
    match layout::probe(engine, &tables.map).await? {
        None => Ok(()),
        Some(refused) => {
            let what = format!("layout {}", safe_text(name));
            Err(StoreError::unavailable(what, safe_text(&layout.located(&refused)), "mend the file"))
        }
    }
}

/// The store that is meant.
pub(super) fn choose(
    label: &str,
    survey: Survey,
    layout: Option<&str>,
    store: Option<&str>,
) -> Result<Found, StoreError> {
    let names = survey.stores.iter().map(|found| found.name.as_str()).collect::<Vec<_>>().join(", ");
    if survey.stores.is_empty() {
        return Err(nothing_known(label, &survey, layout));
    }
    let asked = layout.is_some() || store.is_some();
    let meant: Vec<String> = survey.meant().map(|found| found.name.clone()).collect();
    if let (false, Some(doubtful)) = (asked, survey.stores.first().filter(|_| meant.is_empty())) {
        let doubt = doubtful.doubt.as_deref().unwrap_or_default();
        return Err(StoreError::unavailable(
            label,
            format!("has a table {} that may be one of events, but {doubt}", doubtful.events_table),
            "`--layout generic` opens it all the same",
        ));
    }
    let names = if asked { names } else { meant.join(", ") };
    let stores = survey.stores.into_iter().filter(|found| asked || meant.contains(&found.name));
    let mut wanted = stores.filter(|found| store.is_none_or(|store| found.name == store));
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

/// Why nothing can be opened where no store was found: which tables there are, and the way out.
pub fn nothing_known(label: &str, survey: &Survey, layout: Option<&str>) -> StoreError {
    let mut tables = survey.tables.iter().take(TABLES_NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = survey.tables.len().saturating_sub(TABLES_NAMED) + survey.catalog.unseen;
    if more > 0 {
        tables += &format!(" and {more} more");
    }
    let tables = if tables.is_empty() { "no tables at all".to_owned() } else { format!("these tables: {tables}") };
    let closed = survey.catalog.tables.iter().filter(|table| !table.readable);
    let closed = closed.map(|table| safe_text(&table.name)).take(TABLES_NAMED).collect::<Vec<_>>().join(", ");
    let tables = if closed.is_empty() { tables } else { format!("{tables}, and this user may not read {closed}") };
    match (layout, survey.rejected.first()) {
        (Some(layout), Some(rejected)) => StoreError::unavailable(
            label,
            format!("does not have the layout {}: {}", safe_text(layout), safe_text(&rejected.why)),
            format!("it has {tables}"),
        ),
        _ => StoreError::unavailable(
            label,
            format!("has no table of events that foldback knows or can guess; it has {tables}"),
            "`foldback layouts SOURCE` says why not; `foldback layouts --draft SOURCE > mine.toml` writes a layout to \
             fill in, and `--layout mine.toml` opens it",
        ),
    }
}

/// What a foreign store is and can do, and the reader of what goes on around its log.
fn foreign(
    label: &str,
    kind: &str,
    found: &Found,
    tables: &Tables,
    several: bool,
    engine: Arc<dyn Engine>,
    layout: Option<&str>,
) -> Result<(SourceInfo, Option<Box<dyn ProcessReader>>), StoreError> {
    let file = layout.map(layout::named).transpose()?.filter(Layout::is_a_file);
    let what = format!("layout {}", safe_text(layout.unwrap_or_default()));
    let queries = layout::processes(tables, engine.dialect(), file.as_ref().map(|layout| (what.as_str(), layout)));
    let section = &tables.section;
    let capability = |there: bool, said: bool, what: &str| match (there, said) {
        (true, _) => Capability::Available,
        (false, true) => Capability::Unavailable(format!("the tables of {what} are not there, or may not be read")),
        (false, false) => Capability::Unavailable(format!("the layout {} does not say where {what} are", found.layout)),
    };
    let capabilities = Capabilities {
        state: no_reducer(),
        global_order: match &tables.map.unordered {
            Some(why) => Capability::Unavailable(why.clone()),
            None => Capability::Available,
        },
        projections: capability(
            !queries.checkpoints.is_empty(),
            !section.checkpoints.is_empty(),
            "checkpoints of projections",
        ),
        sagas: capability(!queries.sagas.is_empty(), !section.sagas.is_empty(), "sagas"),
        snapshots: capability(!queries.snapshots.is_empty(), !section.snapshots.is_empty(), "snapshots"),
        dead_letters: capability(!queries.dead_letters.is_empty(), !section.dead_letters.is_empty(), "dead letters"),
        outbox: capability(!queries.outbox.is_empty(), !section.outbox.is_empty(), "messages on their way out"),
        follow: Capability::Available,
    };
    let source = SourceInfo {
        label: label.to_owned(),
        kind: kind.to_owned(),
        layout: found.layout.clone(),
        guess: found.guess.then(|| found.why.clone()),
        remarks: found.left_out.clone(),
        store: several.then(|| found.name.clone()),
        own: false,
        read_only: true,
        numbering: tables.map.order.numbering(),
        capabilities,
    };
    let any = queries != Processes::default();
    let processes = any.then(|| Box::new(ForeignProcesses::new(engine, tables.map.clone(), queries)) as _);
    Ok((source, processes))
}

/// Why a foreign store has no state by itself.
pub(super) fn no_reducer() -> Capability {
    Capability::Unavailable(
        "foldback did not make this store, so its own domain does not fold it; --reducers FILE.js brings \
         your own, and --domain insists on that domain"
            .into(),
    )
}
