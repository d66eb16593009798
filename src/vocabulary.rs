//! Enums that have the same names on the wire, in the database and in the OpenAPI document.

use std::fmt;

/// An enum with a fixed name for each value, such as the states, kinds, roles and reasons of the API.
pub trait WireName: Copy + Eq + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// The name of the schema in the OpenAPI document.
    const NAME: &'static str;
    /// Every value, in the order of declaration.
    const ALL: &'static [Self];
    /// The name of every value, as the wire and the database have it.
    const NAMES: &'static [&'static str];

    /// Returns the name of the value.
    fn as_str(self) -> &'static str;

    /// Returns the value with this name, if there is one.
    fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == name)
    }
}

/// The error for a name that no value has.
#[derive(Debug, thiserror::Error)]
#[error("{written:?} is not one of: {}", known.join(", "))]
pub struct UnknownWireName {
    /// The unknown name.
    pub written: String,
    /// The names of all values.
    pub known: &'static [&'static str],
}

/// Declares an enum that implements [`WireName`], and serde, OpenAPI and SQL conversions by name. `as` gives the
/// schema another name than the type.
#[macro_export]
macro_rules! vocabulary {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($rest:tt)* }) => {
        $crate::vocabulary! { $(#[$meta])* $vis enum $name as (stringify!($name)) { $($rest)* } }
    };
    ($(#[$meta:meta])* $vis:vis enum $name:ident as ($schema:expr) { $($(#[$doc:meta])* $variant:ident = $wire:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$doc])* $variant),+ }

        impl $crate::vocabulary::WireName for $name {
            const NAME: &'static str = $schema;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const NAMES: &'static [&'static str] = &[$($wire),+];
            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::vocabulary::WireName::as_str(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownWireName;
            fn from_str(written: &str) -> Result<Self, Self::Err> {
                <Self as $crate::vocabulary::WireName>::find(written).ok_or_else(|| $crate::vocabulary::UnknownWireName {
                    written: written.to_owned(),
                    known: <Self as $crate::vocabulary::WireName>::NAMES,
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str($crate::vocabulary::WireName::as_str(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let written = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                written.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                ObjectBuilder::new()
                    .title(Some(<Self as $crate::vocabulary::WireName>::NAME))
                    .schema_type(Type::String)
                    .enum_values(Some(<Self as $crate::vocabulary::WireName>::NAMES.iter().copied()))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                <Self as $crate::vocabulary::WireName>::NAME.into()
            }
        }

        impl tokio_postgres::types::ToSql for $name {
            fn to_sql(
                &self,
                as_type: &tokio_postgres::types::Type,
                out: &mut tokio_postgres::types::private::BytesMut,
            ) -> Result<tokio_postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
                $crate::vocabulary::WireName::as_str(*self).to_sql(as_type, out)
            }
            fn accepts(as_type: &tokio_postgres::types::Type) -> bool {
                <&str as tokio_postgres::types::ToSql>::accepts(as_type)
            }
            tokio_postgres::types::to_sql_checked!();
        }

        impl<'a> tokio_postgres::types::FromSql<'a> for $name {
            fn from_sql(
                from: &tokio_postgres::types::Type,
                raw: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                Ok(<&str as tokio_postgres::types::FromSql>::from_sql(from, raw)?.parse()?)
            }
            fn accepts(from: &tokio_postgres::types::Type) -> bool {
                <&str as tokio_postgres::types::FromSql>::accepts(from)
            }
        }
    };
}
