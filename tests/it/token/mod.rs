//! Bearer tokens: which are accepted, which are refused, and where keys come from.

mod accepted_tokens;
mod configuration;
mod development_key;
mod key_sets;
mod malformed_tokens;
mod refused_claims;
mod refused_headers;
mod support;
