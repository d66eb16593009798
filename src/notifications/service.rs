//! A person's choices: reading and changing them.

use uuid::Uuid;

use super::kind::NotificationKind;
use super::model::NotificationFrequency;
use super::preferences::{NotificationPreferences, NotificationPreferencesAmendment};
use super::store;
use crate::api::{Fault, IfMatch, Problem};
use crate::areas::NotificationLanguage;
use crate::auth::Call;
use crate::db::{Event, Session, Snapshot, Tx, Write};
use crate::vocabulary::WireName;

/// Returns the caller's choices: at first, nothing is sent.
///
/// # Errors
/// 503 if the database cannot be reached.
pub async fn find(db: &Session<'_>, call: &Call) -> Result<NotificationPreferences, Problem> {
    Ok(find_stored(db, call).await?.1)
}

async fn find_stored(db: &Session<'_>, call: &Call) -> Result<(Option<Uuid>, NotificationPreferences), Problem> {
    let stored = store::find_preferences(db).await?;
    let (id, mut preferences) = match stored {
        Some((id, preferences)) => (Some(id), preferences),
        None => {
            let (email, language) = (call.actor.email.clone(), NotificationLanguage::English);
            (None, NotificationPreferences { email, language, kinds: [].into(), version: 0 })
        }
    };
    for kind in NotificationKind::ALL {
        preferences.kinds.entry(*kind).or_insert(NotificationFrequency::Never);
    }
    Ok((id, preferences))
}

/// Changes the caller's choices.
///
/// # Errors
/// 412 if they have changed since they were read; 422 if something is to be sent and the token has no address.
pub async fn update(
    tx: &Tx<'_>,
    if_match: &IfMatch,
    amendment: &NotificationPreferencesAmendment,
) -> Result<Write<NotificationPreferences>, Problem> {
    let call = tx.call();
    let (id, before) = find_stored(tx, call).await?;
    if_match.check(before.version)?;
    let mut after = before.clone();
    after.language = amendment.language.unwrap_or(before.language);
    after.kinds.extend(&amendment.kinds);
    after.email = call.actor.email.clone().or(before.email.clone());
    if after == before {
        return Ok(Write::unchanged(before));
    }
    let Some(email) = after.email.clone() else {
        let detail = "The token has no claim with your e-mail address. Ask the operator of your sign-in to add it.";
        return Err(Problem::invalid(vec![Fault::body("", "no_address", detail)]));
    };
    after.version += 1;
    let id = id.unwrap_or_else(Uuid::now_v7);
    if store::write_preferences(tx, id, before.version, &email, &after).await? == 0 {
        return Err(Problem::stale());
    }
    let event = Event::new("notification_preferences", id, after.version, "amend");
    Ok(Write::new(after.clone(), event.before(snapshot(&before)?).after(snapshot(&after)?)))
}

/// Returns the choices as the audit log stores them: without the address.
fn snapshot(preferences: &NotificationPreferences) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(preferences).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("email");
    }
    Snapshot::new(&value)
}
