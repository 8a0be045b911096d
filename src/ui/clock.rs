//! The clock: events over the log's time, with a cursor where the selected event stands.

use super::canvas::Canvas;
use crate::analysis::log::Histogram;
use crate::app::format;
use crate::app::geometry::{Area, bars};
use crate::app::model::Model;
use crate::app::place::Screen;
use foldback_domain::event::Position;

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
    let end = model.facts.glance.iter().flat_map(|glance| glance.newest.first()).find_map(|head| head.created_at);
    let end = end.unwrap_or(histogram.buckets[parts - 1].from_at);
    canvas.right(area.x, area.y, area.width, &label(end), theme.dim);

    let cursor = cursor(model).and_then(|position| histogram.bucket_of(position));
    let marked = model.screens.log.mark.filter(|_| model.screen == Screen::Log).and_then(|p| histogram.bucket_of(p));
    let counts = columns(histogram, bars.columns());
    let peak = counts.iter().copied().max().unwrap_or(0).max(1);
    for (column, count) in counts.iter().enumerate() {
        let x = bars.x + column as u16;
        // Whatever happened at all is seen: a bar is empty only where nothing did.
        let height = if *count == 0 { 0 } else { (count.saturating_mul(8).div_ceil(peak) as usize).clamp(1, 8) };
        let (first, last) = range(column, bars.columns(), parts);
        let here = |part: Option<usize>| part.is_some_and(|part| part >= first && part < last.max(first + 1));
        let between = match (marked, cursor) {
            (Some(mark), Some(cursor)) => first >= mark.min(cursor) && first <= mark.max(cursor),
            _ => false,
        };
        let style = if here(cursor) {
            theme.accent
        } else if between {
            theme.warn
        } else {
            theme.bar
        };
        let sign = if here(cursor) && height == 0 { "│" } else { BARS[height] };
        canvas.text(x, area.y, 1, sign, style);
        if here(cursor) {
            canvas.style(Area { x, y: area.y, width: 1, height: 1 }, theme.selection);
        }
    }
    if let (Some(mark), true) = (marked, bars.width > 0) {
        let text = format!("from {} ", format::moment(histogram.buckets[mark].from_at));
        canvas.text(bars.x, area.y, bars.width, &text, theme.warn);
    }
}

/// The position that the screen is at.
fn cursor(model: &Model) -> Option<Position> {
    match model.screen {
        Screen::Log => model.screens.log.window.selected_key(),
        Screen::Travel => model.screens.travel.step.as_ref()?.event.as_ref()?.head.global_position,
        Screen::Projections => model.screens.projections.selected()?.checkpoint.position,
        Screen::Sagas => model.screens.sagas.line()?.0.head,
        Screen::Trace => model.screens.trace.selected()?.node.global_position,
        Screen::DeadLetters => model.screens.dead_letters.selected()?.position,
        Screen::Overview | Screen::Streams => None,
    }
}

/// The parts that a column stands for.
fn range(column: usize, columns: usize, parts: usize) -> (usize, usize) {
    (column * parts / columns.max(1), (column + 1) * parts / columns.max(1))
}

/// The parts joined, or drawn broader, for so many columns: how dense events are in each, in thousandths of a part.
/// Sums would draw stripes, because some columns join more parts than others.
fn columns(histogram: &Histogram, columns: usize) -> Vec<u64> {
    let parts = histogram.buckets.len();
    (0..columns)
        .map(|column| {
            let (first, last) = range(column, columns, parts);
            let joined = &histogram.buckets[first..last.max(first + 1).min(parts)];
            let sum: u64 = joined.iter().map(|bucket| bucket.events).sum();
            (sum.saturating_mul(1_000)).div_ceil(joined.len().max(1) as u64)
        })
        .collect()
}
