//! The types that a choice of schemas accepts, for the fault of a value of another type.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind as ErrorKind};

/// Returns the types that the alternatives of a choice accept, null last.
pub(super) fn list_types(context: &[Vec<ValidationError<'_>>], pointer: &str) -> String {
    let mut types: Vec<String> = Vec::new();
    for error in context.iter().flatten().filter(|error| is_type_error_at(error, pointer)) {
        match error.kind() {
            ErrorKind::Type { kind: TypeKind::Single(one) } => types.push(one.to_string()),
            ErrorKind::Type { kind: TypeKind::Multiple(many) } => types.extend(many.iter().map(|it| it.to_string())),
            _ => {}
        }
    }
    types.sort_by_key(|name| (name == "null", name.clone()));
    types.dedup();
    types.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ")
}

/// Returns true if an error is that the value at a pointer has another type.
pub(super) fn is_type_error_at(error: &ValidationError<'_>, pointer: &str) -> bool {
    matches!(error.kind(), ErrorKind::Type { .. }) && error.instance_path().to_string() == pointer
}
