//! How the name of a stream comes of a row's key, and the key of the name: `order-{order_id}`.

/// A piece of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// This text.
    Text(String),
    /// What a column of the key holds, spelled in a way.
    Column(String, Spelling),
}

/// How a key is spelled in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Same,
    Lower,
    Upper,
    /// Without the dashes of a UUID.
    Plain,
    /// With the dashes of a UUID.
    Dashed,
}

/// The form of a stream's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming(Vec<Piece>);

/// The spellings, by the words for them.
const SPELLINGS: [(&str, Spelling); 4] =
    [("lower", Spelling::Lower), ("upper", Spelling::Upper), ("plain", Spelling::Plain), ("dashed", Spelling::Dashed)];

impl Naming {
    /// Reads the form; a clause says what is wrong with it.
    pub fn parse(text: &str) -> Result<Naming, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let (inside, behind) = behind.split_once('}').ok_or("a { is not closed by }")?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            } else if matches!(pieces.last(), Some(Piece::Column(..))) {
                return Err("nothing stands between two columns, so nobody could tell them apart".to_owned());
            }
            let (column, spelling) = match inside.split_once(':') {
                None => (inside, Spelling::Same),
                Some((column, word)) => {
                    let known = SPELLINGS.iter().find(|(name, _)| *name == word);
                    (column, known.ok_or("behind the : of a column stands lower, upper, plain or dashed")?.1)
                }
            };
            pieces.push(Piece::Column(column.to_owned(), spelling));
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Column(..))) {
            return Err("no column stands in it in { }".to_owned());
        }
        Ok(Naming(pieces))
    }

    /// The columns that it is made of.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Column(name, _) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Whether a name begins in a way that tells it from others.
    pub fn has_beginning(&self) -> bool {
        matches!(self.0.first(), Some(Piece::Text(_)))
    }

    /// The name for a key; `value` gives what a column holds.
    pub fn name<'k>(&self, value: impl Fn(&str) -> Option<&'k str>) -> Option<String> {
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Column(column, spelling) => name.push_str(&spelling.of(value(column)?)),
            }
        }
        Some(name)
    }

    /// What stands for the columns in a name, in their order; `None` where it is no name of this form.
    pub fn key<'n>(&self, name: &'n str) -> Option<Vec<&'n str>> {
        let mut found = Vec::new();
        let mut rest = name;
        let mut pieces = self.0.iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Column(..) => {
                    let end = match pieces.peek() {
                        Some(Piece::Text(text)) => rest.find(text.as_str())?,
                        _ => rest.len(),
                    };
                    found.push(&rest[..end]);
                    rest = &rest[end..];
                }
            }
        }
        rest.is_empty().then_some(found)
    }
}

impl Spelling {
    fn of(self, text: &str) -> String {
        match self {
            Spelling::Same => text.to_owned(),
            Spelling::Lower => text.to_lowercase(),
            Spelling::Upper => text.to_uppercase(),
            Spelling::Plain => text.replace('-', ""),
            Spelling::Dashed => {
                let plain = text.replace('-', "");
                if plain.len() != 32 || !plain.is_ascii() {
                    return text.to_owned();
                }
                [&plain[..8], &plain[8..12], &plain[12..16], &plain[16..20], &plain[20..]].join("-")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_of_a_key_and_the_key_of_the_name() {
        let naming = Naming::parse("shop/{tenant:lower}/order-{id}").unwrap();
        let key = |column: &str| Some(if column == "id" { "17" } else { "ACME" });
        assert_eq!(naming.name(key).as_deref(), Some("shop/acme/order-17"));
        assert_eq!(naming.key("shop/acme/order-17"), Some(vec!["acme", "17"]));
        assert_eq!(naming.key("shop/acme/payment-17"), None);
        assert_eq!(naming.columns().collect::<Vec<_>>(), ["tenant", "id"]);
        let dashed = Naming::parse("{id:dashed}").unwrap();
        let name = dashed.name(|_| Some("7c1e9f001b2c4d3e8f900123456789ab"));
        assert_eq!(name.as_deref(), Some("7c1e9f00-1b2c-4d3e-8f90-0123456789ab"));
        assert_eq!(Naming::parse("order-{id}-x").unwrap().key("order-7"), None);
    }

    #[test]
    fn what_is_no_form_says_why() {
        for (text, why) in
            [("order-{id", "closed"), ("order", "no column"), ("{a}{b}", "between"), ("{id:wide}", "lower")]
        {
            assert!(Naming::parse(text).unwrap_err().contains(why), "{text}");
        }
    }
}
