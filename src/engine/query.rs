//! The query bus: every read model by name, with JSON in and JSON out. It reads only, through the views, one statement an
//! answer, so that a page and its total always fit each other.

use super::command::fields::Fields;
use crate::store::StoreError;
use crate::store::books::view;
use crate::store::database::{Arg, Ask};
use foldback_domain::event::{Payload, safe_text};
use foldback_domain::projections::key;

/// A page has so many rows where nothing is said.
const LIMIT: u64 = 20;
/// A page has so many rows at most.
const MOST: u64 = 1_000;

/// A question that can be asked.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Its name.
    pub name: &'static str,
    /// The projection whose rows answer it.
    pub projection: &'static str,
    /// The field that names the one row that is wanted; `None` for a list.
    pub key: Option<&'static str>,
    /// The fields that a list can be narrowed by.
    pub filters: &'static [Filter],
}

/// A field that a list can be narrowed by.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// What it is called.
    pub name: &'static str,
    field: &'static str,
    sign: &'static str,
    /// The texts that it can have, where they are few.
    words: &'static [&'static str],
}

const fn is(name: &'static str) -> Filter {
    Filter { name, field: name, sign: "=", words: &[] }
}

const ORDER_STATUS: Filter =
    Filter { words: &["PENDING", "CONFIRMED", "PAID", "SHIPPING", "DELIVERED", "CANCELLED"], ..is("status") };
const ACCOUNT_STATUS: Filter = Filter { words: &["OPEN", "CLOSED"], ..is("status") };
const FROM: Filter = Filter { name: "from", field: "day", sign: ">=", words: &[] };
const TO: Filter = Filter { name: "to", field: "day", sign: "<=", words: &[] };

const fn one(name: &'static str, projection: &'static str, key: &'static str) -> Query {
    Query { name, projection, key: Some(key), filters: &[] }
}

const fn list(name: &'static str, projection: &'static str, filters: &'static [Filter]) -> Query {
    Query { name, projection, key: None, filters }
}

/// Every question that can be asked.
pub const QUERIES: [Query; 8] = [
    one("order", "order-details", "order_id"),
    list("orders", "order-dashboard", &[is("customer_id"), ORDER_STATUS]),
    one("account", "account-balances", "account_id"),
    list("accounts", "account-balances", &[is("owner"), ACCOUNT_STATUS]),
    one("user", "users", "user_id"),
    list("users", "users", &[is("name"), is("email")]),
    list("stock", "stock-levels", &[is("sku")]),
    list("revenue", "daily-revenue", &[FROM, TO]),
];

/// A page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rows, each a JSON object.
    pub rows: Vec<Payload>,
    /// Which page, from 1.
    pub page: u64,
    /// How many rows a page has at most.
    pub limit: u64,
    /// How many rows there are in all.
    pub total: u64,
    /// How many pages.
    pub total_pages: u64,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryFailure {
    /// There is no such query, or its fields are not these; a sentence.
    Invalid(String),
    /// There is no such row; a sentence.
    NotFound(String),
    /// Nobody keeps the read model that would answer.
    NoModel {
        /// The projection.
        projection: &'static str,
    },
    /// The store cannot be read.
    Store(StoreError),
}

/// Asks a question.
pub async fn query(ask: &dyn Ask, name: &str, json: &str) -> Result<Found, QueryFailure> {
    let asked = Asked::read(name, json).map_err(QueryFailure::Invalid)?;
    let Asked { query, conditions, page, limit } = &asked;
    let view = view(query.projection);
    let mut args: Vec<Arg<'_>> = conditions.iter().map(|(_, value)| value.into()).collect();
    let mut condition = String::from("1 = 1");
    for (number, (sql, _)) in conditions.iter().enumerate() {
        condition += &format!(" AND {sql} ${}", number + 1);
    }
    let offset = i64::try_from((page - 1).saturating_mul(*limit)).unwrap_or(i64::MAX);
    args.extend([Arg::from(*limit as i64), Arg::from(offset)]);
    let (at_most, behind) = (args.len() - 1, args.len());
    let sql = format!(
        "WITH found AS (SELECT key, row FROM {view} WHERE {condition}) \
         SELECT (SELECT count(*) FROM found), page.key, page.row FROM (SELECT 1 AS one) AS once LEFT JOIN \
         (SELECT key, row FROM found ORDER BY key LIMIT ${at_most} OFFSET ${behind}) AS page ON 1 = 1 ORDER BY page.key"
    );
    let read = match ask.rows(&sql, &args).await {
        Ok(read) => read,
        Err(StoreError::Unavailable { why, .. }) if is_no_table(&why) => {
            return Err(QueryFailure::NoModel { projection: query.projection });
        }
        Err(error) => return Err(QueryFailure::Store(error)),
    };
    let (mut rows, mut total) = (Vec::new(), 0);
    for row in read {
        total = row.int(0).map_err(QueryFailure::Store)?.and_then(|total| u64::try_from(total).ok()).unwrap_or(0);
        rows.extend(row.payload(2).map_err(QueryFailure::Store)?);
    }
    if let (Some(field), true) = (query.key, rows.is_empty()) {
        let wanted = conditions.first().map_or("", |(_, value)| value.as_str());
        let (name, wanted) = (query.name, safe_text(wanted));
        return Err(QueryFailure::NotFound(format!(
            "there is no {name} with the {field} {wanted} in {}",
            query.projection
        )));
    }
    Ok(Found { rows, page: *page, limit: *limit, total, total_pages: total.div_ceil(*limit) })
}

fn is_no_table(why: &str) -> bool {
    why.contains("no such table") || (why.contains("relation") && why.contains("does not exist"))
}

/// A question as it was asked.
struct Asked {
    query: Query,
    /// What stands before a placeholder, and the value for it.
    conditions: Vec<(String, String)>,
    page: u64,
    limit: u64,
}

impl Asked {
    fn read(name: &str, json: &str) -> Result<Asked, String> {
        let Some(query) = QUERIES.into_iter().find(|query| query.name == name) else {
            let names: Vec<&str> = QUERIES.iter().map(|query| query.name).collect();
            return Err(format!("there is no query {}; there are {}", safe_text(name), names.join(", ")));
        };
        let said = |why: String| format!("{name}: {why}; it takes {}", takes(&query));
        let mut fields = Fields::read(json).map_err(said)?;
        let mut conditions = Vec::new();
        if let Some(field) = query.key {
            let wanted = fields.take_text(field).map_err(said)?;
            let wanted = wanted.ok_or_else(|| said(format!("{field} is missing")))?;
            // Where a model has helper rows, its own keys are told from theirs.
            let wanted = if query.projection == "order-details" { key(&wanted) } else { wanted };
            conditions.push(("key =".to_owned(), wanted));
        }
        for filter in query.filters {
            if let Some(wanted) = fields.take_text(filter.name).map_err(said)? {
                if filter.field == "day" && wanted.parse::<jiff::civil::Date>().is_err() {
                    return Err(said(format!("{} is expected to be a day such as 2026-01-05", filter.name)));
                }
                if !filter.words.is_empty() && !filter.words.contains(&wanted.as_str()) {
                    return Err(said(format!("{} is expected to be one of {}", filter.name, filter.words.join(", "))));
                }
                conditions.push((format!("row ->> '{}' {}", filter.field, filter.sign), wanted));
            }
        }
        let (mut page, mut limit) = (1, LIMIT);
        if query.key.is_none() {
            page = fields.take_number("page", 1..=u64::MAX).map_err(said)?.unwrap_or(1);
            limit = fields.take_number("limit", 1..=MOST).map_err(said)?.unwrap_or(LIMIT);
        }
        match fields.left() {
            Some(surplus) => Err(said(format!("it has no field {}", safe_text(surplus)))),
            None => Ok(Asked { query, conditions, page, limit }),
        }
    }
}

/// The fields that a query takes.
pub fn takes(query: &Query) -> String {
    match query.key {
        Some(key) => key.to_owned(),
        None => query.filters.iter().map(|filter| filter.name).chain(["page", "limit"]).collect::<Vec<_>>().join(", "),
    }
}
