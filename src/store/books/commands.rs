//! Commands: the events of one, its messages and its answer, in one transaction.

use super::Books;
use crate::store::append::append;
use crate::store::database::Arg;
use crate::store::{Appended, Commit, StoreError};

impl Books {
    /// Writes everything that a command changes, or nothing. A command id that is there already is
    /// [`StoreError::CommandHandled`]: its answer is in [`Books::read_command`].
    pub async fn commit(&self, commit: &Commit) -> Result<Appended, StoreError> {
        let mut tx = self.database.begin().await?;
        let appended = append(&mut tx, &commit.stream, &commit.category, commit.expected, &commit.events).await?;
        if let Some(command) = &commit.command {
            let inserted = tx
                .run(
                    "INSERT INTO processed_commands (command_id, result, processed_at) VALUES ($1, $2, $3) \
                     ON CONFLICT (command_id) DO NOTHING",
                    &[(&command.command_id).into(), Arg::Json(Some(&command.result)), commit.at.into()],
                )
                .await?;
            if inserted == 0 {
                return Err(StoreError::CommandHandled { command_id: command.command_id.clone() });
            }
        }
        for message in &commit.messages {
            let position = tx
                .row("SELECT global_position FROM events WHERE event_id = $1", &[(&message.event_id).into()])
                .await?
                .map(|row| row.int(0))
                .transpose()?
                .flatten();
            tx.run(
                "INSERT INTO outbox (aggregate_id, event_id, global_position, message_type, payload, correlation_id, \
                 created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    commit.stream.as_str().into(),
                    (&message.event_id).into(),
                    Arg::Int(position),
                    (&message.message_type).into(),
                    Arg::Json(Some(&message.payload)),
                    message.correlation_id.as_deref().into(),
                    commit.at.into(),
                ],
            )
            .await?;
        }
        tx.commit().await?;
        Ok(appended)
    }

    /// The answer to a command that was handled, as JSON; `None` for one that was not.
    pub async fn read_command(&self, command_id: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT result FROM processed_commands WHERE command_id = $1";
        self.database.row(sql, &[command_id.into()]).await?.map(|row| row.json(0)).transpose().map(Option::flatten)
    }
}
