//! The fixed texts around notifications, and the months, in English and in Welsh.

/// The fixed texts around notifications.
pub struct Labels {
    /// The subject of a digest. `{count}` is the number of notifications.
    pub digest: &'static str,
    /// The label of the area.
    pub area: &'static str,
    /// The label of the report.
    pub report: &'static str,
    /// The label of the day.
    pub day: &'static str,
    /// The label of the person who acted.
    pub by: &'static str,
    /// The label of what to do.
    pub to_do: &'static str,
    /// The label of the link.
    pub open: &'static str,
    /// That something late goes to a further role.
    pub late: &'static str,
    /// That something which nobody has opened goes to a further role.
    pub unopened: &'static str,
    /// Why an address of an area receives the e-mail.
    pub why_area: &'static str,
    /// Why a person receives the e-mail.
    pub why_person: &'static str,
}

/// The fixed texts in English and in Welsh.
pub const LABELS: [Labels; 2] = [
    Labels {
        digest: "Section 55: {count} notifications",
        area: "Area",
        report: "Report",
        day: "Day",
        by: "By",
        to_do: "What to do",
        open: "Open the record",
        late: "This comes to you because it is late.",
        unopened: "This comes to you because nobody has started on it or been given it.",
        why_area: "The settings of your area name this address. An approver of the policing body can change them.",
        why_person: "You chose to receive this. You can change your choice in your notification settings.",
    },
    Labels {
        digest: "Adran 55: {count} hysbysiad",
        area: "Ardal",
        report: "Adroddiad",
        day: "Diwrnod",
        by: "Gan",
        to_do: "Beth i'w wneud",
        open: "Agor y cofnod",
        late: "Mae hyn yn dod atoch chi am ei fod yn hwyr.",
        unopened: "Mae hyn yn dod atoch chi am nad oes neb wedi dechrau arno na'i dderbyn.",
        why_area: "Mae gosodiadau eich ardal yn enwi'r cyfeiriad hwn. Gall cymeradwywr y corff plismona eu newid.",
        why_person: "Dewisoch dderbyn hyn. Gallwch newid eich dewis yn eich gosodiadau hysbysu.",
    },
];

/// The months in English and in Welsh.
#[rustfmt::skip]
pub const MONTHS: [[&str; 12]; 2] = [
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"],
];
