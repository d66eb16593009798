//! The arguments of a handler: first the callers it admits, then what it reads from the request. A handler whose first
//! argument is not an [`Access`] does not compile.

use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, web};

use super::operation_doc::OperationDoc;
use super::problem::Problem;

/// An argument that a handler can take. It is read from the request and documents itself.
pub trait Argument: FromRequest {
    /// Adds what the argument reads from a request to the documentation of the operation.
    fn describe(doc: &mut OperationDoc);

    /// Returns how much longer than the normal deadline a request with this argument may take.
    fn extra_time() -> Duration {
        Duration::ZERO
    }
}

/// The callers that an operation admits: the first argument of every handler, checked before the rest of the request.
///
/// ```
/// use section55::api::{Api, ApiResult, NoContent};
/// use section55::auth::Anyone;
///
/// async fn open_to_all(_: Anyone) -> ApiResult<NoContent> {
///     Ok(NoContent)
/// }
/// Api::default().delete("/v1/things", "Delete a thing", open_to_all);
/// ```
///
/// The same handler without that argument does not compile:
///
/// ```compile_fail
/// use section55::api::{Api, ApiResult, NoContent};
///
/// async fn open_by_mistake() -> ApiResult<NoContent> {
///     Ok(NoContent)
/// }
/// Api::default().delete("/v1/things", "Delete a thing", open_by_mistake);
/// ```
#[diagnostic::on_unimplemented(
    message = "the first argument of a handler must state who may call it",
    label = "the first argument of this handler is `{Self}`",
    note = "begin with `Caller<Permission>` for callers whose roles have a permission, or with `Anyone` for all callers"
)]
pub trait Access: Argument {
    /// Admits the caller. Reads only the headers of the request.
    ///
    /// # Errors
    ///
    /// Returns a 401 if the token is missing or invalid, and a 403 if the caller's roles lack the permission.
    fn admit(request: &HttpRequest) -> Result<(), Problem>;

    /// Waits for what may change a refusal, such as the key of a token that its issuer has just added. Returns true if
    /// the caller must be checked again.
    fn reconsider(_request: &HttpRequest) -> impl Future<Output = bool> {
        std::future::ready(false)
    }
}

/// All arguments of a handler: one [`Access`], then any number of [`Argument`]s.
#[diagnostic::on_unimplemented(
    message = "the first argument of a handler must state who may call it",
    label = "these arguments are not an `Access` followed by `Argument`s",
    note = "begin with `Caller<Permission>` for callers whose roles have a permission, or with `Anyone` for all callers"
)]
pub trait Signature: FromRequest {
    /// Adds every argument to the documentation of the operation.
    fn describe(doc: &mut OperationDoc);

    /// Checks with [`Access::admit`] of the first argument whether the caller may call the operation.
    ///
    /// # Errors
    ///
    /// Returns the error of [`Access::admit`].
    fn admit(request: &HttpRequest) -> Result<(), Problem>;

    /// Waits as [`Access::reconsider`] of the first argument does.
    fn reconsider(request: &HttpRequest) -> impl Future<Output = bool>;

    /// Returns the sum of the extra time of all arguments.
    fn extra_time() -> Duration;
}

macro_rules! signatures {
    ($(($($argument:ident),*);)+) => { $(
        impl<First: Access + 'static, $($argument: Argument + 'static),*> Signature for (First, $($argument,)*) {
            fn describe(doc: &mut OperationDoc) {
                First::describe(doc);
                $($argument::describe(doc);)*
            }
            fn admit(request: &HttpRequest) -> Result<(), Problem> {
                First::admit(request)
            }
            fn reconsider(request: &HttpRequest) -> impl Future<Output = bool> {
                First::reconsider(request)
            }
            fn extra_time() -> Duration {
                Duration::ZERO $(+ $argument::extra_time())*
            }
        }
    )+ };
}
signatures! { (); (B); (B, C); (B, C, D); (B, C, D, E); (B, C, D, E, F); (B, C, D, E, F, G); (B, C, D, E, F, G, H); }

impl<T: 'static> Argument for web::Data<T> {
    fn describe(_: &mut OperationDoc) {}
}
