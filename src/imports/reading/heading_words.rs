//! The words of headings, in English and Welsh, as lower-case words without apostrophes and marks.

use super::context::Section;

/// The headings of each section.
#[rustfmt::skip]
pub(super) const HEADINGS: &[(Section, &[&str])] = &[
    (
        Section::Title,
        &[
            "inspection title", "title of inspection", "title of the inspection", "title", "title of report",
            "title of the report", "report title", "report", "the report", "name of report", "name of the report",
            "name of inspection", "name of the inspection", "inspection name", "inspection", "inspection report",
            "inspection report title", "hmicfrs report", "hmicfrs report title", "hmicfrs inspection",
            "hmicfrs inspection title", "hmicfrs thematic report", "hmicfrs publication title", "joint inspection",
            "name of hmicfrs report", "title of hmicfrs report", "super complaint", "report name", "teitl",
            "teitl yr arolygiad", "teitl yr adroddiad", "teitl arolygiad", "enw yr arolygiad", "enwr arolygiad",
            "enwr adroddiad", "adroddiad",
        ],
    ),
    (
        Section::Published,
        &[
            "date published", "published", "date of publication", "publication date", "publication",
            "date report published", "date of report", "date of report publication", "date of the report",
            "report date", "report published", "report publication date", "report published on", "published on",
            "published by hmicfrs", "published by hmicfrs on", "hmicfrs published on", "hmicfrs publication",
            "hmicfrs publication date", "date of hmicfrs publication", "date published by hmicfrs",
            "date of hmicfrs report", "date inspection published", "inspection published",
            "inspection publication date", "date of inspection publication", "date inspection report published",
            "date report was published", "date of publication of report", "date of publication of the report",
            "date of publication by hmicfrs", "report issued", "report issued on", "report released", "report released on", "release date", "date released", "when it came out", "dyddiad cyhoeddi",
            "cyhoeddwyd", "dyddiad y cyhoeddiad", "dyddiad cyhoeddir adroddiad",
        ],
    ),
    (
        Section::InspectionType,
        &[
            "type of inspection", "inspection type", "type", "type of report", "report type", "kind of inspection",
            "category of inspection", "nature of inspection", "scope", "scope of inspection", "inspection scope",
            "applies to", "who it is about", "national local inspection", "national or local", "local or national", "math o arolygiad", "math",
            "math yr arolygiad", "mathr arolygiad",
        ],
    ),
    (
        Section::Reference,
        &[
            "inspection reference", "reference", "reference number", "inspection reference number",
            "hmicfrs reference", "hmicfrs ref", "hmicfrs reference number", "report reference",
            "report reference number", "report ref", "report ref no", "report no", "report number",
            "inspection number", "inspection no", "inspection ref", "ref", "ref no", "cyfeirnod",
        ],
    ),
    (
        Section::Inspectorates,
        &[
            "inspectorates", "inspectorate", "inspected by", "inspectorates involved", "inspecting bodies",
            "inspecting body", "lead inspectorate", "investigated by", "inspection by", "by", "arolygiaethau",
        ],
    ),
    (
        Section::ReportUrl,
        &[
            "link to report", "report link", "report url", "link", "web link", "url", "available at",
            "report available at", "link to the report",
        ],
    ),
    (
        Section::KeyFindings,
        &[
            "key findings", "the key findings", "summary of findings", "summary of key findings", "main findings",
            "findings", "inspection findings", "hmicfrs findings", "summary of the report", "summary of report",
            "summary of inspection", "summary of the inspection", "report summary", "key points",
            "what the inspection found", "what inspectors found", "what hmicfrs found", "what did inspectors find",
            "what did hmicfrs find", "what did the inspection find", "what did the inspectors find",
            "what the report says", "what does the report say", "key messages", "overview of findings",
            "summary of inspection findings", "prif ganfyddiadau", "canfyddiadau", "canfyddiadau allweddol",
        ],
    ),
    (
        Section::Responses,
        &[
            "responses", "recommendations and responses", "recommendations and response",
            "recommendations with responses", "recommendations and areas for improvement",
            "recommendations and actions", "causes of concern and recommendations",
            "causes of concern recommendations and areas for improvement", "areas for improvement and responses",
            "recommendations areas for improvement and responses",
            "response to recommendations and areas for improvement",
            "recommendations causes of concern and areas for improvement", "what hmicfrs asked for",
            "what inspectors asked for", "argymhellion ac ymatebion",
        ],
    ),
    (
        Section::Explanations,
        &[
            "explanation for each recommendation", "explanations", "explanation of each recommendation",
            "response to each recommendation", "responses to each recommendation", "response to recommendations",
            "responses to recommendations", "response to the recommendations", "responses to the recommendations",
            "our response to the recommendations", "response to recommendation",
            "responses to the areas for improvement", "response to areas for improvement", "action", "actions",
            "action plan", "actions taken", "actions taken or proposed", "action taken or proposed",
            "progress against recommendations", "progress against the recommendations", "what the force is doing",
            "what we are doing", "what has been done", "what is being done", "my answers", "our answers", "answers",
            "force actions", "camau gweithredu",
        ],
    ),
    (
        Section::Overview,
        &[
            "overview", "introduction", "background", "foreword", "context", "summary", "executive summary",
            "opening remarks", "opening comments", "purpose", "purpose of report", "purpose of this report",
            "main report", "about this report", "about the inspection", "about the report", "cyflwyniad", "rhagair",
            "cefndir", "trosolwg",
        ],
    ),
    (
        Section::Conclusion,
        &[
            "conclusion", "conclusions", "next steps", "closing remarks", "closing comments", "concluding remarks",
            "concluding comments", "final comments", "final remarks", "further comments", "additional comments",
            "looking ahead", "looking forward", "future scrutiny", "in conclusion", "what happens next",
            "anything else", "casgliad", "camau nesaf",
        ],
    ),
    (
        Section::Dated,
        &[
            "date response sent", "answer sent", "reply sent", "our response sent", "response issued", "sent to hmicfrs", "sent to the home office", "sent to home office", "sent to the home secretary",
            "submitted to hmicfrs", "response sent to hmicfrs", "sent to hmicfrs on", "sent", "form completed", "form completed on", "completed", "completed on",
            "date of response", "response date", "date of this response", "date sent", "date submitted",
            "date response submitted", "date response published", "date of response publication",
            "response published", "response published on", "this response was published on", "response sent",
            "response sent on", "date completed", "date of completion", "date signed", "date", "dated", "dyddiad",
            "dyddiad yr ymateb", "published on the pcc website", "response to ho", "response to home office",
            "response to home secretary", "authorised", "authorised on", "signed off on", "signed on", "day",
            "day of response", "our response published", "our response made on", "response made on", "approved on",
            "agreed on", "sent to home office and hmicfrs on", "sent to hmicfrs and home office on",
        ],
    ),
    (
        Section::Signature,
        &[
            "signed", "signature", "signed by", "signed off", "signed off by", "name", "approved", "approved by", "authorised by", "agreed by",
            "signed on behalf of the commissioner", "signed on behalf of", "signed for the commissioner",
            "signed pcc", "llofnod", "llofnodwyd", "llofnodwyd gan",
        ],
    ),
    (Section::Publication, &["publication and copies", "publication of this response"]),
    (
        Section::Status,
        &[
            "status", "position", "current status", "current position", "progress", "progress status", "update",
            "latest update", "statws",
        ],
    ),
    (
        Section::ActionTaken,
        &["action taken", "action taken to date", "action taken so far", "action completed", "camau a gymerwyd"],
    ),
    (
        Section::ActionProposed,
        &[
            "action proposed", "proposed action", "action planned", "planned action", "action to be taken",
            "camau arfaethedig",
        ],
    ),
    (Section::NoAction, &["no action", "no action taken", "reason for no action", "why no action", "dim camau"]),
    (
        Section::Structure,
        &[
            "inspection details", "details of inspection", "details of the inspection", "details", "contents",
            "appendix", "annex", "manylion yr arolygiad", "statutory response", "inspection response",
            "official response", "the above", "for information", "section a", "section b", "section c", "part a",
            "part b", "part c", "part 1", "part 2", "part 3", "financial implications", "legal implications",
            "equality implications", "equality impact", "risk implications", "resource implications",
            "staffing implications", "environmental implications", "human resources implications", "implications",
            "appendices", "consultation", "options considered", "decision required", "report details",
        ],
    ),
    (
        Section::FormField,
        &[
            "from", "to", "response needed by", "reply needed by", "response wanted by", "return by",
            "deadline for response", "response deadline", "deadline", "deadline for comments", "response due",
            "response due by", "response required by", "response to be sent by", "response from", "due date",
            "date due", "statutory deadline", "56 day deadline", "56 days end on", "author", "report author",
            "contact", "contact officer", "for", "report of", "version", "lead", "owner", "lead officer", "action owner",
            "responsible officer", "force lead", "rag", "rag status", "rag rating", "name of policing body",
            "policing body", "office", "completed by", "prepared by", "role", "job title", "fieldwork",
            "dates of fieldwork", "date of inspection", "inspection date", "inspection dates", "dates of inspection",
            "date of visit", "date of fieldwork", "draft shared with the force", "sent to force", "hmicfrs lead",
            "our reference", "our ref", "your reference", "your ref", "ein cyf", "eich cyf", "telephone", "tel",
            "email", "e mail", "website", "background papers", "committee", "subject to", "made by",
            "letter to chief constables", "date received", "force reply", "follow up of an earlier inspection",
            "target date", "due", "distribution", "cc", "any recommendations", "force inspected", "accepted", "agreed", "accepted by the force",
            "who leads", "who is responsible", "by when", "person responsible", "action lead",
        ],
    ),
];

/// Words for the policing body or its office holder.
#[rustfmt::skip]
pub(super) const BODY_HOLDERS: &[&str] = &[
    "pcc", "pccs", "pfcc", "pfccs", "ppfcc", "opcc", "opccs", "opfcc", "mopac", "commissioner", "commissioners",
    "mayor", "mayors", "dmpc", "apcc", "authority", "board", "boards", "comisiynydd", "council", "i", "my", "our",
    "we", "cht",
];

/// Words for the chief officer or the force.
#[rustfmt::skip]
pub(super) const CHIEF_HOLDERS: &[&str] = &[
    "constable", "constables", "force", "forces", "constabulary", "constabularys", "chief", "cc", "gwnstabl",
    "heddlu", "cwnstabl", "constabularies",
];

/// Words for what an office holder writes.
#[rustfmt::skip]
pub(super) const STATEMENTS: &[&str] = &[
    "comments", "comment", "response", "responses", "reply", "replies", "view", "views", "observations",
    "observation", "remark", "remarks", "statement", "update", "updates", "answer", "answers", "position", "assessment",
    "commentary", "summary", "feedback", "says", "say", "said", "told", "tells", "think", "writes", "adds",
    "foreword", "thinks", "overview", "introduction", "sylwadau", "sylwadaur", "sylw", "ymateb", "ymatebion", "ateb",
    "conclusion", "opinion", "action", "actions", "note", "notes", "words", "decision", "thoughts", "message",
    "verdict", "reflections", "judgement", "account",
];

/// Words that can stand between the holder and the statement.
#[rustfmt::skip]
pub(super) const BETWEEN: &[&str] = &[
    "the", "and", "of", "for", "from", "by", "to", "on", "this", "police", "fire", "crime", "office", "joint",
    "local", "policing", "report", "reports", "inspection", "inspections", "recommendation", "recommendations",
    "hmicfrs", "hmics", "hmic", "findings", "official", "formal", "written", "statutory", "overall", "general",
    "initial", "final", "further", "what", "does", "did", "do", "us", "me", "have", "about", "it", "deputy",
    "officer", "in", "full", "section", "55", "provided", "on", "behalf", "s", "detailed", "areas", "improvement",
    "each", "plan", "y", "yr", "r", "a", "am", "ar", "gan", "prif", "throseddu", "heddlu", "tan", "own",
    "inspectorates", "inspectorate", "common", "additional", "opening", "closing", "statements", "has", "is",
    "elected", "directly", "their", "its", "his", "her", "acting", "strategic",
];
