//! What follows from a branch around its stream, as lines: read models and sagas.

use super::super::super::context::Context;
use super::super::super::document::{Line, Tone};
use super::super::super::format;
use super::super::super::modals::{Detail, Modal};
use super::{Travel, event};
use crate::analysis::what_if::{ModelOnBranch, OnBranch, SagasOnBranch, UNKNOWN, Went};

/// What stands around a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Around {
    /// The read models that it concerns, or why there are none to see.
    pub models: Result<Vec<ModelOnBranch>, String>,
    /// The sagas that it concerns.
    pub sagas: SagasOnBranch,
}

impl Travel {
    /// Shows what follows from a branch.
    pub(super) fn around(&self, around: &Around, cx: &mut Context<'_>) {
        let mut lines = match &around.models {
            Err(why) => vec![Line::of(Tone::Warn, format!("⚠ no read models: {why}"))],
            Ok(models) if models.is_empty() => vec![Line::of(Tone::Dim, "no projection handles the edited events")],
            Ok(models) => models.iter().flat_map(model).collect(),
        };
        lines.extend(sagas(&around.sagas));
        let name = self.branches.current().map_or("main", |branch| branch.name.as_str());
        cx.modal = Some(Modal::Detail(Detail::new(format!("read models and sagas on {name}"), lines)));
    }
}

fn model(model: &ModelOnBranch) -> Vec<Line> {
    let mut lines = vec![Line::of(Tone::Title, format!("read model {}", model.projection))];
    for (side, went) in [("main", &model.main), ("branch", &model.branch)] {
        lines.push(how(side, went));
    }
    let (compared, differ) = (format::number(model.compared), format::number(model.differ));
    lines.push(Line::of(Tone::Dim, format!("rows         {compared} compared, {differ} differ")));
    for row in &model.rows {
        let first = row.first.map_or(String::new(), |at| format!("  since #{at}"));
        lines.push(Line::of(Tone::Key, row.key.clone()).and(Tone::Dim, first));
        lines.extend(row.changes.iter().flat_map(event::changed));
    }
    let told = model.rows.len() as u64;
    if model.differ > told {
        lines.push(Line::of(Tone::Dim, format!("and {} more: foldback what-if --read-models", model.differ - told)));
    }
    lines.push(Line::default());
    lines
}

fn how(side: &str, went: &Went) -> Line {
    let skipped = match went.skipped {
        0 => String::new(),
        skipped => format!("  {} passed over", format::number(skipped)),
    };
    match &went.stopped {
        Some((at, why)) => Line::field(side, Tone::Bad, format!("✗ stops at #{at}: {why}")),
        None => Line::field(side, Tone::Good, "✓ goes through to the end"),
    }
    .and(Tone::Dim, skipped)
}

fn sagas(sagas: &SagasOnBranch) -> Vec<Line> {
    let mut lines = Vec::new();
    for saga in &sagas.list {
        let because: Vec<String> = saga.because.iter().map(|(version, kind)| format!("v{version} {kind}")).collect();
        let (tone, there) = match saga.branch {
            OnBranch::Is(status) => (Tone::Branch, format!("{status} on the branch")),
            OnBranch::Gone => (Tone::Branch, "not begun on the branch".to_owned()),
            OnBranch::Unknown => (Tone::Dim, "? on the branch".to_owned()),
        };
        let line = Line::of(Tone::Key, format!("saga {}  ", saga.saga_id)).and(Tone::Plain, format!("{}  ", saga.main));
        lines.push(line.and(tone, there).and(Tone::Dim, format!("  by {}", because.join(", "))));
    }
    if sagas.list.iter().any(|saga| saga.branch == OnBranch::Unknown) {
        lines.push(Line::of(Tone::Dim, format!("? {UNKNOWN}")));
    }
    if sagas.left_out > 0 {
        lines.push(Line::of(Tone::Dim, format!("{} more events were not looked up", sagas.left_out)));
    }
    lines
}
