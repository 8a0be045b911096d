//! What a serializer that takes only some kinds of values says of the others.

/// Methods that answer with an error, whatever they are given.
macro_rules! refuse {
    ($error:ident: $($name:ident($($kind:ty),*) -> $answer:ty),* $(,)?) => {
        $(fn $name(self, $(_: $kind),*) -> Result<$answer, $error> { Err($error) })*
    };
}

/// The same of a variant that holds a value.
macro_rules! refuse_newtype_variant {
    ($error:ident) => {
        fn serialize_newtype_variant<T: serde::Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Self::Ok, $error> {
            Err($error)
        }
    };
}

/// What stands in a shell is taken as what it holds.
macro_rules! look_inside {
    ($error:ident) => {
        fn serialize_some<T: serde::Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, $error> {
            value.serialize(self)
        }

        fn serialize_newtype_struct<T: serde::Serialize + ?Sized>(
            self,
            _: &'static str,
            value: &T,
        ) -> Result<Self::Ok, $error> {
            value.serialize(self)
        }
    };
}

pub(crate) use {look_inside, refuse, refuse_newtype_variant};
