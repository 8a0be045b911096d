//! Items that are found in one order and printed in another: they wait in a temporary file, so that memory does not
//! grow with what they hold.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// How many bytes wait in memory before they go to a file.
const IN_MEMORY: usize = 4 << 20;

/// Texts, each with the number that it is printed by.
pub struct Spool {
    file: SpooledTempFile,
    end: u64,
    /// The number, where the text begins, and how long it is.
    places: Vec<(i64, u64, usize)>,
}

impl Spool {
    /// Nothing yet.
    pub fn new() -> Spool {
        Spool { file: SpooledTempFile::new(IN_MEMORY), end: 0, places: Vec::new() }
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.places.len() as u64
    }

    /// Adds a text.
    pub fn push(&mut self, rank: i64, text: &str) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        self.places.push((rank, self.end, text.len()));
        self.end += text.len() as u64;
        Ok(())
    }

    /// The texts in order of their numbers; those with one number in the order in which they came.
    pub fn sorted(self) -> impl Iterator<Item = io::Result<String>> {
        let Spool { file, mut places, .. } = self;
        places.sort_by_key(|(rank, begin, _)| (*rank, *begin));
        let mut file = BufReader::new(file);
        places.into_iter().map(move |(_, begin, length)| {
            file.seek(SeekFrom::Start(begin))?;
            let mut text = vec![0; length];
            file.read_exact(&mut text)?;
            String::from_utf8(text).map_err(io::Error::other)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_later_is_printed_first_where_its_number_says_so() {
        let mut spool = Spool::new();
        let long = "ä".repeat(IN_MEMORY / 2);
        for (rank, text) in [(3, "c"), (1, long.as_str()), (2, ""), (3, "d"), (-1, "a")] {
            spool.push(rank, text).unwrap();
        }
        assert_eq!(spool.len(), 5);
        let texts: Vec<String> = spool.sorted().map(Result::unwrap).collect();
        assert_eq!(texts, ["a", &long, "", "c", "d"]);
    }
}
