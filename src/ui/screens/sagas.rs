//! The sagas as cells: the list, and one of them as lanes over time.

mod lanes;

use super::{empty, failure, more_sign, select, sentence, title};
use crate::analysis::sagas::Listed;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::app::screens::sagas::{areas, rows};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;
use foldback_domain::processes::SagaStatus;
use ratatui::style::Style;

/// Draws the sagas.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let screen = &model.screens.sagas;
    let (list, below) = areas(body, screen.opened);
    if screen.opened {
        return lanes::draw(model, below, canvas);
    }
    let about = screen.found.as_ref().map_or(String::new(), |found| {
        let rates = found.rates;
        let more = if found.more { " · ⚠ there are more" } else { "" };
        if rates.over == 0 {
            return more.to_owned();
        }
        format!(
            "{} kept · of those over {} % succeeded, {} % failed, {} % compensated{more}",
            format::number(rates.sagas),
            rates.success,
            rates.failure,
            rates.compensation
        )
    });
    let rest = title(list, "SAGAS", &about, true, canvas);
    if failure(model, Slot::Sagas, rest, canvas) {
        return;
    }
    let Some(found) = &screen.found else { return sentence(rest, "reading …", canvas.theme.dim, canvas) };
    if let Some(reason) = &found.unavailable {
        let whole = Area { height: body.height.saturating_sub(1), ..rest };
        return sentence(whole, &format!("◌ no sagas here: {reason}"), canvas.theme.plain, canvas);
    }
    if found.list.is_empty() {
        let now = match model.setup.source.own {
            true => {
                format!("No sagas have begun on this store yet. Run them with: foldback run {}", model.setup.source_arg)
            }
            false => "no sagas: this store's tables for them are empty".to_owned(),
        };
        let text = empty(model, &now, canvas);
        return sentence(rest, &text, canvas.theme.plain, canvas);
    }
    let area = rows(body, false);
    let names = found.list.iter().map(|listed| canvas.width(&listed.summary.saga_id)).max().unwrap_or(0);
    let name = names.clamp(8, 26.min(area.width / 3)) + 2;
    let top = Area { y: area.y - 1, height: 1, ..area };
    columns(name, top, canvas);
    let shown = screen.picked.at.visible(found.list.len(), area.rows());
    for (row, listed) in found.list[shown.clone()].iter().enumerate() {
        line(model, listed, name, Area { y: area.y + row as u16, height: 1, ..area }, canvas);
    }
    if !screen.picked.is_lost() {
        select(area, screen.picked.at.cursor.saturating_sub(shown.start), model.modal.is_none(), canvas);
    }
    more_sign(area, shown.start > 0, shown.end < found.list.len(), canvas);
    if below.height > 0 {
        canvas.rule(Area { y: below.y - 1, height: 1, ..below });
        lanes::draw(model, below, canvas);
    }
}

const STATUS: u16 = 22;
const AGE: u16 = 14;

fn columns(name: u16, area: Area, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.dim;
    let x = area.x + 2;
    canvas.text(x, area.y, name, "saga", style);
    canvas.text(x + name, area.y, STATUS, "status", style);
    canvas.text(x + name + STATUS, area.y, 18, "step", style);
    canvas.right(area.x, area.y, area.width.saturating_sub(1), "last sign", style);
}

fn line(model: &Model, listed: &Listed, name: u16, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let saga = &listed.summary;
    let (sign, style) = sign(saga.status, listed.overdue, theme);
    canvas.text(area.x, area.y, 1, sign, style);
    let x = area.x + 2;
    canvas.text(x, area.y, name - 1, &saga.saga_id, theme.plain);
    let status = if listed.overdue { format!("{} overdue", saga.status) } else { saga.status.to_string() };
    canvas.text(x + name, area.y, STATUS - 1, &status, style);
    let x = x + name + STATUS;
    let room = (area.x + area.width).saturating_sub(x + AGE);
    let step = saga.step.as_deref().unwrap_or("–");
    let used = canvas.text(x, area.y, room, step, theme.plain);
    if let Some(error) = &saga.error {
        let at = used.max(18) + 2;
        canvas.text(x + at, area.y, room.saturating_sub(at), error, theme.bad);
    }
    let ago = saga.updated_at.map_or(String::new(), |at| format::ago(model.then(), at));
    canvas.right(area.x, area.y, area.width.saturating_sub(1), &ago, theme.dim);
}

/// A status' sign and colour.
pub(super) fn sign(status: SagaStatus, overdue: bool, theme: &Theme) -> (&'static str, Style) {
    match status {
        _ if overdue => ("▲", theme.warn),
        SagaStatus::CompensationFailed => ("✗", theme.bad),
        SagaStatus::Failed | SagaStatus::TimedOut => ("✗", theme.warn),
        SagaStatus::Completed => ("✓", theme.good),
        SagaStatus::Compensated => ("↺", theme.dim),
        SagaStatus::Compensating => ("↺", theme.warn),
        SagaStatus::Started | SagaStatus::Executing => ("●", theme.accent),
        SagaStatus::Unknown => ("?", theme.dim),
    }
}
