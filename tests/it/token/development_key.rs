//! The development key: how it is stored, and that its tokens are accepted.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use chrono::TimeDelta;
use section55::auth::token::{DevelopmentKey, SigningKeyError, TokenContents, TokenError, Verifier};

use super::support::{TemporaryFolder, now};

fn contents() -> TokenContents {
    TokenContents {
        subject: "ann".to_owned(),
        name: Some("Ann".to_owned()),
        roles: vec!["opcc".to_owned(), "auditor".to_owned()],
        areas: vec!["cumbria".to_owned()],
        issued_at: now(),
        lifetime: TimeDelta::hours(1),
    }
}

#[test]
fn a_token_states_the_contents_it_was_signed_with() {
    let folder = TemporaryFolder::new();
    let key = DevelopmentKey::open_or_create(folder.path()).unwrap();
    let verifier = Verifier::new(vec![key.issuer()]).unwrap();
    assert!(verifier.ready());
    let token = key.sign(&contents());
    let claims = verifier.verify(&token, now()).unwrap();
    assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), ("section55-dev", "ann"));
    assert_eq!((claims.roles, claims.areas), (contents().roles, contents().areas));
    assert_eq!((claims.name, claims.expires_at), (contents().name, now() + TimeDelta::hours(1)));
    assert_eq!(verifier.verify(&token, now() + TimeDelta::hours(2)), Err(TokenError::Expired));
    let nameless = key.sign(&TokenContents { name: None, ..contents() });
    assert_eq!(verifier.verify(&nameless, now()).unwrap().name, None);
    assert_ne!(key.sign(&contents()), key.sign(&contents()), "each token has its own jti");
}

#[test]
fn the_key_is_stored_and_only_its_owner_can_read_it() {
    let folder = TemporaryFolder::new();
    assert!(matches!(DevelopmentKey::open(folder.path()), Err(SigningKeyError::File { .. })));
    let first = DevelopmentKey::open_or_create(folder.path()).unwrap();
    let again = DevelopmentKey::open_or_create(folder.path()).unwrap();
    assert_eq!(first.jwks(), again.jwks());

    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files, [folder.path().join("signing-key.pem")]);
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&files[0], Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(DevelopmentKey::open_or_create(folder.path()), Err(SigningKeyError::Exposed(_))));
    fs::set_permissions(&files[0], Permissions::from_mode(0o600)).unwrap();
    fs::write(&files[0], "").unwrap();
    assert!(matches!(DevelopmentKey::open_or_create(folder.path()), Err(SigningKeyError::Malformed(_))));
}

#[test]
fn many_threads_at_once_generate_one_key() {
    let folder = TemporaryFolder::new();
    let keys: Vec<_> = thread::scope(|scope| {
        let open = || DevelopmentKey::open_or_create(folder.path()).unwrap().jwks();
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_key_set_does_not_contain_the_private_key() {
    let folder = TemporaryFolder::new();
    let set = DevelopmentKey::open_or_create(folder.path()).unwrap().jwks();
    let names: Vec<_> = set["keys"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
}
