//! One stream's row held against the stream: folded once where they agree, and once more to see where they parted.

use super::super::Explorer;
use super::super::bodies::Bodies;
use super::super::crew::{Job, Wants};
use super::super::travel::unversioned;
use super::MapDifference;
use crate::analysis::audit_map::{Cells, Claim, Found, Mapping, Part, Watch, agrees, told};
use crate::replay::Turn;
use crate::replay::pointer::{tokens, unescape};
use crate::replay::reducers::{Asking, Expr};
use crate::store::StoreError;
use crate::store::kept_rows::{KeptRow, KeptRows};
use foldback_domain::event::{EventBody, EventHead, Position, Version};
use foldback_domain::reading::{Direction, LogFilter, LogRead, StreamRead, StreamSummary};
use foldback_domain::{Fold, Reducer, Want};
use serde_json::Value;
use std::sync::Arc;

/// How many rows of one stream are looked at: one of them belongs to it, and the others are too many.
const ALIKE: usize = 100;

/// What came of a stream.
pub struct Looked {
    /// The numbers of its rows.
    pub rows: Vec<u64>,
    /// What came of it.
    pub verdict: Verdict,
    /// The keys of further rows that belong to the same stream.
    pub alike: Vec<KeptRow>,
}

/// What came of a stream and its row.
pub enum Verdict {
    /// It is none of the mapping's.
    Skipped,
    /// There is no row, and there is to be none.
    Nothing,
    /// They agree; whether the row says that it is behind.
    Agrees(bool),
    /// They differ.
    Differs(Box<MapDifference>),
    /// Nobody knows; a sentence says why.
    Undecided(String),
}

/// One worker's part.
pub struct Holding {
    explorer: Explorer,
    mapping: Arc<Mapping>,
    rows: Arc<KeptRows>,
    when: Option<Asking>,
    /// The members of the state that the columns look at; `None` where one looks at all of it.
    members: Option<Vec<Want>>,
    /// Where the log was before the rows were read.
    began: Option<Position>,
}

/// Why there is no answer.
type Unknown = String;

impl Holding {
    /// A worker's part of the whole.
    pub fn new(explorer: &Explorer, mapping: &Arc<Mapping>, rows: &Arc<KeptRows>, began: Option<Position>) -> Holding {
        let when = mapping.when.as_deref().and_then(|text| Expr::parse(text).ok()).map(Asking::new);
        let (explorer, mapping, rows) = (explorer.clone(), mapping.clone(), rows.clone());
        Holding { members: members(&mapping), explorer, mapping, rows, when, began }
    }

    fn is_mine(&self, summary: &StreamSummary) -> bool {
        self.mapping.naming.key(summary.stream_id.as_str()).is_some()
    }

    /// What a row is to be after an event; `None` where there is to be none.
    fn told(
        &mut self,
        fold: &mut Box<dyn Fold>,
        event: &EventBody,
        stream: &str,
        turn: Turn,
    ) -> Result<Option<Cells>, Unknown> {
        if let Some(when) = &mut self.when
            && !when.holds(Some(fold.as_mut()), event).map_err(|why| format!("when: {why}"))?
        {
            return Ok(None);
        }
        let part = self.members.as_ref().and_then(|names| Some((names, fold.members(names)?)));
        let state = match part {
            Some((names, members)) => {
                let there =
                    names.iter().zip(members).filter_map(|(want, it)| Some((want.name.clone(), it.into_json()?)));
                Value::Object(there.collect())
            }
            None => fold.state().map_err(|error| format!("the state cannot be shown: {error}"))?,
        };
        Ok(Some(told(&self.mapping.columns, &state, stream, turn)))
    }

    /// Up to which version the row says that it is.
    async fn claimed(&self, summary: &StreamSummary, claim: &Value) -> Result<Option<Version>, StoreError> {
        let number = claim.as_i64().or_else(|| claim.as_str()?.trim().parse().ok());
        let (Some(number), Claim::Position(_)) = (number, &self.mapping.claim) else {
            return Ok(number.map(Version));
        };
        let to = Some(Position(number));
        let filter = LogFilter { stream: Some(summary.stream_id.clone()), to, ..LogFilter::default() };
        let read = LogRead { filter, start: None, direction: Direction::Backward, limit: 1 };
        let head = self.explorer.reader.read_log(&read).await?.items.into_iter().next();
        // Before its first event there is nothing yet.
        Ok(Some(head.and_then(|head| head.stream_version).unwrap_or(Version(i64::MIN))))
    }

    async fn head(&self, summary: &StreamSummary, turn: Turn) -> Result<Option<EventHead>, StoreError> {
        let (stream, version) = (summary.stream_id.clone(), turn.version);
        let read = StreamRead { stream, from: version, to: version, direction: Direction::Forward, limit: 1 };
        Ok(self.explorer.reader.read_stream(&read).await?.items.into_iter().nth(turn.nth as usize))
    }

    /// Folds the stream once more, up to where the row says that it is, and watches the row meanwhile.
    async fn watched(
        &mut self,
        summary: &StreamSummary,
        reducer: &dyn Reducer,
        live: Option<&Cells>,
        until: Option<Version>,
    ) -> Result<Option<Found>, StoreError> {
        let mapping = self.mapping.clone();
        let mut watch = Watch::new(&mapping.columns, live);
        let mut bodies = match self.wants(summary) {
            Wants::Nothing => Bodies::none(&self.explorer, &summary.stream_id),
            wants => Bodies::all(&self.explorer, &summary.stream_id, wants == Wants::Everything),
        };
        let (mut fold, mut last) = (reducer.start(), None);
        'pages: while let Some(page) = bodies.next().await? {
            for event in &page {
                if until.is_some_and(|until| event.version > until) || fold.apply(event).is_err() {
                    break 'pages;
                }
                let turn = Turn::after(last, event.version);
                last = Some(turn);
                // Where nobody can tell what it was, it was not right.
                let told = self.told(&mut fold, event, summary.stream_id.as_str(), turn);
                watch.see(turn, told.unwrap_or(None));
            }
        }
        Ok(watch.end())
    }

    async fn verdict(
        &mut self,
        summary: &StreamSummary,
        bodies: &mut Bodies,
        row: Option<&KeptRow>,
    ) -> Result<Verdict, StoreError> {
        if summary.unversioned > 0 {
            return Ok(Verdict::Undecided(unversioned(summary)));
        }
        let reducer = match self.explorer.reducer(&summary.stream_id, &summary.category) {
            Ok(reducer) => reducer,
            Err(why) => return Ok(Verdict::Undecided(why)),
        };
        let mut live: Option<Cells> = row.and_then(|row| serde_json::from_str(&row.cells).ok());
        let claim = live.as_mut().and_then(Vec::pop).unwrap_or(Value::Null);
        let mut until = match &self.mapping.claim {
            Claim::Version(_) => self.claimed(summary, &claim).await?,
            _ => None,
        };
        if let Some(version) = until.filter(|version| Some(*version) > summary.version) {
            let last = summary.version.map_or("none".to_owned(), |last| last.to_string());
            return Ok(Verdict::Undecided(format!(
                "the row says that it is as of v{version}, and the last one is {last}"
            )));
        }
        let stream = summary.stream_id.as_str();
        let (mut fold, mut last, mut end) = (reducer.start(), None, None);
        'pages: while let Some(page) = bodies.next().await? {
            for event in page {
                if until.is_some_and(|until| event.version > until) {
                    break 'pages;
                }
                if let Err(error) = fold.apply(&event) {
                    return Ok(Verdict::Undecided(format!("the fold stopped at {error}")));
                }
                last = Some(Turn::after(last, event.version));
                end = Some(event);
            }
        }
        let row_told = match (&end, last) {
            (Some(event), Some(turn)) => match self.told(&mut fold, event, stream, turn) {
                Ok(told) => told,
                Err(why) => return Ok(Verdict::Undecided(why)),
            },
            _ => None,
        };
        if agrees(&self.mapping.columns, row_told.as_ref(), live.as_ref()) {
            let is_behind = until.is_some_and(|until| Some(until) < summary.version);
            return Ok(if live.is_none() { Verdict::Nothing } else { Verdict::Agrees(is_behind) });
        }
        if matches!(self.mapping.claim, Claim::Position(_)) && !claim.is_null() {
            until = self.claimed(summary, &claim).await?;
        }
        let Some(found) = self.watched(summary, reducer.as_ref(), live.as_ref(), until).await? else {
            let is_behind = until.is_some_and(|until| Some(until) < summary.version);
            return Ok(if live.is_none() { Verdict::Nothing } else { Verdict::Agrees(is_behind) });
        };
        self.difference(summary, row, found, until).await
    }

    async fn difference(
        &self,
        summary: &StreamSummary,
        row: Option<&KeptRow>,
        found: Found,
        claimed: Option<Version>,
    ) -> Result<Verdict, StoreError> {
        let event = match found.parted {
            Some(turn) => self.head(summary, turn).await?,
            None => None,
        };
        // A row that was right when it was read need not know what came since.
        let at = event.as_ref().and_then(|head| head.global_position);
        if found.agreed == crate::analysis::audit::Agreed::Row && at.is_some() && at > self.began {
            return Ok(if row.is_some() { Verdict::Agrees(false) } else { Verdict::Nothing });
        }
        let mut positions = Vec::with_capacity(found.columns.len());
        for column in &found.columns {
            positions.push(match column.parted {
                parted if parted == found.parted => at,
                Some(turn) => self.head(summary, turn).await?.and_then(|head| head.global_position),
                None => None,
            });
        }
        let key = match row {
            Some(row) => row.key.clone(),
            None => self.mapping.naming.key(summary.stream_id.as_str()).unwrap_or_default().join("/"),
        };
        Ok(Verdict::Differs(Box::new(MapDifference {
            key,
            stream: summary.stream_id.clone(),
            last: summary.version,
            event,
            positions,
            claimed,
            found,
            why: None,
        })))
    }
}

impl Job for Holding {
    type Out = Looked;

    fn wants(&self, summary: &StreamSummary) -> Wants {
        if !self.is_mine(summary) || summary.unversioned > 0 {
            return Wants::Nothing;
        }
        match self.explorer.reducer(&summary.stream_id, &summary.category) {
            Err(_) => Wants::Nothing,
            Ok(reducer) if reducer.needs_more() => Wants::Everything,
            Ok(_) if self.when.as_ref().is_some_and(|when| when.expr().needs_more()) => Wants::Everything,
            Ok(_) => Wants::Bodies,
        }
    }

    async fn stream(&mut self, summary: &StreamSummary, bodies: &mut Bodies) -> Result<Looked, StoreError> {
        if !self.is_mine(summary) {
            return Ok(Looked { rows: Vec::new(), verdict: Verdict::Skipped, alike: Vec::new() });
        }
        let mut found = self.rows.of_stream(summary.stream_id.as_str(), ALIKE)?;
        let rows = found.iter().map(|row| row.number).collect();
        let alike = found.split_off(found.len().min(1));
        let verdict = self.verdict(summary, bodies, found.first()).await?;
        Ok(Looked { rows, verdict, alike })
    }
}

/// The top-level members of the state that the columns look at.
fn members(mapping: &Mapping) -> Option<Vec<Want>> {
    let mut wants: Vec<Want> = Vec::new();
    for column in &mapping.columns {
        let Part::State(path) = &column.part else { continue };
        let want = Want::from(unescape(tokens(path)?.next()?).as_ref());
        if !wants.contains(&want) {
            wants.push(want);
        }
    }
    Some(wants)
}
