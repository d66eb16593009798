//! The development key: kept safely, and its tokens believed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use chrono::TimeDelta;
use section55::auth::token::{DevelopmentKey, Grant, Refused, SigningFault, Verifier};

use super::support::{Folder, now};

fn grant() -> Grant {
    Grant {
        subject: "ann".to_owned(),
        name: Some("Ann".to_owned()),
        roles: vec!["opcc".to_owned(), "auditor".to_owned()],
        areas: vec!["cumbria".to_owned()],
        issued_at: now(),
        lifetime: TimeDelta::hours(1),
    }
}

#[test]
fn a_token_says_what_was_granted() {
    let folder = Folder::new();
    let key = DevelopmentKey::open_or_create(folder.path()).unwrap();
    let verifier = Verifier::new(vec![key.issuer()]).unwrap();
    assert!(verifier.ready());
    let token = key.sign(&grant());
    let claims = verifier.verify(&token, now()).unwrap();
    assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), ("section55-dev", "ann"));
    assert_eq!((claims.roles, claims.areas), (grant().roles, grant().areas));
    assert_eq!((claims.name, claims.expires_at), (grant().name, now() + TimeDelta::hours(1)));
    assert_eq!(verifier.verify(&token, now() + TimeDelta::hours(2)), Err(Refused::Expired));
    let nameless = key.sign(&Grant { name: None, ..grant() });
    assert_eq!(verifier.verify(&nameless, now()).unwrap().name, None);
    assert_ne!(key.sign(&grant()), key.sign(&grant()), "each has its own jti");
}

#[test]
fn the_key_is_kept_and_only_its_owner_can_read_it() {
    let folder = Folder::new();
    assert!(matches!(DevelopmentKey::open(folder.path()), Err(SigningFault::File { .. })));
    let first = DevelopmentKey::open_or_create(folder.path()).unwrap();
    let again = DevelopmentKey::open_or_create(folder.path()).unwrap();
    assert_eq!(first.jwks(), again.jwks());

    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files, [folder.path().join("signing-key.pem")]);
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&files[0], Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(DevelopmentKey::open_or_create(folder.path()), Err(SigningFault::Exposed(_))));
    fs::set_permissions(&files[0], Permissions::from_mode(0o600)).unwrap();
    fs::write(&files[0], "").unwrap();
    assert!(matches!(DevelopmentKey::open_or_create(folder.path()), Err(SigningFault::Malformed(_))));
}

#[test]
fn many_at_once_make_one_key() {
    let folder = Folder::new();
    let keys: Vec<_> = thread::scope(|scope| {
        let open = || DevelopmentKey::open_or_create(folder.path()).unwrap().jwks();
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_published_set_holds_no_private_part() {
    let folder = Folder::new();
    let set = DevelopmentKey::open_or_create(folder.path()).unwrap().jwks();
    let names: Vec<_> = set["keys"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
}
