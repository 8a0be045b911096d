//! The interface as a fold: a model, messages, and effects as values.
