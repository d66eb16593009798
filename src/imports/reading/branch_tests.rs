//! Tests of the proposed branches.

use super::*;
use Branch::{ActionProposed, ActionTaken, NoAction};

#[test]
fn tense_and_phrases_propose_the_branch() {
    for (text, expected) in [
        ("done on 20 February 2024.", ActionTaken),
        ("we will begin in June 2024.", ActionProposed),
        ("A charity has run the talks since July 2024.", ActionTaken),
        ("A lead was named on 9 May 2024. Training ends in October 2024.", ActionProposed),
        ("A form has been in use since May 2025. We will look at every refusal in December 2025.", ActionTaken),
        ("A bulletin will come out each month from September 2025.", ActionProposed),
        (
            "We hired four vetting officers in April. Nobody’s vetting has been out of date since 30 June 2025.",
            ActionTaken,
        ),
        ("The new system shows earlier calls from the same number. It went live on 3 August 2022.", ActionTaken),
        ("Not accepted. Southfen Police has never used them.", NoAction),
        ("Not for the force.", NoAction),
        ("This is for the Home Office.", NoAction),
        ("N/A – not for the constabulary.", NoAction),
        ("Ashmere has no port. The airfield team is trained each year.", NoAction),
        (
            "Gofynnir y cwestiwn ym mhob galwad ers Ionawr 2024.\nThe question has been asked in every call since January 2024.",
            ActionTaken,
        ),
        ("Each sergeant checks three records a week. Started 14 October 2024.", ActionTaken),
        ("A joint desk with the council is planned for January 2025.", ActionProposed),
        ("Agreed. The review will start in March 2022.", ActionProposed),
        ("The force will think about this in its next staff survey.", ActionProposed),
        ("Complete", ActionTaken),
    ] {
        assert_eq!(propose(text), Some(expected), "{text}");
    }
    assert_eq!(propose("Noted."), None);
}
