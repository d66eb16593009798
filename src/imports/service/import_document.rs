//! Imports a policing body's published document: registers the inspection with its recommendations, publishes it, and
//! adds the response text to the area's response.

use serde_json::json;

use super::super::document::{self, PolicingBodyDocument};
use super::super::model::{DocumentImport, ImportedRecommendation, Inference};
use crate::api::text::TextValidator;
use crate::api::{Created, Fault, IdempotencyKey, IdempotentResponse, Problem, ProblemKind, WriteMode};
use crate::auth::Call;
use crate::db::{Db, Event, Tx, Write};
use crate::inspections::{self, Inspection, InspectionRegistration, InspectionScope, State, Subjects};
use crate::publication;
use crate::recommendations::{self, RecommendationCreation, RecommendationTarget};
use crate::responses;

/// Imports a document for one area.
pub async fn import_document(
    db: &Db,
    call: &Call,
    area: &str,
    text: &str,
    draft: bool,
    mode: WriteMode,
) -> Result<DocumentImport, Problem> {
    let call = act_for(call, area)?;
    db.write(&call, mode, async |tx| {
        require_area(tx, area).await?;
        import(tx, &call, area, text, draft).await
    })
    .await
}

/// Like [`import_document`], but at most once per `Idempotency-Key`: the response is stored in the same transaction.
pub async fn import_document_idempotent(
    db: &Db,
    call: &Call,
    area: &str,
    text: &str,
    draft: bool,
    mode: WriteMode,
    idempotency_key: &IdempotencyKey,
) -> Result<IdempotentResponse<Created<DocumentImport>>, Problem> {
    let call = act_for(call, area)?;
    db.write_idempotent(&call, mode, idempotency_key, async |tx| {
        require_area(tx, area).await?;
        let write = import(tx, &call, area, text, draft).await?;
        Ok(write.map(|import| {
            let location = match import.response_id {
                Some(id) => format!("/v1/responses/{id}"),
                None => format!("/v1/inspections/{}", import.inspection_id),
            };
            Created::at(location, import, mode)
        }))
    })
    .await
}

/// Returns the call with the rights of the area's policing body.
fn act_for(call: &Call, area: &str) -> Result<Call, Problem> {
    let actor = call.actor.acting_for(area);
    let actor = actor.ok_or_else(|| Problem::forbidden(format!("{area:?} is not an area of the token.")))?;
    Ok(Call { actor, ..call.clone() })
}

/// Imports a document with a call of the area. If `draft` is true, the inspection is not published. No response exists
/// then, so the response text is not stored.
async fn import(
    tx: &Tx<'_>,
    call: &Call,
    area: &str,
    text: &str,
    draft: bool,
) -> Result<Write<DocumentImport>, Problem> {
    let document = document::parse(text).map_err(|faults| {
        let fault = |fault: document::LineFault| Fault::body(format!("/{}", fault.line), fault.code, fault.detail);
        Problem::invalid(faults.into_iter().map(fault).collect())
    })?;
    let mut validator = TextValidator::default();
    validator.long_text("/response", &document.response);
    let existing = inspections::store::find_by_reference(tx, inspections::DEFAULT_SOURCE, &document.reference).await?;
    let (inspection_id, mut events) = match &existing {
        Some(inspection) if inspection.state == State::Published && !draft => {
            validator.finish()?;
            (inspection.id, Vec::new())
        }
        Some(inspection) => return Err(inspections::already_registered(inspection)),
        None => register(tx, call, area, &document, draft, validator).await?,
    };
    let mut response_id = None;
    if !draft {
        let (id, event) = responses::import_text(tx, call, inspection_id, area, &document.response).await?;
        response_id = Some(id);
        events.push(event);
    }
    let found = recommendations::store::find_of_inspection(tx, inspection_id).await?;
    let import = DocumentImport {
        inspection_id,
        response_id,
        registered: existing.is_none(),
        recommendations: found.into_iter().map(ImportedRecommendation::from).collect(),
        inferred: if existing.is_none() { inferences(&document) } else { Vec::new() },
    };
    let first = events.remove(0);
    Ok(Write::new(import, first).with_events(events))
}

/// Registers the document's inspection with its recommendations, and publishes it unless `draft` is true.
async fn register(
    tx: &Tx<'_>,
    call: &Call,
    area: &str,
    document: &PolicingBodyDocument,
    draft: bool,
    mut validator: TextValidator,
) -> Result<(uuid::Uuid, Vec<Event>), Problem> {
    let registration = InspectionRegistration {
        reference: validator.short_text("/reference", &document.reference),
        title: Some(validator.single_line("/title", &document.title)),
        kind: Some(document::infer_kind(&document.inspection_type, &document.title)),
        scope: Some(document.scope),
        published_on: Some(document.published_on),
        key_findings: (!document.key_findings.is_empty())
            .then(|| validator.long_text("/key_findings", &document.key_findings)),
        subjects: Some(match document.scope {
            InspectionScope::National => Subjects::All,
            InspectionScope::Force | InspectionScope::Regional => Subjects::Codes(vec![area.to_owned()]),
        }),
        ..InspectionRegistration::default()
    };
    let mut creations = Vec::new();
    for (at, printed) in document.recommendations.iter().enumerate() {
        let target = document::infer_target(&printed.text);
        creations.push(RecommendationCreation {
            reference: validator.short_text(&format!("/recommendations/{at}/reference"), &printed.reference),
            number: Some(validator.single_line(&format!("/recommendations/{at}/number"), &printed.number)),
            text: validator.long_text(&format!("/recommendations/{at}/text"), &printed.text),
            target: Some(RecommendationTarget { kind: target.kind, text: target.printed, on: target.on }),
            ..RecommendationCreation::default()
        });
    }
    validator.finish()?;
    let inspection: Inspection = inspections::new_draft(registration, call)?;
    let mut events = vec![inspections::register(tx, &inspection).await?];
    for creation in creations {
        events.push(recommendations::create(tx, &inspection, creation).await?.1);
    }
    if !draft {
        events.extend(publication::publish(tx, inspection.id, call).await?);
    }
    Ok((inspection.id, events))
}

/// Returns the values that the document does not state but implies.
fn inferences(document: &PolicingBodyDocument) -> Vec<Inference> {
    let kind = document::infer_kind(&document.inspection_type, &document.title);
    let mut inferences = vec![
        Inference { member: "scope".into(), value: json!(document.scope), from: document.inspection_type.clone() },
        Inference {
            member: "kind".into(),
            value: json!(kind),
            from: format!("{}; {}", document.inspection_type, document.title),
        },
    ];
    for (at, printed) in document.recommendations.iter().enumerate() {
        let target = document::infer_target(&printed.text);
        if let Some(words) = target.printed {
            let value = json!({ "kind": target.kind, "on": target.on });
            inferences.push(Inference { member: format!("recommendations/{at}/target"), value, from: words });
        }
    }
    inferences
}

/// Returns a fault if the area does not exist.
async fn require_area(tx: &Tx<'_>, area: &str) -> Result<(), Problem> {
    if crate::areas::find_rules(tx, area).await.is_ok() {
        return Ok(());
    }
    let fault =
        Fault::query("area", "unknown_reference", format!("There is no area {area:?}. GET /v1/areas lists the areas."));
    Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]))
}
