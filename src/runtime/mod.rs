//! The terminal: its loop, its input, and effects turned into tasks.
