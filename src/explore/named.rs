//! What the events of one page changed, while the events themselves are read: without payloads, and only where most of them
//! are wanted; else they are read one by one.

use super::Explorer;
use super::bodies::Ahead;
use crate::replay::{Change, Turn};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamRead};

/// One of so many events on a page must be wanted for all of them to be read.
const DENSE: usize = 8;

/// Changes whose events are being read.
pub(super) struct Named {
    changes: Vec<(Turn, Change)>,
    reading: Option<Ahead<Page<EventHead, Version>>>,
}

impl Named {
    /// Begins to read the events of these changes, which all stand on a page of so many; `None` where there are none.
    pub(super) fn begin(
        explorer: &Explorer,
        stream: &StreamName,
        changes: Vec<(Turn, Change)>,
        page: usize,
    ) -> Option<Named> {
        let (first, last) = (changes.first()?.0.version, changes.last()?.0.version);
        let reading = (changes.len().saturating_mul(DENSE) >= page).then(|| {
            let (reader, stream) = (explorer.reader.clone(), stream.clone());
            let read = StreamRead { stream, from: first, to: last, direction: Direction::Forward, limit: page };
            Ahead::begin(async move { reader.read_stream(&read).await })
        });
        Some(Named { changes, reading })
    }

    /// The events that were read, and all changes.
    pub(super) async fn read(self) -> Result<(Vec<EventHead>, Vec<(Turn, Change)>), StoreError> {
        let heads = match self.reading {
            Some(reading) => reading.done().await?.items,
            None => Vec::new(),
        };
        Ok((heads, self.changes))
    }
}
