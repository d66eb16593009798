//! Lists without pages: the whole list for an export, and the filters alone for a count.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};

use super::list::{ListDefinition, ListQuery, ScanStart, describe_filters, describe_filters_and_sort};
use super::operation_doc::OperationDoc;
use super::problem::{Problem, ProblemKind};
use super::signature::Argument;

/// The query of a whole list: filters and order. The list is read in batches from one database snapshot.
#[derive(Debug)]
pub struct Unpaged<L>(pub ListQuery<L>);

impl<L: ListDefinition> FromRequest for Unpaged<L> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(ListQuery::read(request).map(|mut query| {
            query.scan = Some(ScanStart::default());
            Self(query)
        }))
    }
}

impl<L: ListDefinition> Argument for Unpaged<L> {
    fn describe(doc: &mut OperationDoc) {
        describe_filters_and_sort::<L>(doc);
        doc.problem(ProblemKind::InvalidParameters);
    }
}

/// The filters of a list, for an operation that counts records.
#[derive(Debug)]
pub struct FiltersOnly<L>(pub ListQuery<L>);

impl<L: ListDefinition> FromRequest for FiltersOnly<L> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(ListQuery::read(request).map(Self))
    }
}

impl<L: ListDefinition> Argument for FiltersOnly<L> {
    fn describe(doc: &mut OperationDoc) {
        describe_filters::<L>(doc);
        doc.problem(ProblemKind::InvalidParameters);
    }
}
