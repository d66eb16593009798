//! The body of a PATCH, stated once: its members, their schema, and what each of them sets (RFC 7396). The response to a
//! PATCH or PUT, which tells whether anything changed.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::operation_doc::OperationDoc;
use super::problem::Problem;
use super::response::ApiResponse;

/// The response to a PATCH or PUT. Every handler of these methods returns one, so that values which are already so leave
/// the record, its version and its ETag as they are: the database's `amend` makes it.
#[derive(Debug)]
pub struct Amended<R> {
    response: R,
    is_changed: bool,
}

impl<R> Amended<R> {
    /// Creates the response after a change.
    pub fn changed(response: R) -> Self {
        Self { response, is_changed: true }
    }

    /// Creates the response to a request whose values were already so.
    pub fn unchanged(response: R) -> Self {
        Self { response, is_changed: false }
    }

    /// Converts the response.
    pub fn map<U>(self, convert: impl FnOnce(R) -> U) -> Amended<U> {
        Amended { response: convert(self.response), is_changed: self.is_changed }
    }

    /// Returns the response.
    pub fn into_inner(self) -> R {
        self.response
    }

    /// Returns true if the request changed a record.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }
}

impl<R: ApiResponse> ApiResponse for Amended<R> {
    fn describe(doc: &mut OperationDoc) {
        R::describe(doc);
    }

    fn record_schema() -> Option<Cow<'static, str>> {
        R::record_schema()
    }

    fn records(&self) -> Result<Vec<Value>, Problem> {
        self.response.records()
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        self.response.into_response(request)
    }
}

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

/// Applies a merge patch to a value (RFC 7396 section 2): objects are merged member by member, null removes a member, and
/// any other value replaces the whole, also a list.
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        match change {
            Value::Null => drop(members.remove(name)),
            change => merge_patch(members.entry(name.clone()).or_insert(Value::Null), change),
        }
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merge_patch;

    /// The cases of RFC 7396, Appendix A.
    #[test]
    fn a_merge_patch_is_applied_as_the_rfc_states() {
        for (original, patch, result) in [
            (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "b" }), json!({ "b": "c" }), json!({ "a": "b", "b": "c" })),
            (json!({ "a": "b" }), json!({ "a": null }), json!({})),
            (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
            (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "c" }), json!({ "a": ["b"] }), json!({ "a": ["b"] })),
            (json!({ "a": { "b": "c" } }), json!({ "a": { "b": "d", "c": null } }), json!({ "a": { "b": "d" } })),
            (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({ "a": "b" }), json!(["c"]), json!(["c"])),
            (json!({ "a": "foo" }), json!(null), json!(null)),
            (json!({ "a": "foo" }), json!("bar"), json!("bar")),
            (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
            (json!([1, 2]), json!({ "a": "b", "c": null }), json!({ "a": "b" })),
            (json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
        ] {
            let mut merged = original.clone();
            merge_patch(&mut merged, &patch);
            assert_eq!(merged, result, "{original} {patch}");
        }
    }
}
