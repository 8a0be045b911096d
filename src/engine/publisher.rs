//! Where the outbox' messages go: a file, or memory. At least once: who reads them knows a repeat by its number.

use super::faults::{Fault, Faults};
use crate::store::books::Waiting;
use async_trait::async_trait;
use foldback_domain::event::format_time;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Takes messages out of the house.
#[async_trait]
pub trait Publisher: Send + Sync {
    /// What it is called: the file, the broker.
    fn name(&self) -> String;

    /// Publishes a message. When it returns, the message is out; the error is a sentence.
    async fn publish(&self, message: &Waiting) -> Result<(), String>;
}

/// Appends messages to a file, one JSON object a line.
pub struct FilePublisher {
    path: String,
    file: Arc<Mutex<File>>,
}

impl FilePublisher {
    /// Opens the file, which is made where it is not there.
    pub fn open(path: &Path) -> std::io::Result<FilePublisher> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(FilePublisher { path: path.to_string_lossy().into_owned(), file: Arc::new(Mutex::new(file)) })
    }
}

#[async_trait]
impl Publisher for FilePublisher {
    fn name(&self) -> String {
        self.path.clone()
    }

    async fn publish(&self, message: &Waiting) -> Result<(), String> {
        let line = format!("{}\n", document(message));
        let file = self.file.clone();
        let write = move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let before = file.metadata()?.len();
            // One write: a crash leaves a whole line or none. A full disk takes half a line, which goes away again.
            let written = file.write_all(line.as_bytes());
            if written.is_err() {
                let _ = file.set_len(before);
            }
            written.and_then(|()| file.sync_data())
        };
        match tokio::task::spawn_blocking(write).await {
            Ok(written) => written.map_err(|error| format!("{} cannot be written: {error}", self.path)),
            Err(error) => Err(format!("{} was not written: {error}", self.path)),
        }
    }
}

/// A message as it is told outside.
pub fn document(message: &Waiting) -> Value {
    let payload: Option<Box<RawValue>> = serde_json::from_str(&message.payload).ok();
    json!({
        "number": message.number,
        "aggregate_id": message.aggregate.as_str(),
        "message_type": message.message_type,
        "event_id": message.event_id,
        "global_position": message.position.map(|position| position.0),
        "correlation_id": message.correlation_id,
        "created_at": message.created_at.map(format_time),
        "payload": payload,
    })
}

/// Keeps messages in memory.
#[derive(Debug, Default)]
pub struct MemoryPublisher {
    published: Mutex<Vec<Waiting>>,
}

impl MemoryPublisher {
    /// What was published, oldest first.
    pub fn published(&self) -> Vec<Waiting> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Publisher for MemoryPublisher {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    async fn publish(&self, message: &Waiting) -> Result<(), String> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        Ok(())
    }
}

/// A publisher that goes wrong by plan: the call is `outbox.publish`, the order is the message's aggregate.
pub struct FaultyPublisher {
    /// The one that works.
    pub inner: Arc<dyn Publisher>,
    /// The plan.
    pub faults: Faults,
}

#[async_trait]
impl Publisher for FaultyPublisher {
    fn name(&self) -> String {
        self.inner.name()
    }

    async fn publish(&self, message: &Waiting) -> Result<(), String> {
        let key = message.number.to_string();
        match self.faults.of("outbox", "publish", &key, message.aggregate.as_str()) {
            Some(fault @ (Fault::Fail(_) | Fault::FailOnce)) => Err(format!("{}: {fault}", self.inner.name())),
            Some(Fault::Refuse(why)) => Err(why),
            // It is out, and nobody hears of it: it is published again.
            Some(Fault::Lost) => {
                self.inner.publish(message).await?;
                Err(format!("{} did not answer", self.inner.name()))
            }
            Some(Fault::Twice) => {
                self.inner.publish(message).await?;
                self.inner.publish(message).await
            }
            Some(Fault::Slow(_) | Fault::Late(_)) | None => self.inner.publish(message).await,
        }
    }
}
