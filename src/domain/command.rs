//! Commands by name: what lets a command be asked for on a command line, as JSON.

use crate::event::StreamName;
use std::fmt;

/// A command of the domain that knows its name and the stream that it is decided against.
pub trait NamedCommand: Sized + Send {
    /// Every command's name, imperative: `PlaceOrder`.
    const NAMES: &'static [&'static str];

    /// Its own name.
    fn name(&self) -> &'static str;

    /// The stream of the aggregate that decides it.
    fn stream(&self) -> StreamName;

    /// Reads a command's fields from JSON text, strictly: a field that it does not have is an error.
    fn parse(name: &str, json: &str) -> Result<Self, CommandError>;
}

/// A rule's refusal, as far as whoever asked needs to tell refusals apart.
pub trait NamedRefusal: fmt::Display {
    /// Whether the reason is that there is no such aggregate, rather than a rule of one that exists.
    fn is_absence(&self) -> bool;
}

/// Why a text is not a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// No command of this aggregate has the name.
    UnknownName,
    /// The JSON does not have the fields or the form that the command asks for.
    Malformed(String),
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::UnknownName => write!(f, "no command of this aggregate has that name"),
            CommandError::Malformed(why) => write!(f, "the command's JSON does not decode: {why}"),
        }
    }
}

impl std::error::Error for CommandError {}

/// Makes an enum of commands and its [`NamedCommand`] from one list. All records have the id that names the stream.
macro_rules! commands {
    (
        $(#[$meta:meta])*
        pub enum $enum:ident of $aggregate:ty, by $id:ident {
            $($(#[$variant_meta:meta])* $name:ident($record:ty),)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $enum {
            $($(#[$variant_meta])* $name($record),)+
        }

        impl $crate::NamedCommand for $enum {
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)+
                }
            }

            fn stream(&self) -> $crate::event::StreamName {
                let id = match self {
                    $(Self::$name(record) => record.$id.as_str(),)+
                };
                $crate::event::StreamName::of(<$aggregate as $crate::Aggregate>::CATEGORY, id)
            }

            fn parse(name: &str, json: &str) -> Result<Self, $crate::CommandError> {
                let malformed = |why: ::serde_json::Error| $crate::CommandError::Malformed(why.to_string());
                let command = match name {
                    $(stringify!($name) => ::serde_json::from_str(json).map(Self::$name).map_err(malformed)?,)+
                    _ => return Err($crate::CommandError::UnknownName),
                };
                let blank = match &command {
                    $(Self::$name(record) => record.$id.as_str().trim().is_empty(),)+
                };
                if blank {
                    return Err($crate::CommandError::Malformed(concat!(stringify!($id), " is empty").to_owned()));
                }
                Ok(command)
            }
        }
    };
}

pub(crate) use commands;
