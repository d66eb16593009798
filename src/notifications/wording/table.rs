//! The table of words: for each event and each day, what happened and what to do, in English and in Welsh.

/// The words of one event or day: the headline and what to do, in each language.
pub struct Words {
    /// `resource.action` of an event; the kind of a deadline with `.ahead` or `.passed`.
    pub key: &'static str,
    /// The headline and what to do, in English.
    pub english: (&'static str, &'static str),
    /// The same in Welsh.
    pub welsh: (&'static str, &'static str),
}

const fn words(key: &'static str, english: (&'static str, &'static str), welsh: (&'static str, &'static str)) -> Words {
    Words { key, english, welsh }
}

/// The words of every event and day. `{reference}` is the report's or the recommendation's, and `{day}` the last day.
pub const WORDS: &[Words] = &[
    words(
        "response.open",
        (
            "Inspection report {reference} was published: the response is due by {day}",
            "Invite the chief officer to comment, and prepare the response.",
        ),
        (
            "Cyhoeddwyd adroddiad arolygu {reference}: mae'r ymateb i'w gyhoeddi erbyn {day}",
            "Gwahoddwch y prif swyddog i roi sylwadau, a pharatowch yr ymateb.",
        ),
    ),
    words(
        "response.invite",
        (
            "Comments on inspection report {reference} are due by {day}",
            "Write the chief officer's comments, or state that there are none.",
        ),
        (
            "Mae sylwadau ar adroddiad arolygu {reference} i'w rhoi erbyn {day}",
            "Ysgrifennwch sylwadau'r prif swyddog, neu nodwch nad oes rhai.",
        ),
    ),
    words(
        "response.submit",
        (
            "The response to inspection report {reference} waits for your approval",
            "Read the response. Approve it, or return it with a reason.",
        ),
        (
            "Mae'r ymateb i adroddiad arolygu {reference} yn aros am eich cymeradwyaeth",
            "Darllenwch yr ymateb. Cymeradwywch ef, neu dychwelwch ef gyda rheswm.",
        ),
    ),
    words(
        "response.return",
        (
            "The response to inspection report {reference} was returned",
            "Read the reason, change the response and submit it again.",
        ),
        (
            "Dychwelwyd yr ymateb i adroddiad arolygu {reference}",
            "Darllenwch y rheswm, newidiwch yr ymateb a'i gyflwyno eto.",
        ),
    ),
    words(
        "response.approve",
        ("The response to inspection report {reference} was approved", "Publish the response."),
        ("Cymeradwywyd yr ymateb i adroddiad arolygu {reference}", "Cyhoeddwch yr ymateb."),
    ),
    words(
        "response.publish",
        (
            "The response to inspection report {reference} was published",
            "Read what was published. The policing body records the copies that it sends.",
        ),
        (
            "Cyhoeddwyd yr ymateb i adroddiad arolygu {reference}",
            "Darllenwch yr hyn a gyhoeddwyd. Mae'r corff plismona yn cofnodi'r copïau y mae'n eu hanfon.",
        ),
    ),
    words(
        "assignment.submit_for_sign_off",
        (
            "Recommendation {reference} waits for your sign-off",
            "Check the evidence. Sign the recommendation off, or send it back with a reason.",
        ),
        (
            "Mae argymhelliad {reference} yn aros i chi ei gadarnhau",
            "Gwiriwch y dystiolaeth. Cadarnhewch yr argymhelliad, neu anfonwch ef yn ôl gyda rheswm.",
        ),
    ),
    words(
        "assignment.send_back",
        (
            "Recommendation {reference} was sent back",
            "Read the reason, and submit the recommendation again when the work is done.",
        ),
        (
            "Anfonwyd argymhelliad {reference} yn ôl",
            "Darllenwch y rheswm, a chyflwynwch yr argymhelliad eto pan fydd y gwaith wedi'i wneud.",
        ),
    ),
    words(
        "assignment.sign_off",
        (
            "Recommendation {reference} was signed off",
            "The force has no further step. The policing body now states its view.",
        ),
        (
            "Cadarnhawyd argymhelliad {reference}",
            "Nid oes gan yr heddlu gam pellach. Mae'r corff plismona bellach yn nodi ei farn.",
        ),
    ),
    words(
        "evidence.submit",
        (
            "Evidence for recommendation {reference} waits for your review",
            "Accept the evidence, request changes or reject it.",
        ),
        (
            "Mae tystiolaeth ar gyfer argymhelliad {reference} yn aros i chi ei hadolygu",
            "Derbyniwch y dystiolaeth, gofynnwch am newidiadau neu gwrthodwch hi.",
        ),
    ),
    words(
        "evidence.request_changes",
        (
            "Changes to evidence for recommendation {reference} were requested",
            "Read the review, change the evidence and submit it again.",
        ),
        (
            "Gofynnwyd am newidiadau i dystiolaeth ar gyfer argymhelliad {reference}",
            "Darllenwch yr adolygiad, newidiwch y dystiolaeth a'i chyflwyno eto.",
        ),
    ),
    words(
        "evidence.accept",
        ("Evidence for recommendation {reference} was accepted", "This item needs no further step."),
        ("Derbyniwyd tystiolaeth ar gyfer argymhelliad {reference}", "Nid oes angen cam pellach ar yr eitem hon."),
    ),
    words(
        "evidence.reject",
        ("Evidence for recommendation {reference} was rejected", "Read the review, and submit other evidence."),
        (
            "Gwrthodwyd tystiolaeth ar gyfer argymhelliad {reference}",
            "Darllenwch yr adolygiad, a chyflwynwch dystiolaeth arall.",
        ),
    ),
    words(
        "import.create",
        ("An import has questions", "Answer the questions, then accept or discard the import."),
        ("Mae gan fewnforiad gwestiynau", "Atebwch y cwestiynau, yna derbyniwch neu gwaredwch y mewnforiad."),
    ),
    words(
        "webhook.disable",
        ("A webhook was stopped", "Mend the receiver, then make the webhook active: it continues where it stopped."),
        (
            "Stopiwyd gwe-fachyn",
            "Trwsiwch y derbynnydd, yna gwnewch y gwe-fachyn yn weithredol: mae'n parhau lle stopiodd.",
        ),
    ),
    words(
        "response_due.ahead",
        (
            "The response to inspection report {reference} is due by {day}",
            "Publish the response by this day (Police Act 1996 s.55(5A)).",
        ),
        (
            "Mae'r ymateb i adroddiad arolygu {reference} i'w gyhoeddi erbyn {day}",
            "Cyhoeddwch yr ymateb erbyn y diwrnod hwn (Deddf yr Heddlu 1996 a.55(5A)).",
        ),
    ),
    words(
        "response_due.passed",
        (
            "The response to inspection report {reference} is late: it was due by {day}",
            "Publish the response. It can be published late, and the record shows that it was.",
        ),
        (
            "Mae'r ymateb i adroddiad arolygu {reference} yn hwyr: roedd i'w gyhoeddi erbyn {day}",
            "Cyhoeddwch yr ymateb. Gellir ei gyhoeddi'n hwyr, ac mae'r cofnod yn dangos hynny.",
        ),
    ),
    words(
        "comments_due.ahead",
        (
            "The chief officer's comments on inspection report {reference} are due by {day}",
            "Submit the comments, or state that there are none.",
        ),
        (
            "Mae sylwadau'r prif swyddog ar adroddiad arolygu {reference} i'w rhoi erbyn {day}",
            "Cyflwynwch y sylwadau, neu nodwch nad oes rhai.",
        ),
    ),
    words(
        "comments_due.passed",
        (
            "The chief officer's comments on inspection report {reference} are late: they were due by {day}",
            "Submit the comments at once. The policing body may now proceed without them.",
        ),
        (
            "Mae sylwadau'r prif swyddog ar adroddiad arolygu {reference} yn hwyr: roeddent i'w rhoi erbyn {day}",
            "Cyflwynwch y sylwadau ar unwaith. Gall y corff plismona barhau hebddynt bellach.",
        ),
    ),
    words(
        "line_due.ahead",
        ("Recommendation {reference} is due by {day}", "Complete the work, or change the local target with a reason."),
        (
            "Mae argymhelliad {reference} i'w gyflawni erbyn {day}",
            "Cwblhewch y gwaith, neu newidiwch y targed lleol gyda rheswm.",
        ),
    ),
    words(
        "line_due.passed",
        (
            "Recommendation {reference} is late: it was due by {day}",
            "Complete the work, or change the local target with a reason.",
        ),
        (
            "Mae argymhelliad {reference} yn hwyr: roedd i'w gyflawni erbyn {day}",
            "Cwblhewch y gwaith, neu newidiwch y targed lleol gyda rheswm.",
        ),
    ),
    words(
        "evidence_expires.ahead",
        ("Evidence for recommendation {reference} expires on {day}", "Submit evidence that replaces it."),
        (
            "Mae tystiolaeth ar gyfer argymhelliad {reference} yn dod i ben ar {day}",
            "Cyflwynwch dystiolaeth yn ei lle.",
        ),
    ),
    words(
        "evidence_expires.passed",
        ("Evidence for recommendation {reference} expired on {day}", "Submit evidence that replaces it."),
        ("Daeth tystiolaeth ar gyfer argymhelliad {reference} i ben ar {day}", "Cyflwynwch dystiolaeth yn ei lle."),
    ),
];
