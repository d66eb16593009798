//! Receivers over TLS: which certificate authorities are trusted, and for which name.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use section55::auth::Role;
use section55::webhooks::{AddressPolicy, AllowedPorts};
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{NO_RESPONSE, create_webhook, register};
use crate::support::App;
use crate::support::app::Setup;

/// Makes a certificate authority, such as that of a force's network.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// Starts a receiver with a certificate for a name, signed by an authority.
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
    Receiver::start_with_tls(tls).await
}

/// Starts a service that sends only by https, and trusts these authorities in addition to those of the machine.
async fn service(authorities: String) -> App {
    let hosts = [("hooks.example".to_owned(), vec!["127.0.0.1".parse().expect("an address")])].into();
    let address_policy = AddressPolicy::new(false, vec!["127.0.0.0/8".parse().expect("a network")])
        .with_hosts(hosts)
        .with_ports(AllowedPorts::Any);
    App::start_with_setup(Setup { address_policy, authorities, ..Setup::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_sent_over_tls_if_a_trusted_authority_signed_the_certificate() {
    let trusted = authority();
    let (app, receiver) = (service(trusted.pem()).await, receiver(&trusted, "hooks.example").await);
    assert!(receiver.url().starts_with("https://"));
    let created = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    register(&app, "cumbria", "89201").await;
    let message = receiver.wait_for(1).await.remove(0);
    assert!(message.is_signed_with(created.body["secret"].as_str().expect("a secret")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_if_the_certificate_is_not_trusted_or_names_another_host() {
    let (trusted, untrusted) = (authority(), authority());
    let app = service(trusted.pem()).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    for receiver in [receiver(&untrusted, "hooks.example").await, receiver(&trusted, "other.example").await] {
        let created = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
        let outcome = approver.post(&format!("{}/ping", created.href()), Value::Null).await.expect(200).body;
        assert_eq!(outcome["state"], "failed", "{outcome}");
        // Not even that the certificate is the cause: its names may be those of another host.
        assert_eq!(outcome["attempts"][0]["error"], NO_RESPONSE);
        assert!(receiver.received().is_empty());
    }
}
