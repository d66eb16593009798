//! The headings of columns in English and Welsh, as normalized words. A table of data.

use super::headings::Meaning::{
    self, BodyComment, Colour, ForceAnswer, Identifier, Member as Is, NoMember, SourceIdentifier, StatusOrUpdate,
};
use super::member::TrackerMember as Member;

/// The headings: the meaning, whether the headings are the usual ones, and the headings as normalized words.
#[rustfmt::skip]
pub(super) const HEADINGS: &[(Meaning, bool, &[&str])] = &[
    (Identifier, true, &[
        "ref", "ref no", "reference", "reference no", "reference number", "ref number", "no", "number", "num", "id", "rec no",
        "rec number", "rec id", "rec ref", "recommendation no", "recommendation number", "recommendation id",
        "recommendation ref", "recommendation reference", "afi no", "afi number", "afi ref", "rec",
        "unique id", "unique ref", "unique reference", "tracker ref", "tracker no", "action no", "action ref",
        "cyf", "cyfeirnod", "rhif", "rhif cyf", "rhif yr argymhelliad", "rhif argymhelliad",
    ]),
    (Identifier, false, &["row", "row no", "line", "line no", "item", "item no", "serial", "serial no", "s no", "sn", "ser"]),
    (SourceIdentifier, false, &[
        "hmicfrs ref", "hmicfrs reference", "hmicfrs reference number", "hmicfrs ref no", "hmicfrs id", "hmicfrs no",
        "hmicfrs number", "hmic ref", "source reference", "inspectorate reference", "inspectorate ref", "portal ref",
        "portal reference", "monitoring portal ref", "monitoring portal reference", "monitoring portal id", "portal id",
        "cyfeirnod hmicfrs",
    ]),
    (Is(Member::Kind), true, &[
        "type", "kind", "category", "rec type", "recommendation type", "type of recommendation", "rec afi", "afi rec",
        "recommendation or afi", "rec or afi", "cause of concern recommendation afi", "recommendation type", "finding type",
        "classification", "math", "math o argymhelliad", "categori",
    ]),
    (Is(Member::CauseOfConcern), true, &["cause of concern no", "cause of concern number", "coc", "coc no", "linked cause of concern", "parent cause of concern"]),
    (Is(Member::Text), true, &[
        "recommendation", "recommendations", "recommendation text", "text", "full text", "recommendation detail",
        "recommendation details", "recommendation wording", "wording", "recommendation description", "full recommendation",
        "hmicfrs recommendation", "hmicfrs recommendations", "recommendation area for improvement", "recommendation afi",
        "what hmicfrs asked for", "what hmicfrs said", "what hmicfrs recommended", "what the inspectorate asked for",
        "what the inspectors asked for", "what the inspectors recommended", "what the report said", "what we were asked to do",
        "recommendations afis", "recommendation or area for improvement", "afi", "afis", "area for improvement",
        "areas for improvement", "recommendations and areas for improvement", "recommendation cause of concern",
        "cause of concern", "causes of concern", "argymhelliad", "argymhellion", "testun", "testun yr argymhelliad",
        "maes iw wella", "meysydd iw gwella", "achos pryder",
    ]),
    (Is(Member::Text), false, &[
        "detail", "details", "description", "finding", "findings", "issue", "action required", "action", "actions", "requirement",
        "what", "manylion", "disgrifiad", "camau gweithredu", "cam gweithredu",
    ]),
    (Is(Member::Addressees), true, &["addressee", "addressees", "addressed to", "directed to", "directed at", "for whom", "body", "organisation", "cyfeirir at", "recommendation for"]),
    (Is(Member::Themes), true, &["theme", "themes", "topic", "subject", "strand", "peel question", "pillar", "thema", "themau", "pwnc"]),
    (Is(Member::Target), true, &[
        "hmicfrs deadline", "hmicfrs timescale", "hmicfrs target date", "hmicfrs due date", "report deadline", "report timescale",
        "timescale in report", "inspectorate deadline", "deadline in report", "hmicfrs target", "target in report",
        "deadline set by hmicfrs", "dyddiad cau hmicfrs",
    ]),
    (Is(Member::Owner), true, &[
        "owner", "owners", "action owner", "recommendation owner", "rec owner", "business owner", "lead", "lead officer", "force lead",
        "business lead", "responsible", "responsible officer", "responsible person", "responsible owner", "person responsible",
        "action lead", "recommendation lead", "delivery lead", "operational lead", "tactical lead", "owner lead", "lead owner",
        "owned by", "assigned to", "allocated to", "perchennog", "arweinydd", "swyddog cyfrifol", "cyfrifol", "swyddog arweiniol",
    ]),
    (Is(Member::Owner), false, &["sro", "senior responsible owner", "senior responsible officer", "strategic lead", "executive lead", "chief officer lead", "gold lead", "department", "who", "by whom", "team"]),
    (Is(Member::LocalTargetOn), true, &[
        "target", "target date", "due", "due date", "date due", "deadline", "completion date", "target completion date",
        "expected completion date", "estimated completion date", "planned completion date", "anticipated completion date",
        "expected completion", "target completion", "force target date", "force target", "force deadline", "local target",
        "local target date", "local deadline", "by when", "complete by", "to be completed by", "implementation date",
        "target implementation date", "delivery date", "target delivery date", "revised target date", "revised date",
        "revised due date", "revised deadline", "revised completion date", "current target date", "original target date",
        "original date", "original due date", "original deadline", "end date", "timescale", "timescales", "timeline", "when",
        "dyddiad targed", "targed", "dyddiad cwblhau", "dyddiad cau", "erbyn pryd", "amserlen",
    ]),
    (Is(Member::ForceStatus), true, &[
        "status", "force status", "current status", "force position", "rec status", "recommendation status", "action status",
        "status force", "force assessment of status", "implementation status", "delivery status", "state", "completion status",
        "statws", "statws yr heddlu", "statws cyfredol",
    ]),
    (StatusOrUpdate, true, &["progress", "position", "current position", "progress status", "status progress", "progress to date", "status update", "where we are", "where we are now", "where things stand", "cynnydd", "sefyllfa"]),
    (Is(Member::Update), true, &[
        "update", "updates", "latest update", "last update", "current update", "progress update", "progress updates", "force update",
        "latest position", "latest progress", "latest comment", "latest comments", "update on progress", "progress report", "progress notes", "progress made",
        "progress commentary", "force progress", "force progress update", "action update", "narrative", "latest", "position update",
        "diweddariad", "diweddariadau", "diweddariad diweddaraf", "y diweddaraf", "diweddariad ar gynnydd", "adroddiad cynnydd",
    ]),
    (Is(Member::Update), false, &["comments", "comment", "commentary", "notes", "remarks", "action taken", "actions taken", "activity", "force comments", "force comment", "sylwadau", "nodiadau"]),
    (Is(Member::UpdateOn), true, &["update date", "date of update", "date updated", "last updated", "date of last update", "last update date", "updated", "updated on", "date last updated", "update provided on", "dyddiad diweddaru", "diweddarwyd"]),
    (Is(Member::BodyView), true, &[
        "pcc view", "opcc view", "pfcc view", "opfcc view", "pcc opcc view", "body view", "policing body view", "commissioners view",
        "pcc assurance", "opcc assurance", "opcc position", "pcc position", "commissioners assurance", "assurance", "assurance level",
        "opcc assurance level", "opcc assessment", "pcc assessment", "barn y comisiynydd", "sicrwydd",
    ]),
    (BodyComment, true, &[
        "pcc comment", "pcc comments", "opcc comment", "opcc comments", "pcc opcc comment", "pcc opcc comments", "pfcc comment",
        "pfcc comments", "commissioners comment", "commissioners comments", "policing body comment", "comment of the commissioner", "comments of the commissioner", "response of the commissioner", "policing body comments",
        "pcc response", "opcc response", "pfcc response", "commissioners response", "opcc update", "opcc notes", "opcc scrutiny",
        "pcc scrutiny", "sylwadau r comisiynydd", "sylwadaur comisiynydd", "ymateb y comisiynydd",
    ]),
    (ForceAnswer, true, &[
        "response", "force response", "force answer", "answer of the force", "force reply", "constabulary answer", "chief constables response", "response of the chief constable", "response of the force", "comments of the chief constable", "chief constable response", "chief officers response",
        "constabulary response", "police response", "force comments and action", "management response", "answer", "ymateb",
        "ymateb yr heddlu", "ymateb y prif gwnstabl", "chief constables comments", "chief constable comments", "explanation",
        "action taken or proposed", "what we are doing", "what is being done", "what will be done", "what we have done",
        "what the force is doing", "what the force has done", "beth rydym yn ei wneud",
    ]),
    (Is(Member::InspectorateStatus), true, &[
        "hmicfrs status", "hmicfrs position", "hmicfrs decision", "hmicfrs view", "hmicfrs", "hmicfrs closure", "hmicfrs portal status",
        "hmicfrs force status", "inspectorate status", "inspectorate position", "inspectorate decision", "hmic status",
        "status hmicfrs", "portal status", "monitoring portal status", "closed by hmicfrs", "hmicfrs open closed",
        "statws hmicfrs", "statws yr arolygiaeth",
    ]),
    (Is(Member::InspectionTitle), true, &[
        "inspection", "report", "inspection title", "title of inspection", "report title", "title of report", "inspection name",
        "report name", "name of inspection", "name of report", "inspection report", "hmicfrs report", "hmicfrs inspection",
        "source report", "inspection report title", "publication", "thematic", "teitl yr arolygiad", "teitl yr adroddiad",
        "arolygiad", "adroddiad", "enwr arolygiad", "enwr adroddiad",
    ]),
    (Is(Member::InspectionPublishedOn), true, &[
        "date published", "published", "published on", "publication date", "date of publication", "report published",
        "date report published", "report date", "date of report", "inspection date", "report publication date",
        "date of inspection report", "dyddiad cyhoeddi", "cyhoeddwyd",
    ]),
    (Is(Member::InspectionReference), true, &["inspection ref", "inspection reference", "report ref", "report reference", "inspection no", "report no", "inspection id", "cyfeirnod yr arolygiad"]),
    (Is(Member::InspectionReportUrl), true, &["link", "report link", "link to report", "url", "report url", "web link", "hyperlink", "dolen"]),
    (Colour, true, &["rag", "rag status", "rag rating", "brag", "brag status", "brag rating", "colour", "status rag", "rag score", "lliw", "statws rag", "sgor coch ambr gwyrdd"]),
    (NoMember, true, &[
        "supersedes", "reiterates", "evidence", "evidence link", "evidence location", "priority", "risk", "risk rating", "risks", "board",
        "governance board", "governance", "date completed", "completed date", "date closed", "closed date", "date opened", "date added",
        "date received", "date raised", "date allocated", "review date", "next review", "next review date", "actual completion date",
        "date of completion", "page", "page no", "page number", "accepted", "dependencies", "dependency", "barriers", "next steps",
        "milestones", "milestone", "start date", "percentage complete", "complete", "impact", "outcome", "benefit", "success measure",
        "success criteria", "force", "tystiolaeth", "blaenoriaeth",
    ]),
];
