//! What is run, in the order in which it is run, and which of it is held against which.

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// Bare actix.
    Fixed,
    /// The service, its bodies kept in memory.
    Cached,
    /// The service without that.
    Uncached,
    /// The service with a line of log for each request, as it is by default.
    Logged,
    /// The service's transitions without the log of events.
    Unaudited,
    /// The service on a tenth of the records.
    Small,
    /// axum and sqlx, as documented.
    Axum,
    /// axum and sqlx, tuned.
    Tuned,
    /// FastAPI and asyncpg.
    FastApi,
    /// PostgreSQL itself.
    PgBench,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The same path again and again, with headers.
    Same(&'static str, &'static [&'static str]),
    /// That path with the ETag it last had.
    Conditional(&'static str),
    /// One published recommendation at random.
    Point,
    /// The same, after as long a time of it that is not counted.
    PointAgain,
    /// One assignment of the caller's area at random.
    OwnPoint,
    /// A path with the token of an auditor.
    Own(&'static str),
    /// The page that far into a list, `limit` each.
    Deep(&'static str, usize, usize),
    /// Lines moved on.
    Moves,
    /// Lines read and moved on: so many writes in a hundred.
    Mix(u8),
    /// Inspections registered, with or without an Idempotency-Key.
    Creates(bool),
    /// Files of so many KiB sent.
    Uploads(usize),
    /// A file that was sent, of so many KiB.
    Download(usize),
    /// A list taken away whole.
    Export(&'static str),
    /// A table of so many rows brought in.
    Import(usize),
    /// A share of what full speed gave for a run of this name, in hundredths, at a fixed rate.
    Paced(&'static str, u64),
    /// The same for updates of lines, which are writes.
    PacedWrites(u64),
    /// The script of this name.
    Script(&'static str),
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// Who answers.
    pub who: Who,
    /// What is asked.
    pub what: What,
}

const PAGE: &str = "/v1/recommendations?kind=recommendation&limit=50";
const SEARCH: &str = "/v1/search?q=heritage%20wildlife&type=recommendation&limit=20";
/// The report that is asked for again and again.
pub const REPORT: &str = "/v1/inspections/01900000-0000-7000-8000-010000000007";
const LINES: &str = "/v1/assignments?limit=50&sort=-updated_at";

/// The requests whose statements pgbench runs.
pub const STATEMENTS: [(&str, &str); 3] =
    [("point", "/v1/recommendations/01900000-0000-7000-8000-020000000007"), ("page", PAGE), ("search", SEARCH)];

const fn row(name: &'static str, who: Who, what: What) -> Row {
    Row { name, who, what }
}

/// The runs of one round.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("fixed body",                        Who::Fixed,     What::Same("/", &[])),
    row("cached: one report",                Who::Cached,    What::Same(REPORT, &[])),
    row("cached: 304",                       Who::Cached,    What::Conditional(REPORT)),
    row("cached: gzip",                      Who::Cached,    What::Same(REPORT, &["accept_encoding=gzip"])),
    row("cached: page of 50",                Who::Cached,    What::Same(PAGE, &[])),
    row("cached: any recommendation, empty", Who::Cached,    What::Point),
    row("cached: any recommendation",        Who::Cached,    What::PointAgain),
    row("cached: one report, logged",        Who::Logged,    What::Same(REPORT, &[])),

    row("point: pgbench",                    Who::PgBench,   What::Script("point")),
    row("point: uncached",                   Who::Uncached,  What::Point),
    row("point: axum+sqlx",                  Who::Axum,      What::Point),
    row("point: axum+sqlx tuned",            Who::Tuned,     What::Point),
    row("point: FastAPI+asyncpg",            Who::FastApi,   What::Point),

    row("page: pgbench",                     Who::PgBench,   What::Script("page")),
    row("page: uncached",                    Who::Uncached,  What::Same(PAGE, &[])),
    row("page: axum+sqlx",                   Who::Axum,      What::Same(PAGE, &[])),
    row("page: axum+sqlx tuned",             Who::Tuned,     What::Same(PAGE, &[])),
    row("page: FastAPI+asyncpg",             Who::FastApi,   What::Same(PAGE, &[])),

    row("search: pgbench",                   Who::PgBench,   What::Script("search")),
    row("search: uncached",                  Who::Uncached,  What::Same(SEARCH, &[])),
    row("search: axum+sqlx",                 Who::Axum,      What::Same(SEARCH, &[])),
    row("search: axum+sqlx tuned",           Who::Tuned,     What::Same(SEARCH, &[])),
    row("search: FastAPI+asyncpg",           Who::FastApi,   What::Same(SEARCH, &[])),

    row("signed in: point",                  Who::Cached,    What::OwnPoint),
    row("signed in: page of 50",             Who::Cached,    What::Own(LINES)),

    row("transition: pgbench",               Who::PgBench,   What::Script("transition")),
    row("transition: section55",             Who::Cached,    What::Moves),
    row("transition: without the log",       Who::Unaudited, What::Moves),
    row("transition: axum+sqlx",             Who::Axum,      What::Moves),
    row("transition: axum+sqlx tuned",       Who::Tuned,     What::Moves),
    row("transition: FastAPI+asyncpg",       Who::FastApi,   What::Moves),

    row("create: without a key",             Who::Cached,    What::Creates(false)),
    row("create: with Idempotency-Key",      Who::Cached,    What::Creates(true)),
    row("mix: 95 reads, 5 transitions",      Who::Cached,    What::Mix(5)),

    row("evidence: upload of 100 KiB",       Who::Cached,    What::Uploads(100)),
    row("evidence: download of 100 KiB",     Who::Cached,    What::Download(100)),
    row("export: recommendations as CSV",    Who::Cached,    What::Export("/v1/exports/recommendations?format=csv")),
    row("import: 2,000 rows of CSV",         Who::Cached,    What::Import(2000)),

    row("paced: cached report",              Who::Cached,    What::Paced("cached: one report", 50)),
    row("paced: any recommendation, uncached", Who::Uncached, What::Paced("point: uncached", 50)),
    row("paced: updates of lines",           Who::Cached,    What::PacedWrites(50)),

    row("growth: point, a tenth",            Who::Small,     What::Point),
    row("growth: page 1, a tenth",           Who::Small,     What::Same(PAGE, &[])),
    row("growth: search, a tenth",           Who::Small,     What::Same(SEARCH, &[])),
    row("growth: own page, a tenth",         Who::Small,     What::Own(LINES)),
    row("growth: own page",                  Who::Uncached,  What::Own(LINES)),
    row("growth: page 1 of 20",              Who::Uncached,  What::Deep("/v1/recommendations", 1, 20)),
    row("growth: page 1,000 of 20",          Who::Uncached,  What::Deep("/v1/recommendations", 1000, 20)),
    row("growth: transition, a tenth",       Who::Small,     What::Moves),
];

/// What a ratio should be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// At least this.
    Least(f64),
    /// At most this.
    Most(f64),
    /// Told, and not judged.
    None,
}

/// A run held against another.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// The run.
    pub of: &'static str,
    /// What it is held against.
    pub to: &'static str,
    /// What it should be.
    pub goal: Goal,
}

const fn least(of: &'static str, to: &'static str, goal: f64) -> Ratio {
    Ratio { of, to, goal: Goal::Least(goal) }
}

/// How much longer `to` takes than `of`: the first is the one that should not fall behind.
const fn most(of: &'static str, to: &'static str, goal: f64) -> Ratio {
    Ratio { of, to, goal: Goal::Most(goal) }
}

const fn told(of: &'static str, to: &'static str) -> Ratio {
    Ratio { of, to, goal: Goal::None }
}

/// The ratios that hold from one machine to the next.
#[rustfmt::skip]
pub const RATIOS: &[Ratio] = &[
    least("cached: one report",          "fixed body",                   0.75),
    least("cached: 304",                 "fixed body",                   0.9),
    told ("cached: gzip",                "fixed body"),
    told ("cached: page of 50",          "fixed body"),
    told ("cached: one report, logged",  "cached: one report"),
    least("cached: any recommendation",  "point: axum+sqlx",             3.0),
    told ("cached: any recommendation, empty", "point: axum+sqlx"),
    told ("cached: any recommendation",  "point: axum+sqlx tuned"),
    told ("cached: any recommendation",  "point: FastAPI+asyncpg"),
    least("cached: page of 50",          "page: axum+sqlx",              3.0),
    least("point: uncached",             "point: pgbench",               1.0),
    least("point: uncached",             "point: axum+sqlx tuned",       1.8),
    told ("point: uncached",             "point: axum+sqlx"),
    told ("point: uncached",             "point: FastAPI+asyncpg"),
    least("page: uncached",              "page: pgbench",                0.9),
    least("page: uncached",              "page: axum+sqlx tuned",        1.3),
    told ("page: uncached",              "page: axum+sqlx"),
    told ("page: uncached",              "page: FastAPI+asyncpg"),
    least("search: uncached",            "search: pgbench",              0.9),
    told ("search: uncached",            "search: axum+sqlx"),
    told ("search: uncached",            "search: axum+sqlx tuned"),
    told ("search: uncached",            "search: FastAPI+asyncpg"),
    least("signed in: point",            "point: pgbench",               0.5),
    least("transition: section55",       "transition: pgbench",          1.3),
    least("transition: section55",       "transition: axum+sqlx",        1.5),
    least("transition: section55",       "transition: axum+sqlx tuned",  1.8),
    told ("transition: section55",       "transition: FastAPI+asyncpg"),
    least("transition: section55",       "transition: without the log",  0.65),
    least("create: with Idempotency-Key", "create: without a key",       0.85),
    most ("growth: page 1 of 20",        "growth: page 1,000 of 20",     1.2),
    most ("growth: point, a tenth",      "point: uncached",              1.2),
    most ("growth: page 1, a tenth",     "page: uncached",               1.2),
    most ("growth: search, a tenth",     "search: uncached",             1.2),
    most ("growth: own page, a tenth",   "growth: own page",             1.2),
    most ("growth: transition, a tenth", "transition: section55",        1.2),
];
