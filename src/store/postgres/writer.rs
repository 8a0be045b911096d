//! foldback's own store, open for appending.

use super::connect::for_writing;
use super::reader::look;
use super::table_map::quote_ident;
use super::{Address, PostgresReader, Writing, own};
use crate::store::books::Books;
use crate::store::database::{Database, Tx};
use crate::store::{EventReader, EventWriter, StoreError};
use foldback_domain::event::safe_text;
use std::sync::Arc;

/// A store that foldback made, open for reading and appending. Appends hold a lock until they are committed, so a reader
/// never sees a position and later a new event below it.
pub struct PostgresStore {
    database: Database,
    reader: Arc<PostgresReader>,
}

/// A store in the making: nobody sees it before it is finished, and nothing stays of one that is dropped.
pub struct Creation {
    address: Address,
    database: Database,
    /// The transaction that it is made in.
    pub tx: Tx,
}

impl Creation {
    /// Makes the tables in the address' schema, or in the user's own. Refuses a schema that has anything in it.
    pub async fn begin(address: &Address) -> Result<Creation, StoreError> {
        let label = address.label();
        let look = look(address).await?;
        if look.found.is_some() {
            return Err(exists(&label, address.schema()));
        }
        let database = Database::Postgres(Writing::new(for_writing(address, address.schema()), &label));
        let mut tx = database.begin().await?;
        tx.run(own::HOLD_TABLES, &[address.schema().into()]).await?;
        // What fills it may wait for its input as long as it likes.
        tx.run_all("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
        if let Some(schema) = address.schema() {
            tx.run_all(&format!("CREATE SCHEMA IF NOT EXISTS {}", quote_ident(schema))).await?;
        }
        let place = "SELECT n.nspname::text, (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid \
                     AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')) \
                     FROM pg_namespace n WHERE n.nspname = current_schema()";
        let Some(row) = tx.row(place, &[]).await? else {
            let why = "has no schema that this user looks in";
            return Err(StoreError::unavailable(label, why, "name one with ?schema=NAME"));
        };
        if row.must_int(1)? > 0 {
            return Err(exists(&label, address.schema()));
        }
        // The functions keep the path that they were made with, which must name this schema and no other.
        tx.run_all(&format!("SET LOCAL search_path = {}", quote_ident(&row.must_text(0)?))).await?;
        own::make(&mut tx).await?;
        Ok(Creation { address: address.clone(), database, tx })
    }

    /// Keeps the store.
    pub async fn finish(mut self) -> Result<Address, StoreError> {
        own::finish(&mut self.tx).await?;
        // The planner knows nothing of a table that was just filled.
        self.tx.run_all("ANALYZE events; ANALYZE streams").await?;
        self.tx.commit().await?;
        self.database.close().await;
        Ok(self.address)
    }
}

fn exists(label: &str, schema: Option<&str>) -> StoreError {
    let place = schema.map_or("its schema".to_owned(), |schema| format!("its schema {}", safe_text(schema)));
    let why = format!("has tables in {place} already and is not overwritten");
    StoreError::unavailable(label, why, "name another schema with ?schema=NAME, or another database")
}

impl PostgresStore {
    /// Makes a new, empty store and opens it. Refuses to make one among other tables.
    pub async fn create(address: &Address) -> Result<Self, StoreError> {
        Self::open(&Creation::begin(address).await?.finish().await?).await
    }

    /// Opens the store, or makes it where the schema is still empty.
    pub async fn open_or_create(address: &Address) -> Result<Self, StoreError> {
        if look(address).await?.found.is_some() {
            return Self::open(address).await;
        }
        match Self::create(address).await {
            // Somebody else was faster.
            Err(_) if look(address).await?.found.is_some() => Self::open(address).await,
            made => made,
        }
    }

    /// Opens a store that foldback made. Any other is refused: foreign stores are only ever read.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        let label = address.label();
        let look = look(address).await?;
        let Some(found) = look.found else {
            let hint = "make a store with `foldback seed FILE.jsonl -o postgres://…?schema=NAME`";
            return Err(StoreError::unavailable(label, format!("{}, so it is only read", look.instead), hint));
        };
        own::check(&label, found.version)?;
        let connections = for_writing(address, Some(&found.schema));
        let database = Database::Postgres(Writing::new(connections.clone(), &label));
        if found.version < own::STORE_VERSION {
            let mut tx = database.begin().await?;
            own::bring_up(&mut tx).await?;
            tx.commit().await?;
        }
        let source = own::source(&label, address.schema(), own::STORE_VERSION, false);
        let reader = Arc::new(PostgresReader::new(connections, &label, &found.schema, look.watched, source));
        Ok(PostgresStore { database, reader })
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// What every read is asked of.
    pub fn reader(&self) -> Arc<dyn EventReader> {
        self.reader.clone()
    }

    /// What appends to it.
    pub fn writer(&self) -> Arc<dyn EventWriter> {
        Arc::new(self.database.clone())
    }

    /// What the engine keeps beside the log.
    pub fn books(&self) -> Books {
        Books::new(self.database.clone())
    }
}
