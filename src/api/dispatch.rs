//! Processing of one request: rate limit, access, cache, query parameters, arguments, handler and response, in that
//! order.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{Handler, HttpMessage, HttpRequest, HttpResponse, web};
use tokio_util::task::TaskTracker;

use super::expand::{self, Expansion};
use super::problem::{ApiResult, Fault, Problem, ProblemKind};
use super::query_parameters::DeclaredParameters;
use super::rate_limit::RateLimit;
use super::response::ApiResponse;
use super::response_cache::CacheKey;
use super::signature::Signature;

/// The time limit of a request without extra time. The time limits of the database are shorter.
const DEADLINE: Duration = Duration::from_secs(10);

/// The path template of the operation that a request was routed to.
#[derive(Clone, Copy, Debug)]
pub struct MatchedRoute(pub &'static str);

/// The settings of one operation.
#[derive(Clone, Copy)]
pub(super) struct OperationSettings {
    /// The path template.
    pub(super) path: &'static str,
    /// True for a write, which continues to its end even if the client disconnects.
    pub(super) is_write: bool,
    /// True if responses to requests without a token are cached.
    pub(super) is_cached: bool,
    /// True if `Accept` decides the media type of the response.
    pub(super) varies_by_accept: bool,
    /// The relations for `expand`.
    pub(super) expansions: &'static [Expansion],
}

/// Processes one request.
pub(super) async fn run<F, A, R>(
    handler: &F,
    declared: &DeclaredParameters,
    settings: OperationSettings,
    request: &HttpRequest,
    mut payload: Payload,
) -> Result<HttpResponse, actix_web::Error>
where
    F: Handler<A, Output = ApiResult<R>>,
    A: Signature + 'static,
    R: ApiResponse + 'static,
{
    request.extensions_mut().insert(MatchedRoute(settings.path));
    let admission = A::admit(request);
    // A request that is not admitted counts towards the rate limit too.
    RateLimit::check(request)?;
    if let Err(refusal) = admission {
        if !A::reconsider(request).await {
            return Err(refusal.into());
        }
        A::admit(request)?;
    }
    let cache_key = if settings.is_cached { CacheKey::new(request, settings.varies_by_accept) } else { None };
    if let Some(cache_key) = &cache_key {
        if let Some(response) = cache_key.find(request) {
            return Ok(response);
        }
        cache_key.require_full_response(request);
    }
    let parameter_faults = declared.faults(request)?;
    let arguments = tokio::time::timeout(DEADLINE, A::from_request(request, &mut payload)).await.map_err(|_| {
        let detail = format!("The request body did not arrive within {} seconds.", DEADLINE.as_secs());
        Problem::new(ProblemKind::RequestTimeout, detail)
    })?;
    let arguments = match (arguments.map_err(Into::into), parameter_faults) {
        (Ok(arguments), faults) if faults.is_empty() => arguments,
        (Err(error), faults) if faults.is_empty() => return Err(error),
        (arguments, faults) => return Err(all_parameter_faults(faults, arguments.err()).into()),
    };
    let work = handler.call(arguments);
    let result = if settings.is_write {
        let token = request.app_data::<web::Data<TaskTracker>>().map(|tracker| tracker.token());
        let task = actix_web::rt::spawn(async move {
            let result = work.await;
            drop(token);
            result
        });
        task.await.map_err(|error| Problem::internal(format!("the task of a write failed: {error}")))?
    } else {
        // On the heap: the future of an operation is large, and several others contain it.
        let work = Box::pin(async {
            let work = async {
                let response = work.await?;
                if let Some(schema) = R::record_schema() {
                    expand::load(request, &schema, settings.expansions, || response.records()).await?;
                }
                Ok(response)
            };
            let result = tokio::time::timeout(DEADLINE + A::extra_time(), work).await;
            result.map_err(|_| Problem::unavailable("the request exceeded its time limit", 1))?
        });
        match &cache_key {
            None => work.await,
            Some(cache_key) => match cache_key.perform_or_stale(request, work).await {
                Ok(result) => result,
                Err(stale) => return Ok(stale),
            },
        }
    };
    let response = result?.into_response(request);
    Ok(match cache_key {
        Some(cache_key) => cache_key.store(settings.path, response, request),
        None => response,
    })
}

/// Returns one problem with the faults of undeclared parameters and those that the arguments found in theirs.
fn all_parameter_faults(mut faults: Vec<Fault>, error: Option<actix_web::Error>) -> Problem {
    if let Some(problem) = error.as_ref().and_then(|error| error.as_error::<Problem>())
        && problem.kind() == ProblemKind::InvalidParameters
    {
        let is_same = |fault: &Fault, other: &Fault| fault.pointer == other.pointer && fault.code == other.code;
        let others = problem.faults().iter().filter(|it| !faults.iter().any(|other| is_same(it, other)));
        let others: Vec<Fault> = others.cloned().collect();
        faults.extend(others);
    }
    Problem::with_faults(ProblemKind::InvalidParameters, faults)
}
