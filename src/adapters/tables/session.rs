//! One read of a store: the database's moment, the map, and what the pages of all questions have in common.

use super::cell::Cell;
use super::columns::Columns;
use super::dialect::Dialect;
use super::engine::{Reading, Values, rows};
use super::map::{KeyPart, Map};
use crate::store::StoreError;
use crate::store::database::Arg;
use crate::store::reader::PAGE_BYTES;
use foldback_domain::event::StreamName;
use foldback_domain::reading::Page;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many items a page has at most, whatever is asked: the next page is one more call.
const MOST: usize = 100_000;

/// How many bytes of events that share a place are held at most.
const TIED_BYTES: usize = 4 * PAGE_BYTES;

/// How many ways to cut a name are tried.
const SPLITS: usize = 16;

/// How many items a page is to have.
pub fn page_limit(asked: usize) -> usize {
    asked.clamp(1, MOST)
}

/// What a read works with.
pub struct Session<'a> {
    /// The read.
    pub reading: Box<dyn Reading>,
    /// Which SQL is spoken.
    pub dialect: Dialect,
    /// Where things stand.
    pub map: &'a Map,
    /// The map's expressions.
    pub columns: &'a Columns,
    count: &'a AtomicU64,
}

impl<'a> Session<'a> {
    /// A read that has begun.
    pub fn new(
        reading: Box<dyn Reading>,
        dialect: Dialect,
        map: &'a Map,
        columns: &'a Columns,
        count: &'a AtomicU64,
    ) -> Self {
        Session { reading, dialect, map, columns, count }
    }

    /// A statement in the making.
    pub fn values<'v>(&self) -> Values<'v> {
        Values::new(self.dialect)
    }

    /// Adds to the count of rows.
    pub fn count(&self, rows: usize) {
        self.count.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// All rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Vec<Cell>>, StoreError> {
        let found = rows(self.reading.as_mut(), sql, args).await?;
        self.count(found.len());
        Ok(found)
    }

    /// The first row of a question.
    pub async fn row(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Vec<Cell>>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// A page of a question's rows: as many as are wanted, or until the bytes are used up. The question asks for one row
    /// more, which tells where to go on. What decodes to nothing is passed over. Rows whose keys are the same stay together:
    /// no page can begin between them. Where they are more than `ties` beyond the page, or too large, that is an error.
    pub async fn page<T, K: Copy + PartialEq + Send>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        limit: usize,
        ties: usize,
        mut decode: impl FnMut(Vec<Cell>) -> Option<(K, T)> + Send,
    ) -> Result<Page<T, K>, StoreError>
    where
        T: Send,
    {
        let mut page = Page { items: Vec::new(), next: None };
        let (mut bytes, mut last, mut torn) = (0, None, false);
        let mut seen = 0;
        self.reading
            .each(sql, args, &mut |row| {
                seen += 1;
                bytes += row.iter().map(Cell::size).sum::<usize>();
                let Some((key, item)) = decode(row) else { return true };
                let full = page.items.len() >= limit || (bytes > PAGE_BYTES && !page.items.is_empty());
                torn =
                    full && last == Some(key) && (page.items.len() >= limit.saturating_add(ties) || bytes > TIED_BYTES);
                if torn || (full && last != Some(key)) {
                    page.next = Some(key);
                    return false;
                }
                last = Some(key);
                page.items.push(item);
                true
            })
            .await?;
        self.count(seen);
        if torn {
            let why =
                format!("has more than {} events in one place, and nothing tells which comes first", page.items.len());
            return Err(StoreError::unavailable("a stream", why, "a layout may name a version: --layout FILE.toml"));
        }
        Ok(page)
    }

    /// The condition that a row belongs to the stream that is shown by this name; `None` where no stream can be. A name of
    /// several parts is cut at every slash.
    pub fn is_stream<'v>(&self, key: &[KeyPart], stream: &'v StreamName, values: &mut Values<'v>) -> Option<String> {
        let mut ways = Vec::new();
        for cut in cuts(stream.as_str(), key) {
            if !key.iter().zip(&cut).all(|(part, text)| part.can_be(text.unwrap_or_default()) || text.is_none()) {
                continue;
            }
            let mut conditions = Vec::new();
            for (part, text) in key.iter().zip(&cut) {
                conditions.push(match text {
                    Some(text) => part.is(self.dialect, || values.bind(*text)),
                    None => {
                        let unless = part.unless.as_deref().unwrap_or_default();
                        let shown = self.dialect.exact(&part.shown(self.dialect));
                        format!("{shown} = {}", self.dialect.literal(unless))
                    }
                });
            }
            ways.push(format!("({})", conditions.join(" AND ")));
        }
        match ways.len() {
            0 => None,
            1 => ways.pop(),
            _ => Some(format!("({})", ways.join(" OR "))),
        }
    }
}

/// The ways in which a name can be a key: each part's text, or `None` for a part that goes without saying.
fn cuts<'n>(name: &'n str, key: &[KeyPart]) -> Vec<Vec<Option<&'n str>>> {
    let [part, rest @ ..] = key else { return Vec::new() };
    if rest.is_empty() {
        return vec![vec![Some(name)]];
    }
    let mut found = Vec::new();
    if part.unless.is_some() {
        for mut cut in cuts(name, rest) {
            cut.insert(0, None);
            found.push(cut);
        }
    }
    for (at, _) in name.match_indices('/') {
        for mut cut in cuts(&name[at + 1..], rest) {
            cut.insert(0, Some(&name[..at]));
            found.push(cut);
            if found.len() >= SPLITS {
                return found;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::catalog::Kind;
    use super::*;

    #[test]
    fn a_name_is_cut_at_every_slash() {
        let part =
            |unless: Option<&str>| KeyPart { sql: "a".into(), kind: Kind::Text, unless: unless.map(str::to_owned) };
        assert_eq!(cuts("a/b", &[part(None)]), [[Some("a/b")]]);
        assert_eq!(cuts("a/b/c", &[part(None), part(None)]), [[Some("a"), Some("b/c")], [Some("a/b"), Some("c")]]);
        assert_eq!(cuts("a/b", &[part(Some("*")), part(None)]), [[None, Some("a/b")], [Some("a"), Some("b")]]);
        assert!(cuts("plain", &[part(None), part(None)]).is_empty());
    }
}
