//! Questions over many streams, answered from what was read.
