//! Rules that hold for every operation. Each test runs over all operations that the OpenAPI document declares.

mod documentation;
mod etags;
mod expand;
mod fields;
mod headers_and_methods;
mod paging;
mod query_parameters;
mod writes;
