//! Layouts of tables, as data: what a library's tables look like, and where an event's parts stand in them. A new
//! one is a file in `assets/layouts/` and a line in `EMBEDDED`, and no code.

mod detect;
mod file;
mod generic;
mod map;
mod parse;
mod probe;
mod processes;
mod scope;
mod wants;

pub use detect::{Found, Rejected, Survey, Tables, survey};
pub use file::Section;
pub use generic::{NAME as GENERIC, draft, draft_of};
pub use map::table_map;
pub use parse::Layout;
pub use probe::probe;
pub use processes::processes;
pub use scope::{Resolved, Scope};

use crate::adapters::tables::Dialect;
use crate::store::StoreError;
use foldback_domain::event::safe_text;
use std::path::Path;

/// The layouts that come with the program, as text.
const EMBEDDED: &[&str] = &[
    include_str!("../../../assets/layouts/aggregate-version.toml"),
    include_str!("../../../assets/layouts/akka-jdbc.toml"),
    include_str!("../../../assets/layouts/akka-jdbc-legacy.toml"),
    include_str!("../../../assets/layouts/akka-r2dbc.toml"),
    include_str!("../../../assets/layouts/axon4.toml"),
    include_str!("../../../assets/layouts/axon5.toml"),
    include_str!("../../../assets/layouts/broadway.toml"),
    include_str!("../../../assets/layouts/castore.toml"),
    include_str!("../../../assets/layouts/commanded.toml"),
    include_str!("../../../assets/layouts/cqrs-es.toml"),
    include_str!("../../../assets/layouts/dbos.toml"),
    include_str!("../../../assets/layouts/debezium-outbox.toml"),
    include_str!("../../../assets/layouts/disintegrate.toml"),
    include_str!("../../../assets/layouts/emmett.toml"),
    include_str!("../../../assets/layouts/esrs.toml"),
    include_str!("../../../assets/layouts/event-sourcery.toml"),
    include_str!("../../../assets/layouts/eventsauce.toml"),
    include_str!("../../../assets/layouts/eventsauce-legacy.toml"),
    include_str!("../../../assets/layouts/eventually-rs.toml"),
    include_str!("../../../assets/layouts/eventuate-local.toml"),
    include_str!("../../../assets/layouts/eventuous.toml"),
    include_str!("../../../assets/layouts/fstore-sql.toml"),
    include_str!("../../../assets/layouts/hand-made-aggregate.toml"),
    include_str!("../../../assets/layouts/hand-made-global.toml"),
    include_str!("../../../assets/layouts/hand-made-stream.toml"),
    include_str!("../../../assets/layouts/marten.toml"),
    include_str!("../../../assets/layouts/masstransit-outbox.toml"),
    include_str!("../../../assets/layouts/message-db.toml"),
    include_str!("../../../assets/layouts/neventstore.toml"),
    include_str!("../../../assets/layouts/patchlevel.toml"),
    include_str!("../../../assets/layouts/prooph.toml"),
    include_str!("../../../assets/layouts/python-eventsourcing.toml"),
    include_str!("../../../assets/layouts/python-eventsourcing-dcb.toml"),
    include_str!("../../../assets/layouts/python-eventsourcing-django.toml"),
    include_str!("../../../assets/layouts/python-eventsourcing-sqlalchemy.toml"),
    include_str!("../../../assets/layouts/rails-event-store.toml"),
    include_str!("../../../assets/layouts/sequent.toml"),
    include_str!("../../../assets/layouts/spatie.toml"),
    include_str!("../../../assets/layouts/sqlstreamstore.toml"),
];

/// The file of a layout that comes with the program.
pub fn text_of(name: &str) -> Option<&'static str> {
    EMBEDDED.iter().copied().find(|text| Layout::parse(text).is_ok_and(|layout| layout.name == name))
}

/// The layouts that come with the program, by name.
pub fn embedded() -> Vec<Layout> {
    EMBEDDED
        .iter()
        .map(|text| Layout::parse(text).unwrap_or_else(|error| unreachable!("an embedded layout is tested: {error}")))
        .collect()
}

/// The layouts that come with the program, and the guess that is made where none of them fits.
pub fn all() -> Vec<Layout> {
    let mut layouts = embedded();
    layouts.push(Layout::guessed(generic::NAME, generic::ABOUT, generic::wanted()));
    layouts
}

/// What is known: each layout's name, engines, and what it is; foldback's own first.
pub fn known() -> Vec<(String, Vec<&'static str>, String)> {
    let own =
        (crate::store::sqlite::own::LAYOUT.to_owned(), vec!["sqlite", "postgres"], "foldback's own store".to_owned());
    let others = all().into_iter().map(|layout| {
        let engines = layout.engines().map(Dialect::name).collect();
        (layout.name, engines, layout.about)
    });
    std::iter::once(own).chain(others).collect()
}

/// The names of all layouts that are known, foldback's own first.
pub fn names() -> Vec<String> {
    std::iter::once(crate::store::sqlite::own::LAYOUT.to_owned())
        .chain(all().into_iter().map(|layout| layout.name))
        .collect()
}

/// The layout of a name, or in a file.
pub fn named(name: &str) -> Result<Layout, StoreError> {
    if let Some(layout) = all().into_iter().find(|layout| layout.name == name) {
        return Ok(layout);
    }
    let label = format!("layout {}", safe_text(name));
    if !name.ends_with(".toml") {
        let hint = format!("the known ones are {}; a file of your own ends with .toml", names().join(", "));
        return Err(StoreError::unavailable(label, "is not known", hint));
    }
    let text = std::fs::read_to_string(Path::new(name))
        .map_err(|error| StoreError::unavailable(&label, format!("cannot be read: {error}"), "check the path"))?;
    let layout = Layout::parse(&text).map_err(|error| {
        StoreError::unavailable(&label, format!("is not a layout: {}", safe_text(error.trim())), "mend the file")
    })?;
    Ok(layout.of_a_file(&text))
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
