//! What a recorded event is, in the words that every floor shares.

mod mark;
mod payload;
mod position;
mod recorded;
mod safe;
mod stream;
mod time;

pub use mark::Mark;
pub use payload::{Payload, PayloadError};
pub use position::{Position, Version};
pub use recorded::{EventBody, EventHead, EventMore, RecordedEvent};
pub use safe::safe_text;
pub use stream::{Category, StreamName};
pub use time::{format_time, parse_time};
