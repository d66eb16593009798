//! The tree against the definitions of RFC 9162, for every pair of sizes to 257; notes and checkpoints.

use std::ops::Range;

use super::*;
use aws_lc_rs::signature::Ed25519KeyPair;
use proptest::prelude::*;
use serde_json::json;

const MOST: u64 = 257;

/// MTH of RFC 9162 §2.1.1, as it is written there.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [only] => *only,
        more => {
            let split = more.len().next_power_of_two() / 2;
            node_hash(&mth(&more[..split]), &mth(&more[split..]))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// The hash of each range, made of the perfect subtrees it is made of.
fn hashes(leaves: &[Hash], ranges: &[Range<u64>]) -> Vec<Hash> {
    let of = |node: Node| {
        let first = (node.index << node.level) as usize;
        mth(&leaves[first..first + (1 << node.level)])
    };
    let each = ranges.iter().map(|range| fold(&nodes(range.start, range.end).into_iter().map(of).collect::<Vec<_>>()));
    each.collect()
}

fn signing_key(name: &str) -> SigningKey {
    let pkcs8 = Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    SigningKey::new(name, pkcs8.as_ref()).unwrap()
}

#[test]
fn a_tree_grows_to_the_root_that_the_definition_gives() {
    let all = leaves(MOST);
    let mut tree = Frontier::default();
    assert_eq!(tree.root(), Hash::of_nothing());
    for n in 0..MOST as usize {
        tree.push(all[n]);
        assert_eq!(tree.root(), mth(&all[..=n]));
        assert_eq!(Frontier::of(tree.size(), tree.hashes().to_vec()), Some(tree.clone()));
    }
    assert_eq!(Frontier::of(3, vec![all[0]]), None);
}

#[test]
fn the_known_roots_of_the_test_vectors_in_use_come_out() {
    // The eight leaves that the implementations of Certificate Transparency share.
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Frontier::default();
    for (input, root) in inputs.iter().zip(roots) {
        tree.push(leaf_hash(&hex::decode(input).unwrap()));
        assert_eq!(hex::encode(tree.root().0), root);
    }
}

#[test]
fn every_leaf_of_every_size_is_proved_and_no_other_is() {
    let all = leaves(MOST + 1);
    for size in 1..=MOST {
        let root = mth(&all[..size as usize]);
        for index in 0..size {
            let proof = hashes(&all, &inclusion(index, size).unwrap());
            let leaf = all[index as usize];
            assert_eq!(root_of_inclusion(leaf, index, size, &proof), Some(root), "{index} of {size}");
            assert_ne!(root_of_inclusion(all[index as usize + 1], index, size, &proof), Some(root));
            assert_ne!(root_of_inclusion(leaf, index + 1, size, &proof), Some(root));
            assert_eq!(root_of_inclusion(leaf, index, size, &[proof.clone(), vec![leaf]].concat()), None);
            if !proof.is_empty() {
                assert_ne!(root_of_inclusion(leaf, index, size, &proof[1..]), Some(root));
                let mut bent = proof.clone();
                bent[0].0[31] ^= 1;
                assert_ne!(root_of_inclusion(leaf, index, size, &bent), Some(root));
            }
        }
        assert_eq!(inclusion(size, size), None);
    }
}

#[test]
fn every_tree_is_proved_to_be_the_beginning_of_every_larger_one_and_of_no_other() {
    let all = leaves(MOST);
    let roots: Vec<Hash> = (0..=MOST as usize).map(|size| mth(&all[..size])).collect();
    for to in 1..=MOST {
        for from in 1..=to {
            let proof = hashes(&all, &consistency(from, to).unwrap());
            let (old, new) = (roots[from as usize], roots[to as usize]);
            assert!(is_consistent(from, to, old, new, &proof), "{from} to {to}");
            assert!(!is_consistent(from, to, roots[from as usize - 1], new, &proof));
            assert!(!is_consistent(from, to, old, roots[to as usize - 1], &proof));
            for at in 0..proof.len() {
                let mut bent = proof.clone();
                bent[at].0[0] ^= 1;
                assert!(!is_consistent(from, to, old, new, &bent));
            }
            assert!(!is_consistent(from, to, old, new, &[proof.clone(), vec![old]].concat()));
            assert!(proof.is_empty() || !is_consistent(from, to, old, new, &proof[1..]));
        }
    }
    assert!(is_consistent(0, 9, roots[0], roots[9], &[]));
    assert!(!is_consistent(0, 9, roots[1], roots[9], &[]));
    assert!(!is_consistent(9, 8, roots[9], roots[8], &[]));
}

#[test]
fn a_run_of_leaves_between_its_neighbours_gives_the_root() {
    let all = leaves(100);
    for size in 1..=100_u64 {
        let root = mth(&all[..size as usize]);
        for first in 0..size {
            for end in first + 1..=size {
                let whole = |node: Node| (node.index << node.level)..((node.index + 1) << node.level);
                let part =
                    |first, end| nodes(first, end).into_iter().map(|node| (node, hashes(&all, &[whole(node)])[0]));
                let mut tree = Frontier::of(first, part(0, first).map(|(_, hash)| hash).collect()).unwrap();
                all[first as usize..end as usize].iter().for_each(|leaf| tree.push(*leaf));
                for (node, hash) in part(end, size) {
                    assert!(tree.push_subtree(node.level, hash));
                }
                assert_eq!(tree.root(), root, "{first} to {end} of {size}");
            }
        }
    }
    assert!(!Frontier::of(1, vec![all[0]]).unwrap().push_subtree(1, all[1]), "a tree of one cannot take two at once");
}

#[test]
fn tiles_give_the_hash_of_every_subtree() {
    let all = leaves(70_000);
    let mut tiles: std::collections::HashMap<Tile, Vec<Hash>> = std::collections::HashMap::new();
    for tile in Tile::completed(0, 70_000) {
        let hashes: Vec<Hash> = (0..TILE_WIDTH)
            .map(|n| match tile.level {
                0 => all[(tile.index * TILE_WIDTH + n) as usize],
                level => Tile::root(&tiles[&Tile { level: level - 1, index: tile.index * TILE_WIDTH + n }]),
            })
            .collect();
        tiles.insert(tile, hashes);
    }
    assert_eq!(tiles.len(), 273 + 1);
    for node in [(0, 5), (3, 7), (7, 1), (8, 200), (10, 3), (15, 1)].map(|(level, index)| Node { level, index }) {
        let (tile, within) = Tile::of(node);
        let first = (node.index << node.level) as usize;
        let whole = mth(&all[first..first + (1 << node.level)]);
        assert_eq!(Tile::root(&tiles[&tile][within]), whole, "{node:?}");
    }
    assert_eq!(Tile::completed(255, 256), [Tile { level: 0, index: 0 }]);
    assert_eq!(Tile::completed(256, 511), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_clean_tree_raises_an_alarm(count in 1_u64..3000, at in any::<u64>(), from in any::<u64>(), seed in any::<u64>()) {
        let all: Vec<Hash> = (0..count).map(|n| leaf_hash(&(n ^ seed).to_be_bytes())).collect();
        let (index, from) = (at % count, 1 + from % count);
        let mut tree = Frontier::default();
        let mut old = Hash::of_nothing();
        for (n, leaf) in (1..).zip(&all) {
            tree.push(*leaf);
            if n == from {
                old = tree.root();
            }
        }
        let proof = hashes(&all, &inclusion(index, count).unwrap());
        prop_assert_eq!(root_of_inclusion(all[index as usize], index, count, &proof), Some(tree.root()));
        let proof = hashes(&all, &consistency(from, count).unwrap());
        prop_assert!(is_consistent(from, count, old, tree.root(), &proof));
    }
}

#[test]
fn canonical_json_has_one_form() {
    let value =
        json!({ "b": [1, null, true, -3], "a": { "é": "x\u{1f}\"\\\n/", "e": "" }, "A": 9_007_199_254_740_991_u64 });
    let text = r#"{"A":9007199254740991,"a":{"e":"","é":"x\u001f\"\\\n/"},"b":[1,null,true,-3]}"#;
    assert_eq!(canonical(&value), text);
    assert_eq!(canonical(&serde_json::from_str(text).unwrap()), text);
    // Astral characters sort by their surrogates, before U+FB33 (RFC 8785 §3.2.3).
    assert_eq!(canonical(&json!({ "\u{fb33}": 1, "\u{1f600}": 2 })), "{\"\u{1f600}\":2,\"\u{fb33}\":1}");
}

#[test]
fn a_note_is_opened_by_the_key_that_signed_it_alone() {
    let key = signing_key("section55.example/audit");
    let checkpoint = Checkpoint { origin: "section55.example/audit/1".into(), size: 7, root: leaf_hash(b"x") };
    let note = checkpoint.sign(&key);
    assert_eq!(Checkpoint::open(&note, key.public()), Ok(checkpoint.clone()));
    let read = VerifyingKey::read(&key.public().to_string()).unwrap();
    assert_eq!(&read, key.public());
    assert_eq!(
        Checkpoint::open(&note, signing_key("section55.example/audit").public()),
        Err(NoteError::OtherKey.into())
    );
    assert_eq!(Checkpoint::open(&note, signing_key("other").public()), Err(NoteError::OtherKey.into()));
    let bytes = note.as_bytes();
    for at in 0..bytes.len() {
        let mut bent = bytes.to_vec();
        bent[at] ^= 1;
        if let Ok(bent) = String::from_utf8(bent) {
            assert!(Checkpoint::open(&bent, key.public()).is_err(), "byte {at}: {bent}");
        }
    }
    // Another's signature beside it does no harm.
    let other = signing_key("witness.example").sign("x\n");
    let cosigned = format!("{note}{}", other.rsplit("\n\n").next().unwrap());
    assert_eq!(Checkpoint::open(&cosigned, key.public()), Ok(checkpoint));
    assert_eq!(Checkpoint::read("o\n07\nAAAA\n"), Err(CheckpointError::Malformed));
    for bad in ["", "a+b", "a+00000000+AAAA", "a b+00000000+AQ=="] {
        assert_eq!(VerifyingKey::read(bad), Err(NoteError::Key), "{bad}");
    }
}

#[test]
fn the_key_of_the_specification_reads_its_own_note() {
    // From the documentation of golang.org/x/mod/sumdb/note, which C2SP signed-note describes.
    let key = VerifyingKey::read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    assert!(key.open(note).is_ok());
    assert_eq!(key.name(), "PeterNeumann");
}
