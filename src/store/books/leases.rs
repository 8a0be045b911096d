//! Leases: who does a work that only one process may do at a time.

use super::Books;
use crate::store::StoreError;
use jiff::Timestamp;

impl Books {
    /// Takes or renews a lease until a time. `None` when it is the holder's now; else who holds it.
    pub async fn lease(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let mut tx = self.database.begin().await?;
        tx.run(
            "INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at \
             WHERE leases.holder = excluded.holder OR leases.expires_at < $4",
            &[name.into(), holder.into(), until.into(), now.into()],
        )
        .await?;
        let row = tx.row("SELECT holder FROM leases WHERE name = $1", &[name.into()]).await?;
        tx.commit().await?;
        let held_by = row.map(|row| row.must_text(0)).transpose()?;
        Ok(held_by.filter(|other| other != holder))
    }

    /// Gives a lease back.
    pub async fn release(&self, name: &str, holder: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM leases WHERE name = $1 AND holder = $2";
        self.database.run(sql, &[name.into(), holder.into()]).await.map(|_| ())
    }
}
