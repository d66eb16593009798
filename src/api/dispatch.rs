//! One request of an operation carried out, from who asks to the answer.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{Handler, HttpMessage, HttpRequest, HttpResponse, web};
use tokio_util::task::TaskTracker;

use super::expand::{self, Expansion};
use super::problem::{ApiResult, Fault, Kind, Problem};
use super::query_parameters::QueryParameters;
use super::rate_limit::RateLimit;
use super::response::ApiResponse;
use super::response_cache::CacheKey;
use super::signature::Signature;

/// How long one request may take as a whole, unless an argument of it asks for patience; the database's own limits are shorter.
const DEADLINE: Duration = Duration::from_secs(10);

/// The path of the operation that a request was routed to, as it was declared.
#[derive(Clone, Copy, Debug)]
pub struct MatchedRoute(pub &'static str);

/// How the requests of one operation are carried out.
#[derive(Clone, Copy)]
pub(super) struct OperationSettings {
    /// The path they were declared with.
    pub(super) path: &'static str,
    /// To their end, even when the client hangs up.
    pub(super) writes: bool,
    /// Their answers to whoever comes without a token are kept.
    pub(super) cached: bool,
    /// `Accept` decides what is answered.
    pub(super) by_accept: bool,
    /// What can be put into the records it shows.
    pub(super) expansions: &'static [Expansion],
}

/// One request: who, then which parameters, then the rest; a write runs to its end even when the client hangs up.
pub(super) async fn run<F, A, R>(
    handler: &F,
    known: &QueryParameters,
    how: OperationSettings,
    request: &HttpRequest,
    mut payload: Payload,
) -> Result<HttpResponse, actix_web::Error>
where
    F: Handler<A, Output = ApiResult<R>>,
    A: Signature + 'static,
    R: ApiResponse + 'static,
{
    request.extensions_mut().insert(MatchedRoute(how.path));
    let admitted = A::admit(request);
    // Whoever is refused is counted too.
    RateLimit::pass(request)?;
    admitted?;
    let place = if how.cached { CacheKey::of(request, how.by_accept) } else { None };
    if let Some(place) = &place {
        if let Some(found) = place.found() {
            return Ok(found.give(place, request));
        }
        place.prepare(request);
    }
    let unknown = known.faults(request)?;
    let arguments = tokio::time::timeout(DEADLINE, A::from_request(request, &mut payload))
        .await
        .map_err(|_| Problem::new(Kind::RequestTimeout, "The body did not arrive in time."))?;
    let arguments = match (arguments.map_err(Into::into), unknown) {
        (Ok(arguments), unknown) if unknown.is_empty() => arguments,
        (Err(error), unknown) if unknown.is_empty() => return Err(error),
        (arguments, mut faults) => {
            // What else is wrong with the parameters is told together with the unknown ones.
            let error: Option<actix_web::Error> = arguments.err();
            if let Some(problem) = error.as_ref().and_then(|error| error.as_error::<Problem>())
                && problem.kind() == Kind::InvalidParameters
            {
                let told = |fault: &Fault, other: &Fault| fault.pointer == other.pointer && fault.code == other.code;
                let more: Vec<Fault> =
                    problem.faults().iter().filter(|it| !faults.iter().any(|other| told(it, other))).cloned().collect();
                faults.extend(more);
            }
            return Err(Problem::with_faults(Kind::InvalidParameters, faults).into());
        }
    };
    let work = handler.call(arguments);
    let answer = if how.writes {
        let running = request.app_data::<web::Data<TaskTracker>>().map(|tracker| tracker.token());
        let task = actix_web::rt::spawn(async move {
            let answer = work.await;
            drop(running);
            answer
        });
        task.await.map_err(|error| Problem::internal(format!("a write did not end: {error}")))?
    } else {
        let answer = tokio::time::timeout(DEADLINE + A::patience(), async {
            let answer = work.await?;
            if let Some(shown) = R::shows() {
                expand::load(request, &shown, how.expansions, || answer.records()).await?;
            }
            Ok(answer)
        });
        answer.await.map_err(|_| Problem::unavailable("the request passed its deadline", 1))?
    };
    let answer = answer?.reply(request);
    Ok(match place {
        Some(place) => place.keep(how.path, answer, request),
        None => answer,
    })
}
