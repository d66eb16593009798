//! The area and the side that will own a new record of one side, such as a webhook or an entry of a person.

use super::authentication::Call;
use super::role::Side;
use crate::api::{Fault, Problem};
use crate::label;

/// The sides that own records. Auditors own none.
const OWNERS: [Side; 2] = [Side::PolicingBody, Side::Force];

/// Returns the area and side that will own a new record: those that the request names, or the only ones of the caller.
/// `record` is what the caller creates, as a fault names it.
///
/// # Errors
/// 403 if the area or side is not the caller's; 422 if the request must name one and does not.
pub fn choose_owner(
    call: &Call,
    area: Option<&str>,
    side: Option<Side>,
    record: &str,
) -> Result<(String, Side), Problem> {
    let scope = call.actor.scope();
    let own_sides: Vec<Side> = OWNERS.into_iter().filter(|side| scope.sides().contains(side)).collect();
    let mut faults = Vec::new();
    let area = match (area, scope.areas()) {
        (Some(area), known) if known.contains(&label::key(area)) => label::key(area),
        (Some(area), _) => return Err(Problem::forbidden(format!("The token does not name the area `{area}`."))),
        (None, [only]) => only.clone(),
        (None, _) => {
            let detail =
                format!("`area` is required, because the token names several areas: name the area of the {record}.");
            faults.push(Fault::body("/area", "required", detail));
            String::new()
        }
    };
    let side = match (side, own_sides.as_slice()) {
        (Some(side), own) if own.contains(&side) => side,
        (Some(side), _) => return Err(Problem::forbidden(format!("The token has no role of the side `{side}`."))),
        (None, [only]) => *only,
        (None, _) => {
            let detail = format!(
                "`side` is required, because the token has roles of both sides: name the side of the {record}."
            );
            faults.push(Fault::body("/side", "required", detail));
            Side::PolicingBody
        }
    };
    if faults.is_empty() { Ok((area, side)) } else { Err(Problem::invalid(faults)) }
}
