//! The model drawn as cells. Drawing never acts.
