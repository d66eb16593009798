//! Rules that hold for every operation. Each test runs over all operations that the OpenAPI document declares.

mod component_names;
mod documentation;
mod etags;
mod expand;
mod fields;
mod headers_and_methods;
mod merge_patch;
mod paging;
mod query_parameters;
mod unchanged_values;
mod vocabulary;
mod wording;
mod writes;
