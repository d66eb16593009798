//! Receivers over TLS: who vouches for them, and for which name.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use section55::auth::Role;
use section55::webhooks::Guard;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{hook, register};
use crate::support::App;
use crate::support::app::Setup;

/// A certificate authority, as a force's network has one.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// A receiver for which it vouches under a name.
async fn receiver(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Receiver {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a server");
    Receiver::start_with(tls).await
}

/// A service that sends by https alone and trusts these authorities beside the machine's.
async fn service(authorities: String) -> App {
    let hosts = [("hooks.example".to_owned(), vec!["127.0.0.1".parse().expect("an address")])].into();
    let guard = Guard::new(false, vec!["127.0.0.0/8".parse().expect("a network")]).knowing(hosts);
    App::start_as(Setup { guard, authorities, ..Setup::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_is_sent_to_over_tls_where_a_trusted_authority_vouches_for_it() {
    let ours = authority();
    let (app, receiver) = (service(ours.pem()).await, receiver(&ours, "hooks.example").await);
    assert!(receiver.url().starts_with("https://"));
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    register(&app, "cumbria", "89201").await;
    let came = receiver.wait_for(1).await.remove(0);
    assert!(came.is_signed_with(made.body["secret"].as_str().expect("a secret")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_a_receiver_for_which_nobody_vouches() {
    let (ours, other) = (authority(), authority());
    let app = service(ours.pem()).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    for receiver in [receiver(&other, "hooks.example").await, receiver(&ours, "other.example").await] {
        let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
        let outcome = approver.post(&format!("{}/ping", made.href()), Value::Null).await.expect(200).body;
        assert_eq!(outcome["state"], "failed", "{outcome}");
        let error = outcome["attempts"][0]["error"].as_str().expect("an error");
        assert!(error.contains("certificate"), "{error}");
        assert!(receiver.received().is_empty());
    }
}
