//! Layouts of tables, as data: what a library's tables look like, and where an event's parts stand in them. A new
//! one is a file in `assets/layouts/` and a line in `EMBEDDED`, and no code.

mod detect;
mod file;
mod map;
mod parse;
mod processes;
mod scope;

pub use detect::{Found, Rejected, Survey, Tables, survey};
pub use file::Section;
pub use map::table_map;
pub use parse::Layout;
pub use processes::processes;
pub use scope::{Resolved, Scope};

use crate::store::StoreError;
use foldback_domain::event::safe_text;
use std::path::Path;

/// The layouts that come with the program, as text.
const EMBEDDED: &[&str] = &[
    include_str!("../../../assets/layouts/aggregate-version.toml"),
    include_str!("../../../assets/layouts/hand-made-global.toml"),
    include_str!("../../../assets/layouts/marten.toml"),
    include_str!("../../../assets/layouts/python-eventsourcing.toml"),
];

/// The layouts that come with the program, by name.
pub fn embedded() -> Vec<Layout> {
    EMBEDDED
        .iter()
        .map(|text| Layout::parse(text).unwrap_or_else(|error| unreachable!("an embedded layout is tested: {error}")))
        .collect()
}

/// The names of all layouts that are known, foldback's own first.
pub fn names() -> Vec<String> {
    std::iter::once(crate::store::sqlite::own::LAYOUT.to_owned())
        .chain(embedded().into_iter().map(|layout| layout.name))
        .collect()
}

/// The layout of a name, or in a file.
pub fn named(name: &str) -> Result<Layout, StoreError> {
    if let Some(layout) = embedded().into_iter().find(|layout| layout.name == name) {
        return Ok(layout);
    }
    let label = format!("layout {}", safe_text(name));
    if !name.ends_with(".toml") {
        let hint = format!("the known ones are {}; a file of your own ends with .toml", names().join(", "));
        return Err(StoreError::unavailable(label, "is not known", hint));
    }
    let text = std::fs::read_to_string(Path::new(name))
        .map_err(|error| StoreError::unavailable(&label, format!("cannot be read: {error}"), "check the path"))?;
    Layout::parse(&text).map_err(|error| {
        StoreError::unavailable(&label, format!("is not a layout: {}", safe_text(error.trim())), "mend the file")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_layouts_are_whole_and_have_their_files_names() {
        let embedded = embedded().into_iter().map(|layout| layout.name).collect::<Vec<_>>();
        let mut files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/layouts"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap().replace(".toml", ""))
            .collect::<Vec<_>>();
        files.sort();
        assert_eq!(embedded, files);
    }
}
