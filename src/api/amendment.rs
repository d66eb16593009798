//! The body of a PATCH, stated once: its members, their schema, and what each of them sets (RFC 7396).

use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// Deserializes a member that was given. With a nullable type, null becomes `Some(None)`,
/// which removes the value.
///
/// # Errors
///
/// Returns the error of the deserializer.
pub fn given<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(from).map(Some)
}

/// Returns the names of those members whose values differ before and after a change.
///
/// # Errors
///
/// Returns a 500 if the record cannot be serialized.
pub fn changed_members(
    mut names: Vec<&'static str>,
    before: &impl Serialize,
    after: &impl Serialize,
) -> Result<Vec<&'static str>, Problem> {
    let before = serde_json::to_value(before).map_err(Problem::internal)?;
    let after = serde_json::to_value(after).map_err(Problem::internal)?;
    names.retain(|name| before.get(name) != after.get(name));
    Ok(names)
}

/// Declares the body of a PATCH. Each member has the type of its value, `Option` where null removes it, and after `=` the
/// function that sets it on the record. `apply` calls the functions of the members that were given, and returns their
/// names. A member after `;` only accompanies the others, such as a reason.
#[macro_export]
macro_rules! amendment {
    (
        $(#[$meta:meta])*
        pub struct $amendment:ident for $record:ty {
            $($(#[$attribute:meta])* $member:ident: $type:ty = $set:expr,)+
            $(; $($(#[$other_attribute:meta])* $other:ident: $other_type:ty,)+)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $amendment {
            $(
                $(#[$attribute])*
                #[serde(default, deserialize_with = "crate::api::amendment::given")]
                #[schema(value_type = $type, required = false)]
                pub $member: Option<$type>,
            )+
            $($(
                $(#[$other_attribute])*
                #[serde(default, deserialize_with = "crate::api::amendment::given")]
                #[schema(value_type = $other_type, required = false)]
                pub $other: Option<$other_type>,
            )+)?
        }

        impl $amendment {
            /// Sets the members that were given on the record, and returns their names.
            pub fn apply(self, to: &mut $record) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if let Some(value) = self.$member {
                    names.push(stringify!($member));
                    let set: fn(&mut $record, $type) = $set;
                    set(to, value);
                })+
                names
            }
        }
    };
}
