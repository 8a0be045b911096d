//! What is known of the whole store: the frame and the overview show it.

use crate::analysis::log::Histogram;
use crate::analysis::overview::{Attention, Glance};
use foldback_domain::event::Position;
use foldback_domain::reading::Totals;
use jiff::Timestamp;
use std::time::Duration;

/// What is known so far. It comes piece by piece: what takes long comes last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The store at a glance.
    pub glance: Option<Glance>,
    /// Everything counted.
    pub totals: Option<Totals>,
    /// How long counting may take at most, where it took longer and was given up.
    pub uncounted: Option<Duration>,
    /// Whether the store has changed since it was counted.
    pub totals_are_old: bool,
    /// What needs attention.
    pub attention: Option<Attention>,
    /// The log's shape over time.
    pub histogram: Option<Histogram>,
    /// When the store was last seen to change.
    pub changed_at: Option<Timestamp>,
}

impl Facts {
    /// The greatest position.
    pub fn head(&self) -> Option<Position> {
        self.glance.as_ref()?.head
    }

    /// Whether there is known to be nothing in the store.
    pub fn is_empty_store(&self) -> bool {
        self.glance.as_ref().is_some_and(|glance| glance.head.is_none() && glance.newest.is_empty())
    }

    /// How many events there are, and whether that was counted: before it was, what the database knows of its tables must do,
    /// or positions, where it knows nothing and they are the source's own.
    pub fn events(&self) -> Option<(u64, bool)> {
        if let Some(totals) = &self.totals {
            return Some((totals.events, !self.totals_are_old));
        }
        let glance = self.glance.as_ref()?;
        let Some(head) = glance.head else { return Some((0, true)) };
        if let Some(estimate) = glance.estimate {
            return Some((estimate, false));
        }
        let first = glance.first.as_ref().and_then(|first| first.global_position).unwrap_or(Position(1));
        let (head, first) = (head.number()?, first.number()?);
        Some((head.saturating_sub(first).saturating_add(1).max(0).unsigned_abs(), false))
    }
}
