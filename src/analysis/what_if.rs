//! What follows from a branch around its stream: read models and sagas.

use crate::replay::Change;
use foldback_domain::event::{Position, Version};
use foldback_domain::processes::SagaStatus;
use std::sync::Arc;

/// Why a saga on a branch is unknown.
pub const UNKNOWN: &str = "what services would have answered is not recorded, so its next steps cannot be decided";

/// A read model on main and on a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelOnBranch {
    /// Which projection.
    pub projection: &'static str,
    /// How it went on main.
    pub main: Went,
    /// How it would have gone.
    pub branch: Went,
    /// How many keys were compared.
    pub compared: u64,
    /// How many rows differ.
    pub differ: u64,
    /// The first of them, by key.
    pub rows: Vec<RowOnBranch>,
}

/// How a projection went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Went {
    /// The event that it stops at, and why.
    pub stopped: Option<(Position, String)>,
    /// How many events it passed over, since it cannot handle them.
    pub skipped: u64,
}

/// A row that would be another one.
#[derive(Debug, Clone, PartialEq)]
pub struct RowOnBranch {
    /// Its key.
    pub key: String,
    /// The first event behind which it differs, where that is known.
    pub first: Option<Position>,
    /// What would be different.
    pub changes: Vec<Change>,
}

/// A saga that an event concerns which would not have happened, or not like this.
#[derive(Debug, Clone, PartialEq)]
pub struct SagaOnBranch {
    /// Its id.
    pub saga_id: String,
    /// What kind of saga it is.
    pub saga_type: String,
    /// How it is doing.
    pub main: SagaStatus,
    /// How it would be doing.
    pub branch: OnBranch,
    /// The events of this stream that would be others, by the versions that they were recorded under.
    pub because: Vec<(Version, Arc<str>)>,
}

/// How a saga would be doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBranch {
    /// Its events alone say so.
    Is(SagaStatus),
    /// It would not have begun.
    Gone,
    /// It rests on answers that nobody recorded.
    Unknown,
}

/// The sagas on a branch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SagasOnBranch {
    /// Those that are concerned, by id.
    pub list: Vec<SagaOnBranch>,
    /// How many transactions were left out, since there are too many.
    pub left_out: usize,
}
