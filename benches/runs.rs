//! The runs of a round, in order, and the ratios between them.

/// The program that responds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Bare actix with a fixed body.
    FixedBody,
    /// The service with its cache.
    Cached,
    /// The service without its cache.
    Uncached,
    /// The service with a log line for each request, which is the default.
    Logged,
    /// The service's transitions without the audit log.
    Unaudited,
    /// The service without its cache, on a tenth of the records.
    Small,
    /// axum and sqlx, as documented.
    Axum,
    /// axum and sqlx, tuned.
    AxumTuned,
    /// FastAPI and asyncpg.
    FastApi,
    /// PostgreSQL, without a service.
    PgBench,
}

/// The requests of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// The same path with these headers.
    Same(&'static str, &'static [&'static str]),
    /// The same path with `If-None-Match` and its present ETag.
    Conditional(&'static str),
    /// A random published recommendation.
    RandomRecommendation,
    /// A random published recommendation, after an uncounted run of the same length that fills the cache.
    RandomRecommendationWarm,
    /// A random assignment of the caller's area.
    RandomOwnAssignment,
    /// A path with the token and the area of an auditor.
    AsAuditor(&'static str),
    /// The page with this number of a list, and the items per page.
    Page(&'static str, usize, usize),
    /// Transitions of assignments.
    Transitions,
    /// Reads and transitions of assignments, with this percentage of transitions.
    Mix(u8),
    /// Registrations of inspections, with or without an Idempotency-Key.
    Registrations(bool),
    /// Uploads of files of this many KiB.
    Uploads(usize),
    /// A file of this many KiB, which is uploaded once.
    Download(usize),
    /// An export of a complete list.
    Export(&'static str),
    /// An import of a table with this many rows.
    Import(usize),
    /// The requests of the run of this name, at a percentage of its rate at full speed.
    Paced(&'static str, u64),
    /// Updates of assignments, at a percentage of the rate of transitions.
    PacedUpdates(u64),
    /// The pgbench script of this name.
    Script(&'static str),
}

impl Workload {
    /// Returns the path that every request has, or an empty text when paths differ.
    pub fn path(self) -> &'static str {
        match self {
            Self::Same(path, _) | Self::Conditional(path) | Self::AsAuditor(path) | Self::Export(path) => path,
            _ => "",
        }
    }

    /// True when some requests write records.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Transitions
                | Self::Mix(_)
                | Self::Registrations(_)
                | Self::Uploads(_)
                | Self::Import(_)
                | Self::PacedUpdates(_)
        )
    }

    /// True when each request writes records.
    pub fn writes_with_each_request(self) -> bool {
        self.writes() && !matches!(self, Self::Mix(_) | Self::Import(_))
    }
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The name in the report.
    pub name: &'static str,
    /// The program that responds.
    pub target: Target,
    /// The requests.
    pub workload: Workload,
}

const PAGE: &str = "/v1/recommendations?kind=recommendation&limit=50";
const SEARCH: &str = "/v1/search?q=heritage%20wildlife&type=recommendation&limit=20";
/// The inspection that the runs of one cached record read.
pub const REPORT: &str = "/v1/inspections/01900000-0000-7000-8000-010000000007";
const ASSIGNMENTS: &str = "/v1/assignments?limit=50&sort=-updated_at";

/// The names and paths of the requests whose statements pgbench runs.
pub const STATEMENTS: [(&str, &str); 3] =
    [("point", "/v1/recommendations/01900000-0000-7000-8000-020000000007"), ("page", PAGE), ("search", SEARCH)];

const fn run(name: &'static str, target: Target, workload: Workload) -> Run {
    Run { name, target, workload }
}

/// The runs of one round.
#[rustfmt::skip]
pub const RUNS: &[Run] = &[
    run("fixed body",                             Target::FixedBody,  Workload::Same("/", &[])),
    run("cached: one report",                     Target::Cached,     Workload::Same(REPORT, &[])),
    run("cached: 304",                            Target::Cached,     Workload::Conditional(REPORT)),
    run("cached: gzip",                           Target::Cached,     Workload::Same(REPORT, &["accept_encoding=gzip"])),
    run("cached: page of 50",                     Target::Cached,     Workload::Same(PAGE, &[])),
    run("cached: any recommendation, empty",      Target::Cached,     Workload::RandomRecommendation),
    run("cached: any recommendation",             Target::Cached,     Workload::RandomRecommendationWarm),
    run("cached: one report, logged",             Target::Logged,     Workload::Same(REPORT, &[])),

    run("point: pgbench",                         Target::PgBench,    Workload::Script("point")),
    run("point: uncached",                        Target::Uncached,   Workload::RandomRecommendation),
    run("point: axum+sqlx",                       Target::Axum,       Workload::RandomRecommendation),
    run("point: axum+sqlx tuned",                 Target::AxumTuned,  Workload::RandomRecommendation),
    run("point: FastAPI+asyncpg",                 Target::FastApi,    Workload::RandomRecommendation),

    run("page: pgbench",                          Target::PgBench,    Workload::Script("page")),
    run("page: uncached",                         Target::Uncached,   Workload::Same(PAGE, &[])),
    run("page: axum+sqlx",                        Target::Axum,       Workload::Same(PAGE, &[])),
    run("page: axum+sqlx tuned",                  Target::AxumTuned,  Workload::Same(PAGE, &[])),
    run("page: FastAPI+asyncpg",                  Target::FastApi,    Workload::Same(PAGE, &[])),

    run("search: pgbench",                        Target::PgBench,    Workload::Script("search")),
    run("search: uncached",                       Target::Uncached,   Workload::Same(SEARCH, &[])),
    run("search: axum+sqlx",                      Target::Axum,       Workload::Same(SEARCH, &[])),
    run("search: axum+sqlx tuned",                Target::AxumTuned,  Workload::Same(SEARCH, &[])),
    run("search: FastAPI+asyncpg",                Target::FastApi,    Workload::Same(SEARCH, &[])),

    run("signed in: point",                       Target::Cached,     Workload::RandomOwnAssignment),
    run("signed in: page of 50",                  Target::Cached,     Workload::AsAuditor(ASSIGNMENTS)),

    run("transition: pgbench",                    Target::PgBench,    Workload::Script("transition")),
    run("transition: section55",                  Target::Cached,     Workload::Transitions),
    run("transition: without the log",            Target::Unaudited,  Workload::Transitions),
    run("transition: axum+sqlx",                  Target::Axum,       Workload::Transitions),
    run("transition: axum+sqlx tuned",            Target::AxumTuned,  Workload::Transitions),
    run("transition: FastAPI+asyncpg",            Target::FastApi,    Workload::Transitions),

    run("create: without a key",                  Target::Cached,     Workload::Registrations(false)),
    run("create: with Idempotency-Key",           Target::Cached,     Workload::Registrations(true)),
    run("mix: 95 reads, 5 transitions",           Target::Cached,     Workload::Mix(5)),

    run("evidence: upload of 100 KiB",            Target::Cached,     Workload::Uploads(100)),
    run("evidence: download of 100 KiB",          Target::Cached,     Workload::Download(100)),
    run("export: recommendations as CSV",         Target::Cached,     Workload::Export("/v1/exports/recommendations?format=csv")),
    run("import: 2,000 rows of CSV",              Target::Cached,     Workload::Import(2000)),

    run("paced: cached report",                   Target::Cached,     Workload::Paced("cached: one report", 50)),
    run("paced: any recommendation, uncached",    Target::Uncached,   Workload::Paced("point: uncached", 50)),
    run("paced: updates of assignments",          Target::Cached,     Workload::PacedUpdates(50)),

    run("growth: point, a tenth",                 Target::Small,      Workload::RandomRecommendation),
    run("growth: page 1, a tenth",                Target::Small,      Workload::Same(PAGE, &[])),
    run("growth: search, a tenth",                Target::Small,      Workload::Same(SEARCH, &[])),
    run("growth: own page, a tenth",              Target::Small,      Workload::AsAuditor(ASSIGNMENTS)),
    run("growth: own page",                       Target::Uncached,   Workload::AsAuditor(ASSIGNMENTS)),
    run("growth: page 1 of 20",                   Target::Uncached,   Workload::Page("/v1/recommendations", 1, 20)),
    run("growth: page 1,000 of 20",               Target::Uncached,   Workload::Page("/v1/recommendations", 1000, 20)),
    run("growth: transition, a tenth",            Target::Small,      Workload::Transitions),
];

/// The goal of a ratio.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// At least this.
    Least(f64),
    /// At most this.
    Most(f64),
    /// No goal: the report shows the ratio.
    None,
}

/// The ratio of the rates of two runs.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// The name of the run.
    pub of: &'static str,
    /// The name of the run that it is compared with.
    pub to: &'static str,
    /// The goal.
    pub goal: Goal,
}

const fn least(of: &'static str, to: &'static str, goal: f64) -> Ratio {
    Ratio { of, to, goal: Goal::Least(goal) }
}

/// `to` must not be slower than `of` by more than this factor.
const fn most(of: &'static str, to: &'static str, goal: f64) -> Ratio {
    Ratio { of, to, goal: Goal::Most(goal) }
}

const fn shown(of: &'static str, to: &'static str) -> Ratio {
    Ratio { of, to, goal: Goal::None }
}

/// The ratios of the report. They hold on other machines, which absolute rates do not.
#[rustfmt::skip]
pub const RATIOS: &[Ratio] = &[
    least("cached: one report",          "fixed body",                   0.75),
    least("cached: 304",                 "fixed body",                   0.9),
    shown("cached: gzip",                "fixed body"),
    shown("cached: page of 50",          "fixed body"),
    shown("cached: one report, logged",  "cached: one report"),
    least("cached: any recommendation",  "point: axum+sqlx",             3.0),
    shown("cached: any recommendation, empty", "point: axum+sqlx"),
    shown("cached: any recommendation",  "point: axum+sqlx tuned"),
    shown("cached: any recommendation",  "point: FastAPI+asyncpg"),
    least("cached: page of 50",          "page: axum+sqlx",              3.0),
    least("point: uncached",             "point: pgbench",               1.0),
    least("point: uncached",             "point: axum+sqlx tuned",       1.8),
    shown("point: uncached",             "point: axum+sqlx"),
    shown("point: uncached",             "point: FastAPI+asyncpg"),
    least("page: uncached",              "page: pgbench",                0.9),
    least("page: uncached",              "page: axum+sqlx tuned",        1.3),
    shown("page: uncached",              "page: axum+sqlx"),
    shown("page: uncached",              "page: FastAPI+asyncpg"),
    least("search: uncached",            "search: pgbench",              0.9),
    shown("search: uncached",            "search: axum+sqlx"),
    shown("search: uncached",            "search: axum+sqlx tuned"),
    shown("search: uncached",            "search: FastAPI+asyncpg"),
    least("signed in: point",            "point: pgbench",               0.5),
    least("transition: section55",       "transition: pgbench",          1.3),
    least("transition: section55",       "transition: axum+sqlx",        1.5),
    least("transition: section55",       "transition: axum+sqlx tuned",  1.8),
    shown("transition: section55",       "transition: FastAPI+asyncpg"),
    least("transition: section55",       "transition: without the log",  0.65),
    least("create: with Idempotency-Key", "create: without a key",       0.85),
    most ("growth: page 1 of 20",        "growth: page 1,000 of 20",     1.2),
    most ("growth: point, a tenth",      "point: uncached",              1.2),
    most ("growth: page 1, a tenth",     "page: uncached",               1.2),
    most ("growth: search, a tenth",     "search: uncached",             1.2),
    most ("growth: own page, a tenth",   "growth: own page",             1.2),
    most ("growth: transition, a tenth", "transition: section55",        1.2),
];
