//! The address of a client, from its connection or from what the proxies in front wrote into a header.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

/// The header in which proxies state the addresses of their clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`: addresses, separated by commas.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239): elements with parameters, of which `for` is the address.
    Forwarded,
}

/// Finds the addresses of clients.
#[derive(Debug)]
pub struct ClientAddresses {
    proxies: usize,
    header: ProxyHeader,
    has_warned: AtomicBool,
}

impl ClientAddresses {
    /// Trusts this number of proxies, which add to this header. With 0 proxies, the headers are ignored.
    pub fn new(proxies: usize, header: ProxyHeader) -> Self {
        Self { proxies, header, has_warned: AtomicBool::new(false) }
    }

    /// Returns the client's address as the outermost trusted proxy saw it, or the address of the connection when the
    /// header does not state one. An IPv6 address is reduced to its /64 prefix.
    pub fn find(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|peer| peer.ip());
        match self.forwarded(request.headers()).or(peer)?.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Some(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
            address => Some(address),
        }
    }

    /// Writes one warning to the log, at the first request whose headers a proxy may have written although no proxy
    /// is trusted. Returns true if it wrote the warning.
    pub fn warn_if_unexpected(&self, headers: &HeaderMap) -> bool {
        if self.proxies > 0 || self.has_warned.load(Ordering::Relaxed) {
            return false;
        }
        let Some(header) = ["x-forwarded-for", "forwarded"].into_iter().find(|name| headers.contains_key(*name)) else {
            return false;
        };
        if self.has_warned.swap(true, Ordering::Relaxed) {
            return false;
        }
        tracing::warn!(
            header,
            "a request came through a proxy, but SECTION55_PROXIES is 0: all clients behind a proxy share one rate limit. \
             Set SECTION55_PROXIES to the number of proxies"
        );
        true
    }

    /// Returns the address that the outermost trusted proxy wrote.
    fn forwarded(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let back = self.proxies.checked_sub(1)?;
        let name = match self.header {
            ProxyHeader::XForwardedFor => "x-forwarded-for",
            ProxyHeader::Forwarded => "forwarded",
        };
        let lines: Vec<&str> = headers.get_all(name).map(|value| value.to_str().unwrap_or_default()).collect();
        let entries = lines.iter().flat_map(|line| split_unquoted(line, b','));
        let entry = entries.rev().nth(back)?;
        match self.header {
            ProxyHeader::XForwardedFor => entry.trim().parse().ok(),
            ProxyHeader::Forwarded => parse_element(entry),
        }
    }
}

/// Splits a text at a separator, except inside quoted strings (RFC 9110 §5.6.4).
fn split_unquoted(text: &str, separator: u8) -> Vec<&str> {
    let (mut parts, mut begin, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ if byte == separator && !is_quoted => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// Returns the address in the parameter `for` of an element of `Forwarded` (RFC 7239 §4 and §6): an IPv4 address, or
/// an IPv6 address in brackets, each with or without a port. `unknown` and obfuscated names are no address.
fn parse_element(element: &str) -> Option<IpAddr> {
    let mut parameters = split_unquoted(element, b';').into_iter().filter_map(|pair| pair.split_once('='));
    let (_, node) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let node = node.trim().trim_matches('"');
    if let Ok(socket) = node.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    match node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse().ok().map(IpAddr::V6),
        None => node.parse().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn find(proxies: usize, header: ProxyHeader, lines: &[(&str, &str)]) -> String {
        let mut request = TestRequest::default().peer_addr("203.0.113.1:80".parse().expect("an address"));
        for line in lines {
            request = request.append_header(*line);
        }
        let found = ClientAddresses::new(proxies, header).find(&request.to_http_request());
        found.expect("an address").to_string()
    }

    fn forwarded(proxies: usize, value: &str) -> String {
        find(proxies, ProxyHeader::Forwarded, &[("Forwarded", value)])
    }

    const PEER: &str = "203.0.113.1";

    #[test]
    fn forwarded_states_addresses_as_rfc_7239_writes_them() {
        for (value, address) in [
            ("for=192.0.2.43", "192.0.2.43"),
            ("For=192.0.2.43; proto=https;by=10.0.0.1", "192.0.2.43"),
            ("by=10.0.0.1;for=\"192.0.2.43:47011\"", "192.0.2.43"),
            ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::"),
            ("for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::"),
            ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
            ("for=\"a,b;for=1.2.3.4\", for=198.51.100.17", "198.51.100.17"),
            ("for=unknown", PEER),
            ("for=_hidden", PEER),
            ("for=\"192.0.2.43", "192.0.2.43"),
            ("for=\"open, for=198.51.100.17", PEER),
            ("proto=https", PEER),
            ("", PEER),
        ] {
            assert_eq!(forwarded(1, value), address, "{value}");
        }
    }

    #[test]
    fn only_the_configured_header_and_number_of_proxies_count() {
        let both = [("Forwarded", "for=192.0.2.1, for=192.0.2.2"), ("X-Forwarded-For", "192.0.2.3, 192.0.2.4")];
        assert_eq!(find(1, ProxyHeader::Forwarded, &both), "192.0.2.2");
        assert_eq!(find(2, ProxyHeader::Forwarded, &both), "192.0.2.1");
        assert_eq!(find(3, ProxyHeader::Forwarded, &both), PEER);
        assert_eq!(find(1, ProxyHeader::XForwardedFor, &both), "192.0.2.4");
        assert_eq!(find(0, ProxyHeader::XForwardedFor, &both), PEER);
        let lines = [("X-Forwarded-For", "192.0.2.3"), ("X-Forwarded-For", "::ffff:192.0.2.4")];
        assert_eq!(find(1, ProxyHeader::XForwardedFor, &lines), "192.0.2.4");
        assert_eq!(find(2, ProxyHeader::XForwardedFor, &lines), "192.0.2.3");
    }

    #[test]
    fn the_first_unexpected_header_is_warned_of_once() {
        let headers = |name: &'static str| TestRequest::default().append_header((name, "1.2.3.4")).to_http_request();
        let addresses = ClientAddresses::new(0, ProxyHeader::default());
        assert!(!addresses.warn_if_unexpected(headers("x-other").headers()));
        assert!(addresses.warn_if_unexpected(headers("x-forwarded-for").headers()));
        assert!(!addresses.warn_if_unexpected(headers("x-forwarded-for").headers()));
        assert!(!addresses.warn_if_unexpected(headers("forwarded").headers()));
        assert!(ClientAddresses::new(0, ProxyHeader::default()).warn_if_unexpected(headers("forwarded").headers()));
        let trusting = ClientAddresses::new(1, ProxyHeader::default());
        assert!(!trusting.warn_if_unexpected(headers("x-forwarded-for").headers()));
    }
}
