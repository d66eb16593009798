//! Lists with filters, an order and cursors. A resource declares them once, as a table from which the OpenAPI
//! parameters, the parser, the errors and the SQL are made.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{FromRequest, HttpRequest, dev, web};
use aws_lc_rs::digest;
use serde::Serialize;
use serde_json::json;

use super::cursor::{Cursor, CursorCodec, CursorKey};
use super::filter_value::{FilterType, FilterValue, MAX_LENGTH, parse_filter};
use super::operation_doc::OperationDoc;
use super::problem::{Fault, Problem, ProblemKind};
use super::query_parameters::{flag, parameters};
use super::signature::Argument;

/// A filter: its name, its type, an SQL condition with `$` for the value, and its description.
pub type Filter = (&'static str, FilterType, &'static str, &'static str);

/// A sort key: its name, an SQL expression that is never null, and the SQL type to which a cursor's text is cast.
pub type Sort = (&'static str, &'static str, &'static str);

/// The filters and the order of a resource's list.
pub trait ListDefinition: 'static {
    /// The filters.
    const FILTERS: &'static [Filter];
    /// The sort keys. Every order ends with `id`, which is not listed here.
    const SORTS: &'static [Sort];
    /// The value of `sort` if the request has none, such as `-published_on,reference`.
    const DEFAULT_SORT: &'static str;
    /// Whether the items have an `id` that a client knows, and can ask for.
    const HAS_IDS: bool = true;
}

/// The filter of every list whose items have ids, so that a client reads the records that it has links to in one request.
const IDS: Filter = (
    "id",
    FilterType::Ids,
    "id = any ($)",
    "Returns only the records with these ids, at most 100. Ids that do not exist, or that the caller may not see, are \
     left out.",
);

/// Returns the filters of a list.
fn all_filters<L: ListDefinition>() -> impl Iterator<Item = &'static Filter> {
    L::FILTERS.iter().chain(L::HAS_IDS.then_some(&IDS))
}

/// The query of a list: filters, order, limit and cursor.
#[derive(Debug)]
pub struct ListQuery<L> {
    /// The maximum number of items, 1 to 200 for a request.
    pub limit: usize,
    /// Whether to count all matching records.
    pub count: bool,
    /// The SQL condition of each filter, with its value.
    pub filters: Vec<(&'static str, FilterValue)>,
    /// The sort keys, each with true for descending order.
    pub order: Vec<(&'static Sort, bool)>,
    /// The position after which the page begins.
    pub after: Option<Cursor>,
    /// Present if the whole list is read, in batches.
    pub scan: Option<ScanStart>,
    codec: Option<CursorCodec>,
    list: PhantomData<L>,
}

/// Whether a scan of a whole list has begun.
#[derive(Debug, Default)]
pub struct ScanStart(AtomicBool);

impl ScanStart {
    /// Returns true on the first call, which is for the first batch.
    pub fn is_first_batch(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// The content of one page of a list.
#[derive(Debug, Serialize)]
pub struct PageItems<T> {
    pub(super) items: Vec<T>,
    pub(super) next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) total_capped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<serde_json::Value>,
}

/// The number up to which the records of a list are counted.
pub const MAX_TOTAL: i64 = 10_000;

impl<T> PageItems<T> {
    /// Converts each item.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> PageItems<U> {
        let Self { items, next_cursor, total, total_capped, counts } = self;
        PageItems { items: items.into_iter().map(convert).collect(), next_cursor, total, total_capped, counts }
    }
}

impl<L: ListDefinition> ListQuery<L> {
    /// Makes a page from rows and their cursors. One row more than the limit shows that there is another page.
    pub fn page<T>(&self, mut rows: Vec<(T, Cursor)>, total: Option<i64>) -> PageItems<T> {
        let has_more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| has_more);
        let next_cursor = last.zip(self.codec.as_ref()).map(|((_, cursor), codec)| codec.encode(cursor));
        let total_capped = total.is_some_and(|total| total > MAX_TOTAL);
        let total = total.map(|total| total.min(MAX_TOTAL));
        let items = rows.into_iter().map(|(item, _)| item).collect();
        PageItems { items, next_cursor, total, total_capped, counts: None }
    }

    /// Adds a condition of the operation itself, such as the parent record in the path or the caller's own records.
    pub fn restrict(&mut self, sql: &'static str, value: impl Into<FilterValue>) {
        self.filters.push((sql, value.into()));
    }

    pub(super) fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let key = request.app_data::<web::Data<CursorKey>>();
        let key = key.ok_or_else(|| Problem::internal("the application has no cursor key"))?;
        let sent = parameters(request)?;
        let find = |name: &str| sent.iter().find_map(|(other, value)| (other == name).then_some(value.as_str()));
        let mut faults = Vec::new();
        let mut filters = Vec::new();
        for (name, filter, sql, _) in all_filters::<L>() {
            match find(name).map(|value| parse_filter(*filter, value)) {
                Some(Ok(value)) => filters.push((*sql, value)),
                Some(Err((code, detail))) => faults.push(Fault::query(name, code, detail)),
                None => {}
            }
        }
        let limit = match find("limit").map(str::parse::<usize>) {
            None => 50,
            Some(Ok(limit @ 1..=200)) => limit,
            Some(_) => {
                faults.push(Fault::query("limit", "out_of_range", "`limit` must be a whole number from 1 to 200."));
                50
            }
        };
        let order = parse_sort::<L>(find("sort").unwrap_or(L::DEFAULT_SORT), &mut faults);
        let count = flag(request, "count").unwrap_or_else(|problem| {
            faults.extend_from_slice(problem.faults());
            false
        });
        let mut query = digest::Context::new(&digest::SHA256);
        // The path identifies the list and the record to which it belongs.
        query.update(request.path().as_bytes());
        for (sql, value) in &filters {
            query.update(format!("{sql}\0{value:?}\0").as_bytes());
        }
        // A cursor of a list as of one instant is not valid as of another.
        query.update(format!("{:?}\0", find("as_of")).as_bytes());
        for (key, descending) in &order {
            query.update(format!("{}\0{descending}\0", key.0).as_bytes());
        }
        let query = query.finish().as_ref().try_into().map_err(Problem::internal)?;
        let codec = CursorCodec { key: key.as_ref().clone(), query };
        let after = find("cursor").and_then(|text| {
            let decoded = codec.decode(text).filter(|cursor| cursor.len() == order.len() + 1);
            if decoded.is_none() {
                let detail = "The cursor was altered, or belongs to a list with other filters or another order.";
                faults.push(Fault::query("cursor", "bad_cursor", detail));
            }
            decoded
        });
        if !faults.is_empty() {
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, faults));
        }
        Ok(Self { limit, count, filters, order, after, scan: None, codec: Some(codec), list: PhantomData })
    }

    /// Creates a query of the service itself, in the default order and without cursors.
    pub fn from_filters(filters: Vec<(&'static str, FilterValue)>, limit: usize) -> Self {
        let order = parse_sort::<L>(L::DEFAULT_SORT, &mut Vec::new());
        Self { limit, count: false, filters, order, after: None, scan: None, codec: None, list: PhantomData }
    }
}

/// Parses the value of `sort`, and adds its faults.
fn parse_sort<L: ListDefinition>(sort: &str, faults: &mut Vec<Fault>) -> Vec<(&'static Sort, bool)> {
    let mut order: Vec<(&'static Sort, bool)> = Vec::new();
    for part in sort.split(',') {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        match L::SORTS.iter().find(|(key, ..)| *key == name) {
            Some(key) if order.iter().all(|(other, _)| other.0 != key.0) => order.push((key, descending)),
            Some(_) => {
                let detail = format!("{name:?} must occur only once in `sort`.");
                faults.push(Fault::query("sort", "not_unique", detail));
            }
            None => {
                let keys: Vec<&str> = L::SORTS.iter().map(|(key, ..)| *key).collect();
                let detail = format!("{name:?} is not a sort key; the sort keys are: {}.", keys.join(", "));
                faults.push(Fault::query("sort", "unknown_value", detail));
            }
        }
    }
    order
}

impl<L: ListDefinition> FromRequest for ListQuery<L> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl<L: ListDefinition> Argument for ListQuery<L> {
    fn describe(doc: &mut OperationDoc) {
        describe_filters_and_sort::<L>(doc);
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        doc.parameter("query", "limit", false, "Sets the maximum number of items on a page.", limit);
        let cursor = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" });
        let description = "Continues the list after a page: the `next_cursor` of that page, with the same filters and \
                           order.";
        doc.parameter("query", "cursor", false, description, cursor);
        let count = json!({ "type": "boolean", "default": false });
        doc.parameter(
            "query",
            "count",
            false,
            "Adds the number of all matching records, up to 10,000, as `total`.",
            count,
        );
        doc.problem(ProblemKind::InvalidParameters);
    }
}

/// Adds the filters and `sort` to the documentation of an operation.
pub(super) fn describe_filters_and_sort<L: ListDefinition>(doc: &mut OperationDoc) {
    describe_filters::<L>(doc);
    let keys: Vec<String> = L::SORTS.iter().flat_map(|(name, ..)| [(*name).to_owned(), format!("-{name}")]).collect();
    let description =
        format!("Sorts by these keys, each once, descending after a `-`. The default is `{}`.", L::DEFAULT_SORT);
    // The type of the list names the enum, as a handler's path names its operation.
    let list = std::any::type_name::<L>().rsplit("::").next().unwrap_or_default();
    doc.list_parameter("sort", &description, json!({ "title": format!("{list}Sort"), "type": "string", "enum": keys }));
}

/// Adds the filters to the documentation of an operation.
pub(super) fn describe_filters<L: ListDefinition>(doc: &mut OperationDoc) {
    // A list of the records of one record has its own `id` in the path.
    let names_one_record = doc.path.contains("{id}");
    for (name, filter, _, description) in all_filters::<L>().filter(|it| it.0 != IDS.0 || !names_one_record) {
        let text = || json!({ "type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[^\\u0000]+$" });
        let formatted = |format: &str| json!({ "type": "string", "format": format });
        match filter {
            FilterType::Texts | FilterType::Labels => doc.list_parameter(name, description, text()),
            FilterType::OneOf(values) => {
                doc.list_parameter(name, description, json!({ "type": "string", "enum": values }));
            }
            FilterType::Ids => doc.list_parameter(name, description, formatted("uuid")),
            FilterType::People => {
                let pattern = "^(me|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$";
                doc.list_parameter(name, description, json!({ "type": "string", "pattern": pattern }));
            }
            FilterType::Text => doc.parameter("query", name, false, description, text()),
            FilterType::Date => doc.parameter("query", name, false, description, formatted("date")),
            FilterType::Instant => doc.parameter("query", name, false, description, formatted("date-time")),
            FilterType::Id => doc.parameter("query", name, false, description, formatted("uuid")),
            FilterType::Flag => doc.parameter("query", name, false, description, json!({ "type": "boolean" })),
        }
    }
}
