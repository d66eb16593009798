//! The bodies that a recommendation asks to act: the subject of its first sentence, or the words of a sub-heading such
//! as “Recommendations for chief constables”.

use super::text::{SpacedWords, collapse, first_sentence};
use crate::recommendations::Addressee;
use Addressee::{ChiefConstables, CollegeOfPolicing, Cps, Hmicfrs, HomeOffice, Iopc, Npcc, Other, PolicingBodies};

/// The words for each body. Longer phrases stand before the phrases that they contain.
const BODIES: &[(&str, Addressee)] = &[
    ("home office", HomeOffice),
    ("home secretary", HomeOffice),
    ("secretary of state for the home department", HomeOffice),
    ("swyddfa gartref", HomeOffice),
    ("college of policing", CollegeOfPolicing),
    ("the college", CollegeOfPolicing),
    ("coleg plismona", CollegeOfPolicing),
    ("national police chiefs council", Npcc),
    ("npcc", Npcc),
    ("independent office for police conduct", Iopc),
    ("iopc", Iopc),
    ("crown prosecution service", Cps),
    ("crown prosecutors", Cps),
    ("prosecutors", Cps),
    ("cps", Cps),
    ("hmicfrs", Hmicfrs),
    ("hmic", Hmicfrs),
    ("inspectorate of constabulary", Hmicfrs),
    ("inspectors of constabulary", Hmicfrs),
    ("association of police and crime commissioners", PolicingBodies),
    ("apcc", PolicingBodies),
    ("police and crime commissioner", PolicingBodies),
    ("police and crime commissioners", PolicingBodies),
    ("police fire and crime commissioner", PolicingBodies),
    ("police fire and crime commissioners", PolicingBodies),
    ("office of the police and crime commissioner", PolicingBodies),
    ("local policing bodies", PolicingBodies),
    ("local policing body", PolicingBodies),
    ("policing bodies", PolicingBodies),
    ("policing body", PolicingBodies),
    ("comisiynydd heddlu a throseddu", PolicingBodies),
    ("comisiynwyr heddlu a throseddu", PolicingBodies),
    ("pcc", PolicingBodies),
    ("pccs", PolicingBodies),
    ("pfcc", PolicingBodies),
    ("pfccs", PolicingBodies),
    ("opcc", PolicingBodies),
    ("mopac", PolicingBodies),
    ("police crime and fire commissioner", PolicingBodies),
    ("police crime and fire commissioners", PolicingBodies),
    ("commissioner", PolicingBodies),
    ("commissioners", PolicingBodies),
    ("mayor", PolicingBodies),
    ("mayors", PolicingBodies),
    ("chief constables", ChiefConstables),
    ("chief constable", ChiefConstables),
    ("chief officers", ChiefConstables),
    ("chief officer", ChiefConstables),
    ("prif gwnstabliaid", ChiefConstables),
    ("prif gwnstabl", ChiefConstables),
    ("heddluoedd", ChiefConstables),
    ("police forces", ChiefConstables),
    ("the forces", ChiefConstables),
    ("all forces", ChiefConstables),
    ("forces", ChiefConstables),
    ("the force", ChiefConstables),
    ("each force", ChiefConstables),
    ("every force", ChiefConstables),
    ("force", ChiefConstables),
    ("constabulary", ChiefConstables),
    ("constabularies", ChiefConstables),
    ("police service", ChiefConstables),
    ("the met", ChiefConstables),
    ("metropolitan police", ChiefConstables),
    ("heddlu", ChiefConstables),
    ("police", ChiefConstables),
    ("ministry of justice", Other),
    ("department for education", Other),
    ("department of health", Other),
    ("department of health and social care", Other),
    ("ministry", Other),
    ("department", Other),
    ("welsh government", Other),
    ("government", Other),
    ("attorney general", Other),
    ("probation", Other),
    ("probation service", Other),
    ("probation services", Other),
    ("prison", Other),
    ("prison service", Other),
    ("hm prison and probation service", Other),
    ("his majestys prison and probation service", Other),
    ("youth justice services", Other),
    ("youth justice service", Other),
    ("youth justice board", Other),
    ("youth offending teams", Other),
    ("local authorities", Other),
    ("local authority", Other),
    ("local councils", Other),
    ("safeguarding partners", Other),
    ("safeguarding partnership", Other),
    ("safeguarding partnerships", Other),
    ("childrens services", Other),
    ("childrens social care", Other),
    ("health boards", Other),
    ("integrated care boards", Other),
    ("nhs england", Other),
    ("nhs", Other),
    ("health services", Other),
    ("health partners", Other),
    ("partner agencies", Other),
    ("partners", Other),
    ("courts", Other),
    ("courts service", Other),
    ("hm courts and tribunals service", Other),
    ("hmcts", Other),
    ("hmpps", Other),
    ("ofsted", Other),
    ("care quality commission", Other),
    ("cqc", Other),
    ("hmi probation", Other),
    ("national crime agency", Other),
    ("nca", Other),
    ("british transport police", Other),
    ("ministry of defence police", Other),
    ("border force", Other),
    ("immigration enforcement", Other),
    ("fire and rescue service", Other),
    ("fire and rescue services", Other),
    ("fire service", Other),
    ("schools", Other),
];

/// The words after which the sentence no longer names who should act.
const DUTIES: [&str; 12] = [
    "should",
    "must",
    "shall",
    "needs to",
    "need to",
    "ought to",
    "is asked to",
    "are asked to",
    "dylai",
    "dylid",
    "will",
    "has to",
];

/// Returns the bodies that a recommendation's first sentence asks to act. Returns none if its subject names no body.
pub fn read_addressees(text: &str) -> Option<Vec<Addressee>> {
    const MOST_CHARACTERS: usize = 2_000;
    let end = text.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(at, _)| at);
    let sentence = SpacedWords::new(first_sentence(&text[..end]));
    let duty = DUTIES.iter().filter_map(|duty| sentence.position(duty)).min()?;
    let all = format!(" {} ", sentence.as_str());
    // A Welsh duty stands before its subject: “dylai prif gwnstabliaid ofyn”.
    let is_welsh = sentence.position("dylai") == Some(duty);
    let subject = if is_welsh {
        let after: Vec<&str> = all[duty..].split_whitespace().skip(1).take(4).collect();
        after.join(" ")
    } else {
        // “HMICFRS recommended that the force should …” asks the force.
        let before = &all[..duty];
        before.split_once(" recommended that ").map_or(before, |(_, subject)| subject).to_owned()
    };
    let found = named(&subject);
    (!found.is_empty()).then_some(found)
}

/// Returns the bodies that a sub-heading names, as in “Recommendations for chief constables”. A body that is not known
/// is another body.
pub(super) fn addressees_of_heading(names: &str) -> Vec<Addressee> {
    let found = named(names);
    if found.is_empty() { vec![Other] } else { found }
}

/// Returns true if the words name bodies and nothing else.
pub(super) fn is_only_bodies(words: &str) -> bool {
    const BETWEEN: [&str; 14] =
        ["the", "and", "all", "of", "for", "to", "each", "a", "his", "majestys", "her", "england", "wales", "in"];
    let mut rest = format!(" {} ", SpacedWords::new(words).as_str());
    let mut any = false;
    let mut phrases: Vec<&str> = BODIES.iter().map(|(phrase, _)| *phrase).collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    for phrase in phrases {
        let spaced = format!(" {phrase} ");
        while let Some(at) = rest.find(&spaced) {
            rest.replace_range(at..at + spaced.len(), " ");
            any = true;
        }
    }
    any && rest.split_whitespace().all(|word| BETWEEN.contains(&word))
}

/// Returns the bodies in a text, in the order of their appearance, each once.
fn named(text: &str) -> Vec<Addressee> {
    let mut rest = format!(" {} ", SpacedWords::new(&collapse(text)).as_str());
    let mut phrases: Vec<&(&str, Addressee)> = BODIES.iter().collect();
    phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
    let mut found: Vec<(usize, Addressee)> = Vec::new();
    for (phrase, body) in phrases {
        let spaced = format!(" {phrase} ");
        while let Some(at) = rest.find(&spaced) {
            // The same length keeps the places of the other bodies.
            rest.replace_range(at..at + spaced.len(), &format!(" {} ", "_".repeat(phrase.len())));
            found.push((at, *body));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut bodies = Vec::new();
    for (_, body) in found {
        if !bodies.contains(&body) {
            bodies.push(body);
        }
    }
    bodies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_of_the_sentence_should_act() {
        for (text, expected) in [
            ("By 31 March 2024, chief constables should ask.", Some(vec![ChiefConstables])),
            ("Northmere Police should, within three months:", Some(vec![ChiefConstables])),
            ("The constabulary should tell the Home Office.", Some(vec![ChiefConstables])),
            ("No later than 30 April 2023, the College of Policing should publish.", Some(vec![CollegeOfPolicing])),
            ("The police and the CPS should work together.", Some(vec![ChiefConstables, Cps])),
            ("Immediately, police and prosecutors should review.", Some(vec![ChiefConstables, Cps])),
            (
                "The Home Office, the NPCC and the College should agree.",
                Some(vec![HomeOffice, Npcc, CollegeOfPolicing]),
            ),
            ("Police and crime commissioners should check.", Some(vec![PolicingBodies])),
            ("The National Police Chiefs’ Council should lead.", Some(vec![Npcc])),
            ("Erbyn 31 Mawrth 2024, dylai prif gwnstabliaid ofyn.", Some(vec![ChiefConstables])),
            ("The Ministry of Justice should count.", Some(vec![Other])),
            ("Ask children what they understood.", None),
            ("Records should be kept.", None),
        ] {
            assert_eq!(read_addressees(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sub_heading_names_bodies() {
        assert_eq!(addressees_of_heading("the Ministry of Justice"), [Other]);
        assert_eq!(addressees_of_heading("the Society of Bakers"), [Other]);
        assert_eq!(
            addressees_of_heading("chief constables and the College of Policing"),
            [ChiefConstables, CollegeOfPolicing]
        );
        assert!(is_only_bodies("Chief constables"));
        assert!(!is_only_bodies("Chief constables welcome this"));
    }
}
