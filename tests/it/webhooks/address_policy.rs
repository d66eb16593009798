//! Addresses that messages never reach: internal networks, in any notation, by any name and by redirects.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use section55::auth::Role;
use section55::webhooks::{AddressPolicy, AllowedPorts};
use serde_json::{Value, json};

use super::receiver::{Receiver, Response};
use super::{NO_RESPONSE, create_webhook, deliveries, register, until};
use crate::support::App;
use crate::support::app::address_policy;

/// Returns the addresses of `open.example`, on the open internet.
fn open_hosts() -> HashMap<String, Vec<IpAddr>> {
    [("open.example".to_owned(), vec!["93.184.215.14".parse().expect("an address")])].into()
}

/// Returns a policy that knows the same names as [`address_policy`], and allows only https to the open internet.
fn strict_policy() -> AddressPolicy {
    let hosts = [("inside.example", "10.20.0.5"), ("hooks.example", "127.0.0.1"), ("open.example", "93.184.215.14")];
    let hosts = hosts.map(|(name, address)| (name.to_owned(), vec![address.parse().expect("an address")]));
    AddressPolicy::new(false, Vec::new()).with_hosts(hosts.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_internal_address_is_refused_in_every_notation() {
    let app = App::start_with_setup(strict_policy().into()).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let code = async |url: &str| {
        let reply = approver.post("/v1/webhooks?validate_only=true", json!({ "url": url })).await;
        if reply.status == 200 {
            return "accepted".to_owned();
        }
        let faults = reply.expect(422).faults();
        assert!(faults.iter().all(|(at, _)| at == "/url"), "{url}: {faults:?}");
        faults[0].1.clone()
    };
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "0xA9FEA9FE",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[100::1]",
        "[0:0:0:0:0:ffff:a9fe:a9fe]",
        "[4000::1]",
        "localhost",
        "LOCALHOST",
        "inside.example",
        "INSIDE.example",
        "hooks.example",
    ] {
        assert_eq!(code(&format!("https://{host}/in")).await, "address_refused", "{host}");
    }
    for host in
        ["93.184.215.14", "1572395022", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "open.example", "open.example:443"]
    {
        assert_eq!(code(&format!("https://{host}/in")).await, "accepted", "{host}");
    }
    for url in [
        "http://open.example/",
        "ftp://open.example/",
        "file:///etc/passwd",
        "gopher://open.example/",
        "javascript:alert(1)",
        "https://user@open.example/",
        "https://user:word@open.example/",
        "https://open.example/#part",
        "https://",
        "open.example",
        "//open.example/",
        "https://[::1",
        "https://open.example:99999/",
        "https://①②⑦.0.0.1/",
        "https://[fe80::1%25eth0]/",
        "https://1.2.3.4.5/",
        "",
    ] {
        let code = code(url).await;
        assert!(!["accepted", "address_refused"].contains(&code.as_str()), "{url:?}: {code}");
    }
    assert_eq!(code("https://nowhere.invalid/").await, "address_refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_caller_learns_of_a_refused_host_is_the_same_for_every_host() {
    let app = App::start_with_setup(strict_policy().into()).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let mut answers = BTreeSet::new();
    for host in ["inside.example", "10.20.0.5", "169.254.169.254", "localhost", "[::1]", "nowhere.invalid"] {
        let reply = approver.post("/v1/webhooks", json!({ "url": format!("https://{host}/in") })).await.expect(422);
        assert!(!reply.text.contains("10.20.0.5"), "{}", reply.text);
        answers.insert((reply.body["detail"].to_string(), reply.body["errors"].to_string()));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_port_of_the_scheme_and_the_configured_ports_are_allowed() {
    let policy = || AddressPolicy::new(true, Vec::new()).with_hosts(open_hosts());
    for (ports, policy) in
        [(&[][..], policy()), (&[8443, 9443][..], policy().with_ports(AllowedPorts::Only(vec![8443, 9443])))]
    {
        let app = App::start_with_setup(policy.into()).await;
        let approver = app.person(Role::OpccApprover, "cumbria");
        let create = async |url: String| approver.post("/v1/webhooks?validate_only=true", json!({ "url": url })).await;
        for port in [0, 22, 25, 53, 80, 6379, 8080, 8443, 9443, 65535] {
            let reply = create(format!("https://open.example:{port}/")).await;
            let expected = if ports.contains(&port) { 200 } else { 422 };
            assert_eq!(reply.status, expected, "{port}: {}", reply.text);
            if expected == 422 {
                assert_eq!(reply.faults(), [("/url".to_owned(), "address_refused".to_owned())]);
            }
        }
        create("https://open.example:443/".to_owned()).await.expect(200);
        create("http://open.example/".to_owned()).await.expect(200);
        create("http://open.example:443/".to_owned()).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_with_one_internal_address_is_refused_unless_its_network_is_allowed() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let create = async |url: &str| approver.post("/v1/webhooks", json!({ "url": url })).await;
    assert_eq!(create("https://mixed.example/").await.expect(422).faults()[0].1, "address_refused");
    assert_eq!(create("https://inside.example/").await.expect(422).faults()[0].1, "address_refused");
    create("http://hooks.example/").await.expect(201);
    create("http://127.0.0.1/").await.expect(201);
    create("http://[::ffff:127.0.0.1]/").await.expect(201);
    assert_eq!(create("http://[::1]/").await.expect(422).faults()[0].1, "address_refused");
    let webhook = create("https://example.org/").await.expect(201);
    let changed = approver.patch(&webhook.href(), "*", json!({ "url": "https://inside.example/" })).await.expect(422);
    assert_eq!(changed.faults(), [("/url".to_owned(), "address_refused".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_now_resolves_to_an_internal_address_is_not_reached() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let literal = Receiver::start().await;
    let address = literal.url().replace("hooks.example", "127.0.0.1");
    let second =
        app.person(Role::OpccApprover, "cumbria").post("/v1/webhooks", json!({ "url": address })).await.expect(201);
    // For this instance, the name and the literal address are in a network that is not allowed.
    let hosts = [("hooks.example".to_owned(), vec!["127.0.0.1".parse().expect("an address")])];
    let strict = app
        .start_instance_with_own_clock(
            AddressPolicy::new(true, Vec::new()).with_hosts(hosts.into()).with_ports(AllowedPorts::Any).into(),
        )
        .await;
    app.running.stop(std::time::Duration::ZERO).await.expect("a clean stop");
    let approver = strict.person(Role::OpccApprover, "cumbria");
    for webhook in [webhook, second.href()] {
        let reply = approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
        let attempt = &reply.body["attempts"][0];
        assert_eq!((&reply.body["state"], &attempt["status"]), (&json!("failed"), &Value::Null));
        assert_eq!(attempt["error"], NO_RESPONSE, "the caller does not learn the address");
    }
    assert_eq!((receiver.received().len(), literal.received().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_are_not_followed() {
    let (app, receiver, inside) = (App::start().await, Receiver::start().await, Receiver::start().await);
    for to in [inside.url(), inside.url().replace("hooks.example", "127.0.0.1"), "https://169.254.169.254/".to_owned()]
    {
        receiver.respond_next_with(&[Response::Redirect(to)]);
    }
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    for _ in 0..3 {
        let reply = approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
        assert_eq!((&reply.body["state"], &reply.body["attempts"][0]["status"]), (&json!("failed"), &json!(302)));
    }
    assert_eq!((receiver.received().len(), inside.received().len()), (3, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_without_a_response_ends_after_ten_seconds_and_delays_no_other_webhook() {
    let (app, silent, responsive) =
        (App::start_with_setup(address_policy().into()).await, Receiver::start().await, Receiver::start().await);
    silent.respond_with(Response::Never);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &silent, json!({})).await.href();
    create_webhook(&app, Role::OpccApprover, "cumbria", &responsive, json!({})).await;
    register(&app, "cumbria", "89801").await;
    silent.wait_for(1).await;
    responsive.wait_for(1).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    assert_eq!(deliveries(&approver, &webhook).await[0]["attempts"], json!([]), "the attempt is still under way");
    let first_attempt =
        async || deliveries(&approver, &webhook).await[0]["attempts"].as_array().and_then(|all| all.first().cloned());
    let attempt = until("the attempt has ended", first_attempt).await;
    assert_eq!((&attempt["status"], &attempt["error"]), (&Value::Null, &json!(NO_RESPONSE)));
}
