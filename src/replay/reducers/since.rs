//! What was folded since the state was last copied: payloads one behind the other, so that remembering them costs
//! little more than their bytes.

use foldback_domain::event::{EventBody, Version};
use std::sync::Arc;

/// Events in order.
#[derive(Default)]
pub(super) struct Since {
    entries: Vec<Entry>,
    text: String,
    pub bytes: usize,
}

enum Entry {
    /// An event of which the payload is all that matters; it ends here in the text.
    Text {
        event_type: Arc<str>,
        version: Version,
        end: usize,
    },
    Whole(Box<EventBody>),
}

/// An event that was remembered.
pub(super) enum Remembered<'s> {
    Text(&'s Arc<str>, Version, &'s str),
    Whole(&'s EventBody),
}

impl Since {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Remembers a payload that is JSON.
    pub fn push_text(&mut self, event_type: &Arc<str>, version: Version, text: &str) {
        self.bytes += text.len();
        self.text.push_str(text);
        self.entries.push(Entry::Text { event_type: Arc::clone(event_type), version, end: self.text.len() });
    }

    /// Remembers a whole event.
    pub fn push(&mut self, event: &EventBody) {
        self.bytes += event.data.len();
        self.entries.push(Entry::Whole(Box::new(event.clone())));
    }

    pub fn iter(&self) -> impl Iterator<Item = Remembered<'_>> {
        let mut begin = 0;
        self.entries.iter().map(move |entry| match entry {
            Entry::Text { event_type, version, end } => {
                let text = &self.text[std::mem::replace(&mut begin, *end)..*end];
                Remembered::Text(event_type, *version, text)
            }
            Entry::Whole(event) => Remembered::Whole(event),
        })
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.text.clear();
        self.bytes = 0;
    }
}
