//! The clock: events over the log's time, the cursor that everything is as of, and where the selected event stands.

use super::canvas::Canvas;
use crate::analysis::log::Histogram;
use crate::app::clock::{parts_of, selected};
use crate::app::format;
use crate::app::geometry::{Area, Frame, bars};
use crate::app::marks::{self, MarkKind};
use crate::app::model::Model;
use crate::app::place::Screen;
use foldback_domain::event::Position;
use std::collections::BTreeMap;

const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws the clock.
pub(super) fn draw(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let Some(histogram) = &model.facts.histogram else {
        if let Some(reason) = model.setup.source.capabilities.global_order.reason() {
            canvas.text(area.x, area.y, area.width, &format!("◌ no clock: {reason}"), canvas.theme.dim);
        } else if model.desk.failure(crate::app::effect::Slot::Histogram).is_none() && !model.facts.is_empty_store() {
            canvas.text(area.x, area.y, area.width, "the clock is being drawn …", canvas.theme.dim);
        }
        return;
    };
    let parts = histogram.buckets.len();
    if parts == 0 {
        return;
    }
    let bars = bars(area);
    let theme = canvas.theme;
    let label = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %b").to_string();
    canvas.text(area.x, area.y, 7, &label(histogram.buckets[0].from_at), theme.dim);
    canvas.right(area.x, area.y, area.width, &label(end(histogram)), theme.dim);

    let here = selected(model).and_then(|position| histogram.bucket_of(position));
    let marked = model.screens.log.mark.filter(|_| model.screen == Screen::Log).and_then(|p| histogram.bucket_of(p));
    let cursor = model.clock.as_of.map(|as_of| Columns::of(histogram, bars.columns()).at(as_of.position));
    let counts = columns(histogram, bars.columns());
    let peak = counts.iter().copied().max().unwrap_or(0).max(1);
    for (column, count) in counts.iter().enumerate() {
        let cell = Area { x: bars.x + column as u16, y: area.y, width: 1, height: 1 };
        // Whatever happened at all is seen: a bar is empty only where nothing did.
        let height = if *count == 0 { 0 } else { (count.saturating_mul(8).div_ceil(peak) as usize).clamp(1, 8) };
        let of = parts_of(column, bars.columns(), parts);
        let is_here = here.is_some_and(|part| of.contains(&part));
        let between = match (marked, here) {
            (Some(mark), Some(here)) => of.start >= mark.min(here) && of.start <= mark.max(here),
            _ => false,
        };
        let style = match (is_here, between) {
            // What comes after the cursor has not happened yet.
            _ if cursor.is_some_and(|cursor| column > cursor) => theme.rule,
            (true, _) => theme.accent,
            (false, true) => theme.warn,
            (false, false) => theme.bar,
        };
        let sign = if is_here && height == 0 { "│" } else { BARS[height] };
        canvas.text(cell.x, cell.y, 1, sign, style);
        if cursor == Some(column) {
            canvas.text(cell.x, cell.y, 1, "┃", theme.past);
        } else if is_here {
            canvas.style(cell, theme.selection);
        }
    }
    if let (Some(mark), true) = (marked, bars.width > 0) {
        let text = format!("from {} ", format::moment(histogram.buckets[mark].from_at));
        canvas.text(bars.x, area.y, bars.width, &text, theme.warn);
    }
}

/// Marks stand on the rule above the bars; where there is none, in the place of bars.
pub(super) fn marks(model: &Model, frame: &Frame, canvas: &mut Canvas<'_>) {
    let Some(histogram) = model.facts.histogram.as_ref().filter(|histogram| !histogram.buckets.is_empty()) else {
        return;
    };
    let bars = bars(frame.clock);
    let columns = Columns::of(histogram, bars.columns());
    let stands = model.clock.as_of.map(|as_of| columns.at(as_of.position));
    let y = if frame.foot_rule.height > 0 { frame.foot_rule.y } else { bars.y };
    let mut at = BTreeMap::new();
    for mark in marks::marks(model) {
        let kind = at.entry(columns.at(mark.position)).or_insert(mark.kind);
        *kind = mark.kind.max(*kind);
    }
    for (column, kind) in at {
        let (sign, style) = match kind {
            MarkKind::Snapshot => ("◆", canvas.theme.dim),
            MarkKind::Failure => ("✗", canvas.theme.bad),
            MarkKind::Stop => ("‖", canvas.theme.warn),
            MarkKind::Bookmark => ("★", canvas.theme.accent),
        };
        if y != bars.y || stands != Some(column) {
            canvas.text(bars.x + column as u16, y, 1, sign, style);
        }
    }
}

/// When the last part ends.
fn end(histogram: &Histogram) -> jiff::Timestamp {
    match histogram.buckets.as_slice() {
        [.., before, last] => {
            last.from_at.saturating_add(last.from_at.duration_since(before.from_at)).unwrap_or(last.from_at)
        }
        [last] => last.from_at,
        [] => jiff::Timestamp::UNIX_EPOCH,
    }
}

/// Where positions stand among so many columns.
struct Columns<'h> {
    histogram: &'h Histogram,
    /// The last column of each part.
    last: Vec<usize>,
}

impl<'h> Columns<'h> {
    fn of(histogram: &'h Histogram, columns: usize) -> Columns<'h> {
        let parts = histogram.buckets.len();
        let mut last = vec![0; parts];
        for column in 0..columns {
            last[parts_of(column, columns, parts)].fill(column);
        }
        Columns { histogram, last }
    }

    /// The last column of the part that a position is in; the first one before everything.
    fn at(&self, position: Position) -> usize {
        self.histogram.bucket_of(position).map_or(0, |part| self.last[part])
    }
}

/// The parts joined, or drawn broader, for so many columns: how dense events are in each, in thousandths of a part.
/// Sums would draw stripes, because some columns join more parts than others.
fn columns(histogram: &Histogram, columns: usize) -> Vec<u64> {
    let parts = histogram.buckets.len();
    (0..columns)
        .map(|column| {
            let joined = &histogram.buckets[parts_of(column, columns, parts)];
            let sum: u64 = joined.iter().map(|bucket| bucket.events).sum();
            (sum.saturating_mul(1_000)).div_ceil(joined.len().max(1) as u64)
        })
        .collect()
}
