//! A mapping to begin with: made by looking at a table, at some of its rows, and at the state of a stream that one of them
//! is likely to belong to. What is a guess says so.

use super::guess::{Guess, Leaf, column, leaves, members, plain_name, quoted};
use crate::adapters::rows::{NoRows, Row, Rows, TableAt};
use crate::analysis::audit_map::text;
use crate::explore::travel::Travel;
use crate::explore::{Explorer, Reporter};
use crate::replay::Outcome;
use crate::store::StoreError;
use foldback_domain::event::{Category, StreamName, safe_text};
use foldback_domain::reading::{StreamSort, StreamSummary, StreamsRead};
use serde_json::Value;
use std::fmt::Write;
use std::sync::Arc;

/// How many rows are tried.
const ROWS: usize = 6;
/// How many streams are looked at to see which categories there are.
const STREAMS: usize = 1_000;
/// How many categories are tried.
const CATEGORIES: usize = 24;
/// How many streams' states are compared with their rows.
const TRIED: usize = 6;
/// How many further places of the state are named.
const LEFT: usize = 24;
/// What stands between a category and a key.
const BETWEEN: [&str; 4] = ["-", "/", ":", "_"];

/// A stream that a row may belong to.
struct Candidate {
    /// How its name comes of the key.
    naming: String,
    stream: StreamSummary,
    /// Its state, or why there is none.
    state: Result<Arc<Value>, String>,
    guesses: Vec<(String, Option<Guess>)>,
}

/// Writes a mapping for a table; `database` is where that is, where it is not in the source.
pub async fn draft(explorer: &Explorer, at: &TableAt, database: Option<&str>) -> Result<String, NoRows> {
    let names: Vec<String> = at.table.columns.iter().map(|column| column.name.clone()).collect();
    let key = key(at, &names)?;
    let mut rows = Rows::new(at, &key, &names)?;
    let mut page = rows.next().await?;
    rows.close();
    page.truncate(ROWS);
    let categories = categories(explorer, &at.table.name).await?;
    let mut best: Option<Candidate> = None;
    let mut tried = 0;
    'rows: for row in &page {
        for (naming, name) in namings(&key, &names, row, &categories) {
            let Some(stream) = explorer.reader.read_summary(&StreamName(name)).await? else { continue };
            let found = candidate(explorer, &key, &names, row, naming, stream).await?;
            let score = |candidate: &Candidate| candidate.guesses.iter().filter(|(_, guess)| guess.is_some()).count();
            if best.as_ref().is_none_or(|best| score(&found) > score(best)) {
                best = Some(found);
            }
            tried += 1;
            if tried == TRIED {
                break 'rows;
            }
        }
    }
    Ok(written(explorer, at, database, &key, &names, best.as_ref(), &categories))
}

/// The columns that tell rows apart, as far as the table says, or is called so.
fn key(at: &TableAt, names: &[String]) -> Result<Vec<String>, NoRows> {
    if let Some(key) = at.table.keys.iter().min_by_key(|key| key.len()) {
        return Ok(key.clone());
    }
    let singular = at.table.name.trim_end_matches('s');
    let likely = [plain_name("id"), plain_name("key"), plain_name(&format!("{singular}_id"))];
    let found = names.iter().find(|name| likely.contains(&plain_name(name))).or(names.first());
    found.map(|name| vec![name.clone()]).ok_or_else(|| NoRows::Wrong("the table has no columns".to_owned()))
}

/// Categories that there are, those first that the table may be called after.
async fn categories(explorer: &Explorer, table: &str) -> Result<Vec<Category>, StoreError> {
    let mut found: Vec<Category> = Vec::new();
    let mut sorts = vec![StreamSort::Name];
    if explorer.reader.ranks_streams() {
        sorts.push(StreamSort::Recent);
    }
    for sort in sorts {
        let read = StreamsRead { category: None, sort, after: None, limit: STREAMS };
        for summary in explorer.reader.read_streams(&read).await?.items {
            if !found.contains(&summary.category) {
                found.push(summary.category);
            }
        }
    }
    let table = plain_name(table);
    let is_like = |category: &Category| {
        let name = plain_name(category.as_str());
        !name.is_empty() && (table.contains(&name) || name.contains(table.trim_end_matches('s')))
    };
    found.sort_by_key(|category| !is_like(category));
    found.truncate(CATEGORIES);
    Ok(found)
}

/// The ways in which a stream may be called after a row's key.
fn namings(key: &[String], names: &[String], row: &Row, categories: &[Category]) -> Vec<(String, String)> {
    let part = |name: &String| {
        let value = &row[names.iter().position(|known| known == name)?];
        (!value.is_null()).then(|| text(value))
    };
    let Some(parts) = key.iter().map(part).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let columns: Vec<String> = key.iter().map(|name| format!("{{{name}}}")).collect();
    let mut found = vec![(columns.join("-"), parts.join("-"))];
    for category in categories {
        for between in BETWEEN {
            let joined = |parts: &[String]| format!("{category}{between}{}", parts.join(between));
            found.push((joined(&columns), joined(&parts)));
        }
    }
    if parts.len() > 1 {
        found.push((columns.join("/"), parts.join("/")));
    }
    found
}

async fn candidate(
    explorer: &Explorer,
    key: &[String],
    names: &[String],
    row: &Row,
    naming: String,
    stream: StreamSummary,
) -> Result<Candidate, StoreError> {
    let state = match Travel::open(explorer, &stream.stream_id).await? {
        None => Err("there is no such stream".to_owned()),
        Some(mut travel) => {
            let moment = travel.moment(stream.version, &Reporter::silent()).await?;
            match (moment.outcome, moment.state) {
                (Outcome::Complete, Some(state)) => Ok(state),
                (Outcome::Unavailable(why), _) => Err(why),
                (Outcome::Partial(stop), _) => Err(stop.to_string()),
                (Outcome::Complete, None) => Err("there is no state".to_owned()),
            }
        }
    };
    let mut guesses = Vec::new();
    if let Ok(state) = &state {
        let known = leaves(state);
        for (name, value) in names.iter().zip(row).filter(|(name, _)| !key.contains(name)) {
            let whole = column(name, value, &known, stream.version);
            // JSON that is no place of the state as a whole may hold several.
            let inside =
                if matches!(whole, Some(Guess::Leaf { why: None, .. })) { Vec::new() } else { members(name, value) };
            if inside.is_empty() {
                guesses.push((name.clone(), whole));
            }
            for (name, value) in inside {
                guesses.push((name.clone(), column(&name, &value, &known, stream.version)));
            }
        }
    }
    Ok(Candidate { naming, stream, state, guesses })
}

/// A key of a TOML table.
fn bare(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain { name.to_owned() } else { quoted(name) }
}

fn written(
    explorer: &Explorer,
    at: &TableAt,
    database: Option<&str>,
    key: &[String],
    names: &[String],
    best: Option<&Candidate>,
    categories: &[Category],
) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        let _ = writeln!(out, "{text}");
    };
    line("# A draft: look it through, correct it, and then");
    line(&format!("# foldback audit {} --map FILE.toml", safe_text(explorer.words())));
    line("");
    if let Some(database) = database {
        line(&format!("database = {}", quoted(database)));
    }
    if let Some(schema) = &at.table.schema {
        line(&format!("schema = {}", quoted(schema)));
    }
    line(&format!("table = {}", quoted(&at.table.name)));
    match best {
        Some(found) => {
            line(&format!(
                "# As {} is there for the row that was looked at.",
                safe_text(found.stream.stream_id.as_str())
            ));
            line(&format!("stream = {}", quoted(&found.naming)));
            line(&format!("category = {}", quoted(found.stream.category.as_str())));
        }
        None => {
            line("# No stream was found that is called after the key of a row: say how their names come of it.");
            let there: Vec<_> = categories.iter().map(|category| safe_text(category.as_str())).collect();
            line(&format!("# The categories are {}.", there.join(", ")));
            let columns = key.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join("-");
            let category = categories.first().map_or("category", Category::as_str);
            line(&format!("stream = {}", quoted(&format!("{category}-{columns}"))));
            line(&format!("category = {}", quoted(category)));
        }
    }
    line("# Which streams have a row, if not all:");
    line("# when = \"state.status !== 'DELETED'\"");
    let said = best.map(|best| best.guesses.as_slice()).unwrap_or_default();
    for (name, guess) in said {
        match guess {
            Some(Guess::Version) => {
                line(&format!("# How far a row is: the version of its stream.\nversion = {}", quoted(name)))
            }
            Some(Guess::Position) => {
                line(&format!("# How far a row is: a position in the log.\nposition = {}", quoted(name)))
            }
            _ => {}
        }
    }
    line(
        "\n# Left a column, and where it holds JSON the place in it; right the place in the stream's state.\n[columns]",
    );
    if let Some(Err(why)) = best.map(|best| &best.state) {
        line(&format!("# Nothing could be matched: {}", safe_text(why)));
    }
    let mut mapped = 0;
    for (name, guess) in said {
        match guess {
            Some(Guess::Leaf { said, why }) => {
                mapped += 1;
                let why = why.as_ref().map_or(String::new(), |why| format!("   # {}", safe_text(why)));
                line(&format!("{} = {said}{why}", bare(name)));
            }
            Some(Guess::Unlike { said, why }) => {
                line(&format!("# {} = {}   # {}", safe_text(&bare(name)), safe_text(said), safe_text(why)));
            }
            None => line(&format!("# {} = \"/…\"   # the state has nothing of this name", safe_text(&bare(name)))),
            Some(Guess::Version | Guess::Position) => {}
        }
    }
    if said.is_empty() {
        for name in names.iter().filter(|name| !key.contains(name)) {
            line(&format!("# {} = \"/…\"", safe_text(&bare(name))));
        }
    }
    if mapped == 0 {
        line("# At least one column must be named here.");
    }
    if let Some(Ok(state)) = best.map(|best| &best.state) {
        let taken = |leaf: &Leaf| {
            said.iter()
                .any(|(_, guess)| matches!(guess, Some(Guess::Leaf { said, .. }) if said.contains(&quoted(&leaf.path))))
        };
        let left: Vec<String> =
            leaves(state).iter().filter(|leaf| !taken(leaf)).map(|leaf| leaf.path.clone()).take(LEFT).collect();
        if !left.is_empty() {
            line(&format!("\n# The state has also {}", safe_text(&left.join(", "))));
        }
    }
    out
}
