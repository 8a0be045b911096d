//! The lines of an input, one by one, as text.

use super::SeedError;
use std::io::BufRead;

/// Reads lines and counts them.
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    // Counted from 1.
    number: u64,
    /// How many bytes were read.
    pub bytes: u64,
}

impl<R: BufRead> Lines<R> {
    /// The lines of an input.
    pub fn new(input: R) -> Self {
        Lines { input, buffer: Vec::new(), number: 0, bytes: 0 }
    }

    /// The next line that is not blank, and its number; `None` at the end.
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, SeedError> {
        loop {
            // A buffer that one huge line has grown is not kept for the small ones.
            if self.buffer.capacity() > 1 << 20 {
                self.buffer = Vec::new();
            }
            self.buffer.clear();
            let read = self
                .input
                .read_until(b'\n', &mut self.buffer)
                .map_err(|error| SeedError::Input { line: self.number, why: error.to_string() })?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.bytes += read as u64;
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let text = std::str::from_utf8(&self.buffer).map_err(|error| SeedError::Line {
            line: self.number,
            why: format!("not UTF-8 text at byte {}", error.valid_up_to() + 1),
        })?;
        let text = if self.number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        Ok(Some((self.number, text)))
    }
}
