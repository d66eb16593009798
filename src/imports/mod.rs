//! Imports: an office's published document made into an inspection, its recommendations and the area's response text;
//! and tables of recommendations brought into a draft. All of it is written, or nothing.

mod accepted_response;
mod bring;
pub mod document;
pub mod http;
mod importer;
mod model;
mod request;
mod store;
pub mod table;

use serde_json::json;

pub use importer::{Importer, Ordered, Run};
pub use model::{Import, ImportKind, ImportState, Imported, ImportedRecommendation, Inferred};

use crate::api::text::Checked;
use crate::api::{Created, Fault, IdempotencyKey, IdempotentResponse, Kind, Mode, Problem};
use crate::auth::Call;
use crate::db::{Db, Event, Tx, Write};
use crate::inspections::{self, Inspection, InspectionScope, Registration, State, Subjects};
use crate::publication;
use crate::recommendations::{self, RecommendationAdded, RecommendationTarget};
use crate::responses;
use document::OfficeDocument;

/// Imports a document in the name of one area; the command line does the same.
pub async fn run(db: &Db, call: &Call, area: &str, text: &str, draft: bool, mode: Mode) -> Result<Imported, Problem> {
    let call = at_work(call, area)?;
    db.write(&call, mode, async |tx| {
        require_area(tx, area).await?;
        import(tx, &call, area, text, draft).await
    })
    .await
}

/// The same for a request that is carried out once.
pub async fn run_once(
    db: &Db,
    call: &Call,
    area: &str,
    text: &str,
    draft: bool,
    mode: Mode,
    once: &IdempotencyKey,
) -> Result<IdempotentResponse<Created<Imported>>, Problem> {
    let call = at_work(call, area)?;
    db.write_idempotent(&call, mode, once, async |tx| {
        require_area(tx, area).await?;
        let change = import(tx, &call, area, text, draft).await?;
        Ok(change.map(|imported| {
            let place = match imported.response_id {
                Some(id) => format!("/v1/responses/{id}"),
                None => format!("/v1/inspections/{}", imported.inspection_id),
            };
            Created::at(place, imported, mode)
        }))
    })
    .await
}

/// The call at work for an area, as its policing body would be.
fn at_work(call: &Call, area: &str) -> Result<Call, Problem> {
    let actor = call.actor.acting_for(area);
    let actor = actor.ok_or_else(|| Problem::forbidden("This is none of the token's areas."))?;
    Ok(Call { actor, ..call.clone() })
}

/// Imports a document for an area, in whose name the call is made; as a draft, the inspection is not published and the
/// response text, having no response to go to, is left in the document.
async fn import(tx: &Tx<'_>, call: &Call, area: &str, text: &str, draft: bool) -> Result<Write<Imported>, Problem> {
    let document = document::read(text).map_err(|faults| {
        let fault = |fault: document::LineFault| Fault::body(format!("/{}", fault.line), fault.code, fault.detail);
        Problem::invalid(faults.into_iter().map(fault).collect())
    })?;
    let mut checked = Checked::default();
    checked.prose("/response", &document.response);
    let known = inspections::store::find_by_reference(tx, inspections::DEFAULT_SOURCE, &document.reference).await?;
    let (inspection_id, mut events) = match &known {
        Some(known) if known.state == State::Published && !draft => {
            checked.finish()?;
            (known.id, Vec::new())
        }
        Some(known) => return Err(inspections::already_registered(known)),
        None => register(tx, call, area, &document, draft, checked).await?,
    };
    let mut response_id = None;
    if !draft {
        let (id, event) = responses::import_text(tx, call, inspection_id, area, &document.response).await?;
        response_id = Some(id);
        events.push(event);
    }
    let found = recommendations::store::of_inspection(tx, inspection_id).await?;
    let imported = Imported {
        inspection_id,
        response_id,
        registered: known.is_none(),
        recommendations: found.into_iter().map(ImportedRecommendation::from).collect(),
        inferred: if known.is_none() { inferred(&document) } else { Vec::new() },
    };
    let first = events.remove(0);
    Ok(Write::new(imported, first).and(events))
}

/// Registers the document's inspection with its recommendations and, unless it is to stay a draft, publishes it.
async fn register(
    tx: &Tx<'_>,
    call: &Call,
    area: &str,
    document: &OfficeDocument,
    draft: bool,
    mut checked: Checked,
) -> Result<(uuid::Uuid, Vec<Event>), Problem> {
    let registration = Registration {
        reference: checked.label("/reference", &document.reference),
        title: Some(checked.line("/title", &document.title)),
        kind: Some(document::kind(&document.inspection_type, &document.title)),
        scope: Some(document.scope),
        published_on: Some(document.published_on),
        key_findings: (!document.key_findings.is_empty())
            .then(|| checked.prose("/key_findings", &document.key_findings)),
        subjects: Some(match document.scope {
            InspectionScope::National => Subjects::All,
            InspectionScope::Force | InspectionScope::Regional => Subjects::Named(vec![area.to_owned()]),
        }),
        ..Registration::default()
    };
    let mut added = Vec::new();
    for (at, printed) in document.recommendations.iter().enumerate() {
        let target = document::target(&printed.text);
        added.push(RecommendationAdded {
            reference: checked.label(&format!("/recommendations/{at}/reference"), &printed.reference),
            number: Some(checked.line(&format!("/recommendations/{at}/number"), &printed.number)),
            text: checked.prose(&format!("/recommendations/{at}/text"), &printed.text),
            target: Some(RecommendationTarget { kind: target.kind, text: target.printed, on: target.on }),
            ..RecommendationAdded::default()
        });
    }
    checked.finish()?;
    let new: Inspection = inspections::register(registration, call)?;
    let mut events = vec![inspections::insert(tx, &new).await?];
    for sent in added {
        events.push(recommendations::add(tx, &new, sent).await?.1);
    }
    if !draft {
        events.extend(publication::publish(tx, new.id, call).await?);
    }
    Ok((new.id, events))
}

/// What the document does not say but implies.
fn inferred(document: &OfficeDocument) -> Vec<Inferred> {
    let kind = document::kind(&document.inspection_type, &document.title);
    let mut inferred = vec![
        Inferred { member: "scope".into(), value: json!(document.scope), from: document.inspection_type.clone() },
        Inferred {
            member: "kind".into(),
            value: json!(kind),
            from: format!("{}; {}", document.inspection_type, document.title),
        },
    ];
    for (at, printed) in document.recommendations.iter().enumerate() {
        let target = document::target(&printed.text);
        if let Some(words) = target.printed {
            let value = json!({ "kind": target.kind, "on": target.on });
            inferred.push(Inferred { member: format!("recommendations/{at}/target"), value, from: words });
        }
    }
    inferred
}

/// An area that is there, or the fault that it is not.
async fn require_area(tx: &Tx<'_>, area: &str) -> Result<(), Problem> {
    if crate::areas::settings(tx, area).await.is_ok() {
        return Ok(());
    }
    let fault = Fault::query("area", "unknown_reference", format!("There is no area {area:?}."));
    Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]))
}
