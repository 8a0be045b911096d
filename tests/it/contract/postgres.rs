//! What PostgreSQL alone has to show.
