//! What a handler's signature says: who may call, then what is taken of the request. A handler that does not begin with
//! who may call does not compile.

use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, web};

use super::describe::Doc;
use super::problem::Problem;

/// Something a handler can take: it is read off the request and describes itself.
pub trait Argument: FromRequest {
    /// Adds what it needs of a request to the operation's description.
    fn describe(doc: &mut Doc);

    /// How much longer than others a request may take for its sake.
    fn patience() -> Duration {
        Duration::ZERO
    }
}

/// Who may call: a handler's first argument, decided before anything else of the request is read.
///
/// ```
/// use section55::api::{Answer, Api, Removed};
/// use section55::auth::Anyone;
///
/// async fn open_to_all(_: Anyone) -> Answer<Removed> {
///     Ok(Removed)
/// }
/// Api::default().delete("/v1/things", "Remove a thing", open_to_all);
/// ```
///
/// The same without saying who may call does not compile:
///
/// ```compile_fail
/// use section55::api::{Answer, Api, Removed};
///
/// async fn open_by_mistake() -> Answer<Removed> {
///     Ok(Removed)
/// }
/// Api::default().delete("/v1/things", "Remove a thing", open_by_mistake);
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler's first argument must say who may call it",
    label = "this handler begins with `{Self}`",
    note = "begin with `Caller<Permission>` for callers whose roles hold a permission, or `Anyone` for all"
)]
pub trait Access: Argument {
    /// Lets the caller in, or says 401 or 403; reads headers only.
    fn admit(request: &HttpRequest) -> Result<(), Problem>;
}

/// The arguments of a handler: an [`Access`], then any [`Argument`]s.
#[diagnostic::on_unimplemented(
    message = "a handler's first argument must say who may call it",
    label = "these arguments are not an `Access` followed by `Argument`s",
    note = "begin with `Caller<Permission>` for callers whose roles hold a permission, or `Anyone` for all"
)]
pub trait Signature: FromRequest {
    /// Adds what every argument says of itself.
    fn describe(doc: &mut Doc);
    /// Asks the first argument to admit the caller.
    fn admit(request: &HttpRequest) -> Result<(), Problem>;
    /// How much longer than others such a request may take.
    fn patience() -> Duration;
}

macro_rules! signatures {
    ($(($($argument:ident),*);)+) => { $(
        impl<First: Access + 'static, $($argument: Argument + 'static),*> Signature for (First, $($argument,)*) {
            fn describe(doc: &mut Doc) {
                First::describe(doc);
                $($argument::describe(doc);)*
            }
            fn admit(request: &HttpRequest) -> Result<(), Problem> {
                First::admit(request)
            }
            fn patience() -> Duration {
                Duration::ZERO $(+ $argument::patience())*
            }
        }
    )+ };
}
signatures! { (); (B); (B, C); (B, C, D); (B, C, D, E); (B, C, D, E, F); (B, C, D, E, F, G); (B, C, D, E, F, G, H); }

impl<T: 'static> Argument for web::Data<T> {
    fn describe(_: &mut Doc) {}
}
