//! The time machine: folds, seeks, differences, blame. It reads nothing itself.
