//! The three kinds of SQL that databases speak, where they part.

use super::json_text;
use std::fmt::Write;

/// How many bytes are read of a large object.
const LARGE: usize = 16 << 20;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
    /// MySQL's and MariaDB's.
    MySql,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::MySql];

    /// The word for it in layouts and documents.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
            Dialect::MySql => "mysql",
        }
    }

    /// A name as SQL has it, whatever is in it.
    pub fn quote(self, name: &str) -> String {
        match self {
            Dialect::MySql => format!("`{}`", name.replace('`', "``")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text as SQL has it, whatever is in it.
    pub fn literal(self, text: &str) -> String {
        let text = text.replace('\'', "''").replace('\0', "");
        match self {
            Dialect::MySql => format!("'{}'", text.replace('\\', "\\\\")),
            // A backslash means itself only where the server's standard_conforming_strings is on; E'' always knows.
            Dialect::Postgres if text.contains('\\') => format!("E'{}'", text.replace('\\', "\\\\")),
            _ => format!("'{text}'"),
        }
    }

    /// What stands for the value number `n`, from 1.
    pub fn mark(self, n: usize) -> String {
        match self {
            Dialect::Sqlite => format!("?{n}"),
            Dialect::Postgres => format!("${n}"),
            Dialect::MySql => "?".to_owned(),
        }
    }

    /// Texts one behind the other; NULL where one is NULL.
    pub fn concat(self, parts: &[String]) -> String {
        match self {
            Dialect::MySql => format!("concat({})", parts.join(", ")),
            _ => format!("({})", parts.join(" || ")),
        }
    }

    /// An expression as text.
    pub fn text(self, sql: &str) -> String {
        match self {
            Dialect::Sqlite => format!("CAST({sql} AS TEXT)"),
            Dialect::Postgres => format!("({sql})::text"),
            Dialect::MySql => format!("CAST({sql} AS CHAR)"),
        }
    }

    /// An expression as a whole number.
    pub fn integer(self, sql: &str) -> String {
        match self {
            Dialect::Sqlite => format!("CAST({sql} AS INTEGER)"),
            Dialect::Postgres => format!("({sql})::bigint"),
            Dialect::MySql => format!("CAST({sql} AS SIGNED)"),
        }
    }

    /// A text by its bytes. MySQL's collations take `Order-1` for `order-1`, and a text for itself with spaces behind it;
    /// streams and types are told apart by every character.
    pub fn exact(self, sql: &str) -> String {
        match self {
            Dialect::MySql => format!("CAST(CONVERT({sql} USING utf8mb4) AS BINARY)"),
            _ => sql.to_owned(),
        }
    }

    /// The condition that a column of texts is exactly the text that a mark stands for, in such a way that an index on the
    /// column is used.
    pub fn is_text(self, sql: &str, mut mark: impl FnMut() -> String) -> String {
        match self {
            Dialect::MySql => format!("({sql} = {} AND {} = {})", mark(), self.exact(sql), mark()),
            _ => format!("{sql} = {}", mark()),
        }
    }

    /// A whole number that is to be calculated with. MySQL's unsigned ones fail where a sum is below zero.
    pub fn signed(self, sql: &str) -> String {
        match self {
            Dialect::MySql => self.integer(sql),
            _ => sql.to_owned(),
        }
    }

    /// Bytes as small hexadecimal digits.
    pub fn hex(self, sql: &str) -> String {
        match self {
            Dialect::Postgres => format!("encode({sql}, 'hex')"),
            _ => format!("lower(hex({sql}))"),
        }
    }

    /// The bytes of hexadecimal digits.
    pub fn unhex(self, sql: &str) -> String {
        match self {
            Dialect::Postgres => format!("decode({sql}, 'hex')"),
            _ => format!("unhex({sql})"),
        }
    }

    /// Whether two values are the same; two NULLs are.
    pub fn same(self, a: &str, b: &str) -> String {
        match self {
            Dialect::Sqlite => format!("{a} IS {b}"),
            Dialect::Postgres => format!("{a} IS NOT DISTINCT FROM {b}"),
            Dialect::MySql => format!("{a} <=> {b}"),
        }
    }

    /// The text before the first separator; all of it where there is none.
    pub fn before(self, text: &str, separator: &str) -> String {
        let sep = self.literal(separator);
        match self {
            Dialect::Sqlite => format!("substr({text}, 1, instr({text} || {sep}, {sep}) - 1)"),
            Dialect::Postgres => format!("split_part({text}, {sep}, 1)"),
            Dialect::MySql => format!("substring_index({text}, {sep}, 1)"),
        }
    }

    /// The text behind the first separator; all of it where there is none.
    pub fn after(self, text: &str, separator: &str) -> String {
        let (sep, length) = (self.literal(separator), separator.chars().count());
        let found = match self {
            Dialect::Postgres => format!("strpos({text}, {sep})"),
            _ => format!("instr({text}, {sep})"),
        };
        format!("CASE WHEN {found} > 0 THEN substr({text}, {found} + {length}) ELSE {text} END")
    }

    /// The text behind the last separator; all of it where there is none. SQLite knows this for one character only.
    pub fn last(self, text: &str, separator: &str) -> String {
        let sep = self.literal(separator);
        match self {
            Dialect::Sqlite => format!("replace({text}, rtrim({text}, replace({text}, {sep}, '')), '')"),
            Dialect::Postgres => format!("split_part({text}, {sep}, -1)"),
            Dialect::MySql => format!("substring_index({text}, {sep}, -1)"),
        }
    }

    /// The bytes of a PostgreSQL large object, as far as they may be read; NULL where it is gone or not for this user.
    pub fn large_object(self, sql: &str) -> String {
        match self {
            Dialect::Postgres => format!(
                "CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata o WHERE o.oid = {sql} AND \
                 (pg_has_role(o.lomowner, 'USAGE') OR EXISTS (SELECT 1 FROM aclexplode(o.lomacl) a WHERE \
                 a.privilege_type = 'SELECT' AND CASE WHEN a.grantee = 0 THEN true ELSE pg_has_role(a.grantee, 'USAGE') END))) \
                 THEN lo_get({sql}, 0, {LARGE}) END"
            ),
            _ => sql.to_owned(),
        }
    }

    /// The text before the last separator; none where there is no separator.
    pub fn up(self, text: &str, separator: &str) -> String {
        let sep = self.literal(separator);
        let length = if self == Dialect::MySql { "char_length" } else { "length" };
        let found = if self == Dialect::Postgres { "strpos" } else { "instr" };
        let (last, count) = (self.last(text, separator), separator.chars().count());
        let rest = format!("{length}({text}) - {length}({last}) - {count}");
        format!("(CASE WHEN {found}({text}, {sep}) > 0 THEN substr({text}, 1, {rest}) ELSE '' END)")
    }

    /// The text without an ending; all of it where it does not end so.
    pub fn cut(self, text: &str, ending: &str) -> String {
        let (end, count) = (self.literal(ending), ending.chars().count());
        let length = if self == Dialect::MySql { "char_length" } else { "length" };
        let rest = format!("{length}({text}) - {count}");
        format!("(CASE WHEN substr({text}, {rest} + 1) = {end} THEN substr({text}, 1, {rest}) ELSE {text} END)")
    }

    /// The text of bytes or text that are JSON, without a mark of their encoding; NULL for what is no JSON. It can be cast.
    pub fn json_text(self, sql: &str, bytes: bool) -> String {
        match self {
            Dialect::Postgres => json_text::checked(sql, bytes),
            Dialect::Sqlite => {
                let text = format!("ltrim(CAST({sql} AS TEXT), char(65279))");
                format!("CASE WHEN json_valid({text}) THEN {text} END")
            }
            Dialect::MySql => {
                let text = format!("TRIM(LEADING CONVERT(x'efbbbf' USING utf8mb4) FROM CONVERT({sql} USING utf8mb4))");
                format!("CASE WHEN JSON_VALID({text}) THEN {text} END")
            }
        }
    }

    /// The text at a path of a JSON text or column, without failing on what is no JSON. `native`: the column can hold
    /// nothing else. `None` where the database cannot do that.
    pub fn json(self, sql: &str, path: &[String], native: bool) -> Option<String> {
        match self {
            Dialect::Postgres if native => {
                let path = path.iter().map(|key| self.literal(key)).collect::<Vec<_>>().join(", ");
                Some(format!("jsonb_extract_path_text(({sql})::jsonb, {path})"))
            }
            Dialect::Postgres => None,
            Dialect::Sqlite => {
                let (text, path) = (self.text(sql), self.literal(&json_path(path)));
                Some(format!("(CASE WHEN json_valid({text}) THEN {text} END ->> {path})"))
            }
            Dialect::MySql => {
                let path = self.literal(&json_path(path));
                // Bytes are no JSON for MySQL, whatever is in them.
                let sql = if native { sql.to_owned() } else { format!("CONVERT({sql} USING utf8mb4)") };
                // The JSON null is a text in MySQL's eyes.
                Some(format!(
                    "(CASE WHEN JSON_VALID({sql}) THEN nullif(JSON_UNQUOTE(JSON_EXTRACT({sql}, {path})), 'null') END)"
                ))
            }
        }
    }
}

fn json_path(path: &[String]) -> String {
    path.iter().fold("$".to_owned(), |mut all, key| {
        let _ = write!(all, ".\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
        all
    })
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn names_and_texts_stay_what_they_are() {
        assert_eq!(Dialect::Postgres.quote("a\"b"), "\"a\"\"b\"");
        assert_eq!(Dialect::MySql.quote("a`b"), "`a``b`");
        assert_eq!(Dialect::Sqlite.literal("it's"), "'it''s'");
        assert_eq!(Dialect::Postgres.literal("a\\'b"), "E'a\\\\''b'");
        assert_eq!(Dialect::MySql.literal("a\\b"), "'a\\\\b'");
    }
}
