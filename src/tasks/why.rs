//! The sentence that says why a task waits now.

use super::kind::TaskKind;

/// What an unwritten response lacks.
#[derive(Clone, Copy, Debug, Default)]
pub struct MissingTexts {
    /// True if the policing body's comments are missing.
    pub comments: bool,
    /// The number of recommendations without an explanation.
    pub explanations: i64,
}

/// Returns the sentence.
pub fn why(kind: TaskKind, missing: MissingTexts) -> String {
    let sentence = match kind {
        TaskKind::InviteComments => "The report is published, and the chief officer is not yet invited to comment.",
        TaskKind::Comment => "The policing body invited the chief officer to comment.",
        TaskKind::ProceedWithoutComments => "The last day for the chief officer's comments has passed without any.",
        TaskKind::ExplainResponse => return why_not_ready(missing),
        TaskKind::SubmitResponse => "Nothing is missing, so the response can be submitted for approval.",
        TaskKind::ApproveResponse => "Another person submitted the response for approval.",
        TaskKind::PublishResponse => "The response is approved and not yet published.",
        TaskKind::RecordPublishedResponse => "The response was due before its inspection was registered here.",
        TaskKind::SendCopies => "The response is published, and a copy of it is not yet recorded as sent.",
        TaskKind::AllocateAssignment => "The assignment has no owner.",
        TaskKind::UpdateAssignment => "Nothing was recorded for 90 days, or since the last day passed.",
        TaskKind::SignOffAssignment => "Another person submitted the assignment for sign-off.",
        TaskKind::RecordBodyView => "The force completed the assignment, and the policing body has no view of it yet.",
        TaskKind::ReviewEvidence => "The force submitted the evidence for review.",
        TaskKind::ReviseEvidence => "The policing body requested changes of the evidence.",
        TaskKind::DecideImport => "The file was read, and nobody has accepted or discarded what it holds.",
        TaskKind::ConfirmPosition => "An import proposes this position, and nobody of your side has decided on it.",
        TaskKind::ConfirmDisposal => "Another person proposed the disposal.",
        TaskKind::ConfirmLowering => "Another person requested the lower marking.",
    };
    sentence.to_owned()
}

fn why_not_ready(missing: MissingTexts) -> String {
    let explanations = match missing.explanations {
        0 => None,
        1 => Some("the explanation of 1 recommendation".to_owned()),
        count => Some(format!("the explanations of {count} recommendations")),
    };
    let comments = missing.comments.then(|| "the policing body's comments".to_owned());
    let missing: Vec<String> = comments.into_iter().chain(explanations).collect();
    format!("The response still needs {}.", missing.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_what_a_response_still_needs() {
        let needs = |comments, explanations| why(TaskKind::ExplainResponse, MissingTexts { comments, explanations });
        assert_eq!(needs(true, 0), "The response still needs the policing body's comments.");
        assert_eq!(needs(false, 1), "The response still needs the explanation of 1 recommendation.");
        let both = "The response still needs the policing body's comments and the explanations of 43 recommendations.";
        assert_eq!(needs(true, 43), both);
    }
}
