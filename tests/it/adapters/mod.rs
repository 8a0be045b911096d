//! Sources of all kinds.
