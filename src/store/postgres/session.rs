//! One read: the transaction that it happens in, the map that it reads by, and the count of what it read.

use super::pool::Reading;
use super::table_map::TableMap;
use crate::store::StoreError;
use crate::store::database::{Arg, Row};
use crate::store::reader::PAGE_BYTES;
use foldback_domain::reading::Page;
use futures_util::stream::StreamExt;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many items a page has at most, whatever is asked: the next page is one more call.
const MOST: usize = 100_000;

/// How many items a page is to have.
pub fn page_limit(asked: usize) -> usize {
    asked.clamp(1, MOST)
}

/// What a read works with.
pub struct Session<'a> {
    reading: Reading,
    /// Where things stand.
    pub map: &'a TableMap,
    count: &'a AtomicU64,
    /// Whether rows are on their way that nobody wants any more.
    cut: bool,
}

/// A statement in the making: each value that goes in gets its number.
#[derive(Default)]
pub struct Values<'a>(Vec<Arg<'a>>);

impl<'a> Values<'a> {
    /// Adds a value; what stands for it in the statement.
    pub fn bind(&mut self, value: impl Into<Arg<'a>>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// The values in order.
    pub fn args(&self) -> &[Arg<'a>] {
        &self.0
    }
}

impl<'a> Session<'a> {
    /// A read that has begun.
    pub fn new(reading: Reading, map: &'a TableMap, count: &'a AtomicU64) -> Self {
        Session { reading, map, count, cut: false }
    }

    /// Adds to the count of rows.
    pub fn count(&self, rows: usize) {
        self.count.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// All rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        self.reading.rows(sql, args).await
    }

    /// The first row of a question.
    pub async fn row(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// A page of a question's rows: as many as are wanted, or until the bytes are used up. The question asks for one row
    /// more, which tells where to go on. Rows are taken one by one, so that not even a page of huge ones fills memory.
    pub async fn page<T, K>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        limit: usize,
        decode: impl Fn(&Row) -> Result<(K, T, usize), StoreError>,
    ) -> Result<Page<T, K>, StoreError> {
        let mut page = Page { items: Vec::new(), next: None };
        let mut bytes = 0;
        {
            let mut rows = pin!(self.reading.stream(sql, args));
            while let Some(row) = rows.next().await {
                let (key, item, size) = decode(&row?)?;
                bytes += size;
                if page.items.len() == limit {
                    page.next = Some(key);
                    break;
                }
                if bytes > PAGE_BYTES && !page.items.is_empty() {
                    page.next = Some(key);
                    self.cut = true;
                    break;
                }
                page.items.push(item);
            }
        }
        self.count(page.items.len());
        Ok(page)
    }

    /// Ends the read. Where rows are still coming the connection is closed: a new one is cheaper than taking them all.
    pub async fn end(self) -> Result<(), StoreError> {
        if self.cut { Ok(()) } else { self.reading.end().await }
    }
}
