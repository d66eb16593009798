//! The inspectorates that took part in an inspection.

use super::text::{SpacedWords, collapse, trim};

/// The inspectorates: the name in the record, and the words for it.
const INSPECTORATES: &[(&str, &[&str])] = &[
    (
        "HMICFRS",
        &[
            "hmicfrs",
            "hmic",
            "ahgtaef",
            "inspectorate of constabulary and fire and rescue services",
            "inspectorate of constabulary",
        ],
    ),
    ("HMI Probation", &["hmi probation", "hmip probation", "inspectorate of probation"]),
    ("HMCPSI", &["hmcpsi", "crown prosecution service inspectorate", "hm crown prosecution service inspectorate"]),
    ("HMI Prisons", &["hmi prisons", "inspectorate of prisons"]),
    ("Ofsted", &["ofsted"]),
    ("Care Quality Commission", &["care quality commission", "cqc"]),
    ("Estyn", &["estyn"]),
    ("Care Inspectorate Wales", &["care inspectorate wales", "ciw"]),
    ("Healthcare Inspectorate Wales", &["healthcare inspectorate wales", "hiw"]),
    ("College of Policing", &["college of policing"]),
    ("Independent Office for Police Conduct", &["independent office for police conduct", "iopc"]),
];

/// The inspectorates of an inspection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inspectorates {
    /// The inspectorate that the text names as the lead.
    pub(super) lead: Option<String>,
    /// All inspectorates, in the order of the text.
    pub(super) all: Vec<String>,
}

/// Returns the inspectorates in a text. The lead is the one with “(lead)”, or after “led by”.
pub(super) fn find(text: &str) -> Inspectorates {
    let words = SpacedWords::new(text);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (name, phrases) in INSPECTORATES {
        if let Some(at) = phrases.iter().filter_map(|phrase| words.position(phrase)).min() {
            found.push((at, name));
        }
    }
    found.sort_unstable();
    let all: Vec<String> = found.iter().map(|(_, name)| (*name).to_owned()).collect();
    let lead = text.split([',', ';', '\n']).find(|part| {
        let part = SpacedWords::new(part);
        part.as_str().ends_with(" lead")
            || part.contains("led by")
            || part.starts_with("lead inspectorate")
            || part.contains("lead agency")
    });
    let lead = lead.and_then(|part| find_one(part).or_else(|| printed_name(part)));
    let lead = lead.or_else(|| (all.len() == 1).then(|| all[0].clone()));
    Inspectorates { lead, all }
}

/// Returns the first inspectorate in a text, or the first after “led by”.
fn find_one(part: &str) -> Option<String> {
    let lower = part.to_lowercase();
    let from = lower.find("led by").filter(|_| lower.len() == part.len()).unwrap_or(0);
    let words = SpacedWords::new(&part[from..]);
    let place = |phrases: &[&str]| phrases.iter().filter_map(|phrase| words.position(phrase)).min();
    let found = INSPECTORATES.iter().filter_map(|(name, phrases)| Some((place(phrases)?, *name))).min();
    found.map(|(_, name)| name.to_owned())
}

/// Returns the printed name of an inspectorate that is not known.
fn printed_name(part: &str) -> Option<String> {
    let name = collapse(part.split('(').next().unwrap_or_default());
    (!trim(&name).is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lead_is_the_one_that_is_named() {
        let found = find("HMI Probation (lead), HMICFRS, Ofsted");
        assert_eq!(found.lead.as_deref(), Some("HMI Probation"));
        assert_eq!(found.all, ["HMI Probation", "HMICFRS", "Ofsted"]);
        let found = find("Response to a joint inspection by HMICFRS, HMI Probation and Ofsted");
        assert_eq!(found.lead, None);
        assert_eq!(find("Led by HMI Probation with HMICFRS").lead.as_deref(), Some("HMI Probation"));
        assert_eq!(find("HMICFRS").lead.as_deref(), Some("HMICFRS"));
    }
}
