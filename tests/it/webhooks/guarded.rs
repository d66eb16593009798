//! Where messages are never sent: inside, however the address is written, wherever the name or a redirect leads.

use section55::auth::Role;
use section55::webhooks::Guard;
use serde_json::{Value, json};

use super::receiver::{Answers, Receiver};
use super::{deliveries, hook, register, until};
use crate::support::App;
use crate::support::app::guard;

/// A guard that knows the same names and lets nothing through that is not of the open internet.
fn strict() -> Guard {
    let hosts = [("inside.example", "10.20.0.5"), ("hooks.example", "127.0.0.1"), ("open.example", "93.184.215.14")];
    let hosts = hosts.map(|(name, address)| (name.to_owned(), vec![address.parse().expect("an address")]));
    Guard::new(false, Vec::new()).knowing(hosts.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_inside_is_refused_however_it_is_written() {
    let app = App::start_as(strict().into()).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let code = async |url: &str| {
        let reply = approver.post("/v1/webhooks?validate_only=true", json!({ "url": url })).await;
        if reply.status == 200 {
            return "taken".to_owned();
        }
        let told = reply.expect(422).faults();
        assert!(told.iter().all(|(at, _)| at == "/url"), "{url}: {told:?}");
        told[0].1.clone()
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
        ["93.184.215.14", "1572395022", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "open.example", "open.example:8443"]
    {
        assert_eq!(code(&format!("https://{host}/in")).await, "taken", "{host}");
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
        let told = code(url).await;
        assert!(!["taken", "address_refused"].contains(&told.as_str()), "{url:?}: {told}");
    }
    assert_eq!(code("https://nowhere.invalid/").await, "unresolvable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_refused_where_one_of_its_addresses_is_and_what_is_allowed_is_taken() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let make = async |url: &str| approver.post("/v1/webhooks", json!({ "url": url })).await;
    assert_eq!(make("https://mixed.example/").await.expect(422).faults()[0].1, "address_refused");
    assert_eq!(make("https://inside.example/").await.expect(422).faults()[0].1, "address_refused");
    make("http://hooks.example/").await.expect(201);
    make("http://127.0.0.1/").await.expect(201);
    make("http://[::ffff:127.0.0.1]/").await.expect(201);
    assert_eq!(make("http://[::1]/").await.expect(422).faults()[0].1, "address_refused");
    let made = make("https://example.org/").await.expect(201);
    let moved = approver.patch(&made.href(), "*", json!({ "url": "https://inside.example/" })).await.expect(422);
    assert_eq!(moved.faults(), [("/url".to_owned(), "address_refused".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_came_to_lead_inside_is_not_sent_to() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let literal = Receiver::start().await;
    let address = literal.url().replace("hooks.example", "127.0.0.1");
    let second =
        app.person(Role::OpccApprover, "cumbria").post("/v1/webhooks", json!({ "url": address })).await.expect(201);
    // An instance to which the same name, and the same address, lead inside.
    let hosts = [("hooks.example".to_owned(), vec!["127.0.0.1".parse().expect("an address")])];
    let strict = app.apart(Guard::new(true, Vec::new()).knowing(hosts.into()).into()).await;
    app.running.stop(std::time::Duration::ZERO).await.expect("a good end");
    let approver = strict.person(Role::OpccApprover, "cumbria");
    for hook in [made, second.href()] {
        let told = approver.post(&format!("{hook}/ping"), Value::Null).await.expect(200);
        let attempt = &told.body["attempts"][0];
        assert_eq!((&told.body["state"], &attempt["status"]), (&json!("failed"), &Value::Null));
        assert_eq!(attempt["error"], "The host leads to 127.0.0.1, where messages are not sent.");
    }
    assert_eq!((receiver.received().len(), literal.received().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_followed_nowhere_and_a_proxy_of_the_environment_is_not_asked() {
    let (app, receiver, inside) = (App::start().await, Receiver::start().await, Receiver::start().await);
    for to in [inside.url(), inside.url().replace("hooks.example", "127.0.0.1"), "https://169.254.169.254/".to_owned()]
    {
        receiver.next(&[Answers::Redirect(to)]);
    }
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    for _ in 0..3 {
        let told = approver.post(&format!("{made}/ping"), Value::Null).await.expect(200);
        assert_eq!((&told.body["state"], &told.body["attempts"][0]["status"]), (&json!("failed"), &json!(302)));
    }
    assert_eq!((receiver.received().len(), inside.received().len()), (3, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_does_not_answer_is_left_after_ten_seconds_and_holds_up_no_other() {
    let (app, silent, well) = (App::start_as(guard().into()).await, Receiver::start().await, Receiver::start().await);
    silent.always(Answers::Never);
    let made = hook(&app, Role::OpccApprover, "cumbria", &silent, json!({})).await.href();
    hook(&app, Role::OpccApprover, "cumbria", &well, json!({})).await;
    register(&app, "cumbria", "89801").await;
    silent.wait_for(1).await;
    well.wait_for(1).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    assert_eq!(deliveries(&approver, &made).await[0]["attempts"], json!([]), "it still waits");
    let given_up =
        async || deliveries(&approver, &made).await[0]["attempts"].as_array().and_then(|all| all.first().cloned());
    let attempt = until("it is given up", given_up).await;
    assert_eq!((&attempt["status"], &attempt["error"]), (&Value::Null, &json!("Nothing was answered within 10 s.")));
}
