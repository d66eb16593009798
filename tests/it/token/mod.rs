//! Bearer tokens from outside: what is believed, what is refused, where keys come from.

mod accepted;
mod configuration;
mod development_key;
mod key_sets;
mod refused_claims;
mod refused_forms;
mod refused_headers;
mod support;
