//! Many recommendations added to one draft, row by row of a table: what a row says is checked as for a single one, what
//! it says of others is looked up for a whole batch at once.

mod store;

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::add::of_target;
use super::model::{Addressee, Recommendation, RecommendationKind, RecommendationTarget};
use super::snapshot::snapshot;
use crate::api::text::{Label, Line, Prose};
use crate::api::{Fault, Problem};
use crate::db::{Event, Tx};
use crate::inspections::Inspection;

/// A recommendation as a row of a table: as one added alone, its cause of concern named by its reference.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationRow {
    /// The source's own reference.
    pub reference: Label,
    /// Its number in the report; its place in the report where it is left out.
    #[serde(default)]
    pub number: Option<Line>,
    /// What it is; a recommendation where it is left out.
    #[serde(default)]
    pub kind: Option<RecommendationKind>,
    /// The reference of the cause of concern it belongs to, in the same table or in the inspection already.
    #[serde(default)]
    pub cause_of_concern: Option<Label>,
    /// The words of the report.
    pub text: Prose,
    /// To whom it is addressed.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub addressees: Vec<Addressee>,
    /// By when it is to be met.
    #[serde(default)]
    pub target: Option<RecommendationTarget>,
    /// What it is about.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub themes: Vec<Line>,
    /// The older recommendation it takes the place of.
    #[serde(default)]
    pub supersedes: Option<Uuid>,
    /// The older recommendation it repeats.
    #[serde(default)]
    pub reiterates: Option<Uuid>,
}

/// A row's number, from 0, with what stands in it.
pub type Numbered = (usize, RecommendationRow);

/// A fault of a row, its pointer within the row.
pub type RowFault = (usize, Fault);

/// What is known of the inspection's recommendations while rows are added.
pub struct Bulk {
    inspection: Uuid,
    area: Option<String>,
    ordinal: i32,
    /// By reference: the id, and whether it is a cause of concern.
    references: HashMap<String, (Uuid, bool)>,
    numbers: HashSet<String>,
    /// Rows that belong to a cause of concern which may yet come: row, id, reference of the cause.
    waiting: Vec<(usize, Uuid, String)>,
    /// What was added.
    added: Vec<Recommendation>,
}

impl Bulk {
    /// Begins with what the draft has.
    pub async fn begin(tx: &Tx<'_>, inspection: &Inspection) -> Result<Self, Problem> {
        let there = super::store::of_inspection(tx, inspection.id).await?;
        Ok(Self {
            inspection: inspection.id,
            area: inspection.registered_by.clone(),
            ordinal: there.iter().map(|it| it.ordinal).max().unwrap_or_default(),
            numbers: there.iter().map(|it| it.number.clone()).collect(),
            references: there.into_iter().map(|it| (it.reference, (it.id, is_cause(it.kind)))).collect(),
            waiting: Vec::new(),
            added: Vec::new(),
        })
    }

    /// Checks rows, and enters those against which nothing stands, unless they are only to be checked.
    pub async fn add(&mut self, tx: &Tx<'_>, rows: Vec<Numbered>, only_check: bool) -> Result<Vec<RowFault>, Problem> {
        let older = rows.iter().flat_map(|(_, row)| [row.supersedes, row.reiterates]).flatten().collect::<Vec<_>>();
        let older = if older.is_empty() { HashSet::new() } else { store::known(tx, &older).await? };
        let mut faults = Vec::new();
        let mut made = Vec::new();
        for (at, row) in rows {
            let before = faults.len();
            let mut fault = |pointer: &str, code, detail: String| faults.push((at, Fault::body(pointer, code, detail)));
            for (pointer, id) in [("/supersedes", row.supersedes), ("/reiterates", row.reiterates)] {
                if id.is_some_and(|id| !older.contains(&id)) {
                    fault(pointer, "unknown_reference", "There is no such older recommendation.".to_owned());
                }
            }
            if row.cause_of_concern.is_some() && row.kind == Some(RecommendationKind::CauseOfConcern) {
                let detail = "A cause of concern cannot belong to another.".to_owned();
                fault("/cause_of_concern", "not_here", detail);
            }
            let new = self.made(tx, row, at);
            if self.references.contains_key(&new.reference) {
                let detail = format!("The inspection, or a row before, has the reference {} already.", new.reference);
                fault("/reference", "already_exists", detail);
            }
            if !self.numbers.insert(new.number.clone()) {
                let detail = format!("The inspection, or a row before, has the number {} already.", new.number);
                fault("/number", "already_exists", detail);
            }
            faults.extend(of_target(&new.target).map(|fault| (at, fault)));
            self.references.entry(new.reference.clone()).or_insert((new.id, is_cause(new.kind)));
            if faults.len() == before {
                made.push(new);
            }
        }
        if faults.is_empty() && !only_check {
            if store::insert_all(tx, &made).await? != made.len() as u64 {
                return Err(Problem::internal("not every row was entered"));
            }
            self.added.extend(made);
        }
        Ok(faults)
    }

    fn made(&mut self, tx: &Tx<'_>, row: RecommendationRow, at: usize) -> Recommendation {
        self.ordinal += 1;
        let (id, now) = (Uuid::now_v7(), tx.call().at);
        let cause = row.cause_of_concern.map(Label::into_string);
        let known = cause.as_ref().and_then(|cause| self.references.get(cause)).filter(|(_, is_cause)| *is_cause);
        let cause_of_concern_id = known.map(|(id, _)| *id);
        if let (Some(cause), None) = (cause, cause_of_concern_id) {
            self.waiting.push((at, id, cause));
        }
        let target = row.target.unwrap_or_default();
        Recommendation {
            id,
            inspection_id: self.inspection,
            reference: row.reference.into_string(),
            number: row.number.map_or_else(|| self.ordinal.to_string(), Line::into_string),
            kind: row.kind.unwrap_or(RecommendationKind::Recommendation),
            cause_of_concern_id,
            text: row.text.into_string(),
            addressees: row.addressees,
            target_basis: target.basis(),
            target,
            themes: row.themes.into_iter().map(Line::into_string).collect(),
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

    /// After the last row: those that came before their cause of concern are joined to it.
    pub async fn join(&mut self, tx: &Tx<'_>, only_check: bool) -> Result<Vec<RowFault>, Problem> {
        let (mut faults, mut pairs) = (Vec::new(), Vec::new());
        for (at, id, cause) in std::mem::take(&mut self.waiting) {
            match self.references.get(&cause) {
                Some((parent, true)) => pairs.push((id, *parent)),
                _ => {
                    let detail = format!("There is no cause of concern {cause} in the inspection or in the table.");
                    faults.push((at, Fault::body("/cause_of_concern", "unknown_reference", detail)));
                }
            }
        }
        if !only_check && faults.is_empty() && !pairs.is_empty() {
            store::join_causes(tx, self.inspection, &pairs).await?;
            let causes: HashMap<Uuid, Uuid> = pairs.into_iter().collect();
            for it in &mut self.added {
                it.cause_of_concern_id = causes.get(&it.id).copied().or(it.cause_of_concern_id);
            }
        }
        Ok(faults)
    }

    /// The events of what was added.
    pub fn events(&self) -> Result<Vec<Event>, Problem> {
        let added = self.added.iter().map(|it| {
            let mut event = Event::new("recommendation", it.id, 1, "add").under(self.inspection).after(snapshot(it)?);
            event.area.clone_from(&self.area);
            Ok(event)
        });
        added.collect()
    }
}

fn is_cause(kind: RecommendationKind) -> bool {
    kind == RecommendationKind::CauseOfConcern
}
