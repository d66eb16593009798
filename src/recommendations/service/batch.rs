//! Adds the rows of a table to one draft. Each row is checked as a single recommendation is; the records that rows name
//! are looked up once for a batch.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::super::model::{Recommendation, RecommendationKind};
use super::super::requests::RecommendationRow;
use super::super::store;
use super::super::views::snapshot;
use super::target_fault;
use crate::api::text::{ShortText, SingleLineText};
use crate::api::{Fault, Problem};
use crate::db::{Event, Tx};
use crate::inspections::Inspection;
use crate::label;

/// A row's number, from 0, with its content.
pub type NumberedRow = (usize, RecommendationRow);

/// A row's number, from 0, with a fault whose pointer is relative to the row.
pub type RowFault = (usize, Fault);

/// An addition of many recommendations to one draft, with what is known of the draft's recommendations so far.
pub struct RecommendationBatch {
    inspection: Uuid,
    area: Option<String>,
    ordinal: i32,
    /// For the key of each reference: the recommendation's id, and whether it is a cause of concern.
    references: HashMap<String, (Uuid, bool)>,
    /// The keys of the numbers.
    numbers: HashSet<String>,
    /// Rows whose cause of concern is not known yet: the row's number, its id, and the reference of the cause.
    without_cause: Vec<(usize, Uuid, String)>,
    inserted: Vec<Recommendation>,
}

impl RecommendationBatch {
    /// Loads the recommendations that the draft already has.
    pub async fn load(tx: &Tx<'_>, inspection: &Inspection) -> Result<Self, Problem> {
        let existing = store::find_of_inspection(tx, inspection.id).await?;
        Ok(Self {
            inspection: inspection.id,
            area: inspection.registered_by.clone(),
            ordinal: existing.iter().map(|it| it.ordinal).max().unwrap_or_default(),
            numbers: existing.iter().map(|it| label::key(&it.number)).collect(),
            references: existing.iter().map(|it| (label::key(&it.reference), (it.id, is_cause(it.kind)))).collect(),
            without_cause: Vec::new(),
            inserted: Vec::new(),
        })
    }

    /// Checks rows, and inserts them if none has a fault and `only_check` is false. Returns the faults.
    pub async fn add(
        &mut self,
        tx: &Tx<'_>,
        rows: Vec<NumberedRow>,
        only_check: bool,
    ) -> Result<Vec<RowFault>, Problem> {
        let older = rows.iter().flat_map(|(_, row)| [row.supersedes, row.reiterates]).flatten().collect::<Vec<_>>();
        let older = if older.is_empty() { HashSet::new() } else { store::find_ids(tx, &older).await? };
        let mut faults = Vec::new();
        let mut added = Vec::new();
        for (at, row) in rows {
            let before = faults.len();
            let mut fault = |pointer: &str, code, detail: String| faults.push((at, Fault::body(pointer, code, detail)));
            for (pointer, id) in [("/supersedes", row.supersedes), ("/reiterates", row.reiterates)] {
                if let Some(id) = id.filter(|id| !older.contains(id)) {
                    let detail = format!("There is no recommendation {id} that the caller can see.");
                    fault(pointer, "unknown_reference", detail);
                }
            }
            if row.cause_of_concern.is_some() && row.kind == Some(RecommendationKind::CauseOfConcern) {
                let detail = "A cause of concern cannot belong to another. Leave `cause_of_concern` empty.".to_owned();
                fault("/cause_of_concern", "not_here", detail);
            }
            let new = self.new_recommendation(tx, row, at);
            let reference = label::key(&new.reference);
            if self.references.contains_key(&reference) {
                let detail = format!(
                    "The inspection or an earlier row already has the reference {}. Each reference must be unique.",
                    new.reference
                );
                fault("/reference", "already_exists", detail);
            }
            if !self.numbers.insert(label::key(&new.number)) {
                let detail = format!(
                    "The inspection or an earlier row already has the number {}. Each number must be unique.",
                    new.number
                );
                fault("/number", "already_exists", detail);
            }
            faults.extend(target_fault(&new.target).map(|fault| (at, fault)));
            self.references.entry(reference).or_insert((new.id, is_cause(new.kind)));
            if faults.len() == before {
                added.push(new);
            }
        }
        if faults.is_empty() && !only_check {
            if store::insert_all(tx, &added).await? != added.len() as u64 {
                return Err(Problem::internal("fewer rows were inserted than were sent"));
            }
            self.inserted.extend(added);
        }
        Ok(faults)
    }

    fn new_recommendation(&mut self, tx: &Tx<'_>, row: RecommendationRow, at: usize) -> Recommendation {
        self.ordinal += 1;
        let (id, now) = (Uuid::now_v7(), tx.call().at);
        let cause = row.cause_of_concern.map(ShortText::into_string);
        let known =
            cause.as_ref().and_then(|cause| self.references.get(&label::key(cause))).filter(|(_, is_cause)| *is_cause);
        let cause_of_concern_id = known.map(|(id, _)| *id);
        if let (Some(cause), None) = (cause, cause_of_concern_id) {
            self.without_cause.push((at, id, cause));
        }
        let target = row.target.unwrap_or_default();
        Recommendation {
            id,
            inspection_id: self.inspection,
            reference: row.reference.into_string(),
            number: row.number.map_or_else(|| self.ordinal.to_string(), SingleLineText::into_string),
            kind: row.kind.unwrap_or(RecommendationKind::Recommendation),
            cause_of_concern_id,
            text: row.text.into_string(),
            addressees: row.addressees,
            target_basis: target.basis(),
            target,
            themes: row.themes.into_iter().map(SingleLineText::into_string).collect(),
            supersedes: row.supersedes,
            reiterates: row.reiterates,
            errata: Vec::new(),
            version: 1,
            created_at: now,
            updated_at: now,
            links: Recommendation::links(id, self.inspection),
            ordinal: self.ordinal,
        }
    }

    /// Links the rows that came before their cause of concern to it, after the last row. Returns the faults.
    pub async fn link_causes(&mut self, tx: &Tx<'_>, only_check: bool) -> Result<Vec<RowFault>, Problem> {
        let (mut faults, mut pairs) = (Vec::new(), Vec::new());
        for (at, id, cause) in std::mem::take(&mut self.without_cause) {
            match self.references.get(&label::key(&cause)) {
                Some((parent, true)) => pairs.push((id, *parent)),
                _ => {
                    let detail = format!(
                        "There is no cause of concern with the reference {cause} in the inspection or in the table."
                    );
                    faults.push((at, Fault::body("/cause_of_concern", "unknown_reference", detail)));
                }
            }
        }
        if !only_check && faults.is_empty() && !pairs.is_empty() {
            store::update_causes(tx, self.inspection, &pairs).await?;
            let causes: HashMap<Uuid, Uuid> = pairs.into_iter().collect();
            for it in &mut self.inserted {
                it.cause_of_concern_id = causes.get(&it.id).copied().or(it.cause_of_concern_id);
            }
        }
        Ok(faults)
    }

    /// Returns one event for each inserted recommendation.
    pub fn events(&self) -> Result<Vec<Event>, Problem> {
        let events = self.inserted.iter().map(|it| {
            let mut event = Event::new("recommendation", it.id, 1, "add").parent(self.inspection).after(snapshot(it)?);
            event.area.clone_from(&self.area);
            Ok(event)
        });
        events.collect()
    }
}

fn is_cause(kind: RecommendationKind) -> bool {
    kind == RecommendationKind::CauseOfConcern
}
