//! Tests of trees and proofs against the definitions of RFC 9162, for every pair of sizes up to 257, and of canonical
//! JSON, notes and checkpoints.

use std::ops::Range;

use super::*;
use aws_lc_rs::signature::Ed25519KeyPair;
use proptest::prelude::*;
use serde_json::json;

const MAX_SIZE: u64 = 257;

/// Returns the Merkle Tree Hash by the recursive definition of RFC 9162 §2.1.1.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty_tree(),
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

/// Returns the hash of each range, computed from its perfect subtrees.
fn hashes(leaves: &[Hash], ranges: &[Range<u64>]) -> Vec<Hash> {
    let node_root = |node: Node| {
        let first = (node.index << node.level) as usize;
        mth(&leaves[first..first + (1 << node.level)])
    };
    let each = ranges.iter().map(|range| {
        root_of_subtrees(&perfect_subtrees(range.start, range.end).into_iter().map(node_root).collect::<Vec<_>>())
    });
    each.collect()
}

fn signing_key(name: &str) -> SigningKey {
    let pkcs8 = Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    SigningKey::new(name, pkcs8.as_ref()).unwrap()
}

#[test]
fn a_growing_tree_has_the_root_of_the_definition() {
    let all = leaves(MAX_SIZE);
    let mut tree = Frontier::default();
    assert_eq!(tree.root(), Hash::empty_tree());
    for n in 0..MAX_SIZE as usize {
        tree.push(all[n]);
        assert_eq!(tree.root(), mth(&all[..=n]));
        assert_eq!(Frontier::new(tree.size(), tree.hashes().to_vec()), Some(tree.clone()));
    }
    assert_eq!(Frontier::new(3, vec![all[0]]), None);
}

#[test]
fn a_tree_has_the_roots_of_the_certificate_transparency_test_vectors() {
    // The eight leaves of the reference tests of Certificate Transparency.
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
fn an_inclusion_proof_holds_for_its_leaf_and_for_no_other() {
    let all = leaves(MAX_SIZE + 1);
    for size in 1..=MAX_SIZE {
        let root = mth(&all[..size as usize]);
        for index in 0..size {
            let proof = hashes(&all, &inclusion_proof_ranges(index, size).unwrap());
            let leaf = all[index as usize];
            assert_eq!(root_from_inclusion_proof(leaf, index, size, &proof), Some(root), "{index} of {size}");
            assert_ne!(root_from_inclusion_proof(all[index as usize + 1], index, size, &proof), Some(root));
            assert_ne!(root_from_inclusion_proof(leaf, index + 1, size, &proof), Some(root));
            assert_eq!(root_from_inclusion_proof(leaf, index, size, &[proof.clone(), vec![leaf]].concat()), None);
            if !proof.is_empty() {
                assert_ne!(root_from_inclusion_proof(leaf, index, size, &proof[1..]), Some(root));
                let mut altered = proof.clone();
                altered[0].0[31] ^= 1;
                assert_ne!(root_from_inclusion_proof(leaf, index, size, &altered), Some(root));
            }
        }
        assert_eq!(inclusion_proof_ranges(size, size), None);
    }
}

#[test]
fn a_consistency_proof_holds_for_its_two_trees_and_for_no_others() {
    let all = leaves(MAX_SIZE);
    let roots: Vec<Hash> = (0..=MAX_SIZE as usize).map(|size| mth(&all[..size])).collect();
    for to in 1..=MAX_SIZE {
        for from in 1..=to {
            let proof = hashes(&all, &consistency_proof_ranges(from, to).unwrap());
            let (old, new) = (roots[from as usize], roots[to as usize]);
            assert!(is_consistent(from, to, old, new, &proof), "{from} to {to}");
            assert!(!is_consistent(from, to, roots[from as usize - 1], new, &proof));
            assert!(!is_consistent(from, to, old, roots[to as usize - 1], &proof));
            for at in 0..proof.len() {
                let mut altered = proof.clone();
                altered[at].0[0] ^= 1;
                assert!(!is_consistent(from, to, old, new, &altered));
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
fn a_range_of_leaves_and_the_subtrees_on_both_sides_give_the_root() {
    let all = leaves(100);
    for size in 1..=100_u64 {
        let root = mth(&all[..size as usize]);
        for first in 0..size {
            for end in first + 1..=size {
                let leaves_of = |node: Node| (node.index << node.level)..((node.index + 1) << node.level);
                let subtrees = |first, end| {
                    perfect_subtrees(first, end).into_iter().map(|node| (node, hashes(&all, &[leaves_of(node)])[0]))
                };
                let mut tree = Frontier::new(first, subtrees(0, first).map(|(_, hash)| hash).collect()).unwrap();
                all[first as usize..end as usize].iter().for_each(|leaf| tree.push(*leaf));
                for (node, hash) in subtrees(end, size) {
                    assert!(tree.push_subtree(node.level, hash));
                }
                assert_eq!(tree.root(), root, "{first} to {end} of {size}");
            }
        }
    }
    assert!(
        !Frontier::new(1, vec![all[0]]).unwrap().push_subtree(1, all[1]),
        "a tree of one leaf cannot take a subtree of two"
    );
}

#[test]
fn tiles_give_the_hash_of_any_subtree() {
    let all = leaves(70_000);
    let mut tiles: std::collections::HashMap<Tile, Vec<Hash>> = std::collections::HashMap::new();
    for tile in Tile::completed_between(0, 70_000) {
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
        let (tile, within) = Tile::containing(node);
        let first = (node.index << node.level) as usize;
        let expected = mth(&all[first..first + (1 << node.level)]);
        assert_eq!(Tile::root(&tiles[&tile][within]), expected, "{node:?}");
    }
    assert_eq!(Tile::completed_between(255, 256), [Tile { level: 0, index: 0 }]);
    assert_eq!(Tile::completed_between(256, 511), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn random_proofs_hold(count in 1_u64..3000, at in any::<u64>(), from in any::<u64>(), seed in any::<u64>()) {
        let all: Vec<Hash> = (0..count).map(|n| leaf_hash(&(n ^ seed).to_be_bytes())).collect();
        let (index, from) = (at % count, 1 + from % count);
        let mut tree = Frontier::default();
        let mut old = Hash::empty_tree();
        for (n, leaf) in (1..).zip(&all) {
            tree.push(*leaf);
            if n == from {
                old = tree.root();
            }
        }
        let proof = hashes(&all, &inclusion_proof_ranges(index, count).unwrap());
        prop_assert_eq!(root_from_inclusion_proof(all[index as usize], index, count, &proof), Some(tree.root()));
        let proof = hashes(&all, &consistency_proof_ranges(from, count).unwrap());
        prop_assert!(is_consistent(from, count, old, tree.root(), &proof));
    }
}

#[test]
fn equal_values_have_one_canonical_json() {
    let value =
        json!({ "b": [1, null, true, -3], "a": { "é": "x\u{1f}\"\\\n/", "e": "" }, "A": 9_007_199_254_740_991_u64 });
    let text = r#"{"A":9007199254740991,"a":{"e":"","é":"x\u001f\"\\\n/"},"b":[1,null,true,-3]}"#;
    assert_eq!(canonical_json(&value), text);
    assert_eq!(canonical_json(&serde_json::from_str(text).unwrap()), text);
    // Characters beyond U+FFFF sort by their surrogates, so before U+FB33 (RFC 8785 §3.2.3).
    assert_eq!(canonical_json(&json!({ "\u{fb33}": 1, "\u{1f600}": 2 })), "{\"\u{1f600}\":2,\"\u{fb33}\":1}");
}

#[test]
fn only_the_key_that_signed_a_note_opens_it() {
    let key = signing_key("section55.example/audit");
    let checkpoint = Checkpoint { origin: "section55.example/audit/1".into(), size: 7, root: leaf_hash(b"x") };
    let note = checkpoint.sign(&key);
    assert_eq!(Checkpoint::open(&note, key.public()), Ok(checkpoint.clone()));
    let parsed = VerifyingKey::parse(&key.public().to_string()).unwrap();
    assert_eq!(&parsed, key.public());
    assert_eq!(
        Checkpoint::open(&note, signing_key("section55.example/audit").public()),
        Err(NoteError::NotSignedByKey.into())
    );
    assert_eq!(Checkpoint::open(&note, signing_key("other").public()), Err(NoteError::NotSignedByKey.into()));
    let bytes = note.as_bytes();
    for at in 0..bytes.len() {
        let mut altered = bytes.to_vec();
        altered[at] ^= 1;
        if let Ok(altered) = String::from_utf8(altered) {
            assert!(Checkpoint::open(&altered, key.public()).is_err(), "byte {at}: {altered}");
        }
    }
    // A second signature, by another key, is ignored.
    let other = signing_key("witness.example").sign("x\n");
    let cosigned = format!("{note}{}", other.rsplit("\n\n").next().unwrap());
    assert_eq!(Checkpoint::open(&cosigned, key.public()), Ok(checkpoint));
    assert_eq!(Checkpoint::parse("o\n07\nAAAA\n"), Err(CheckpointError::Malformed));
    for bad in ["", "a+b", "a+00000000+AAAA", "a b+00000000+AQ=="] {
        assert_eq!(VerifyingKey::parse(bad), Err(NoteError::InvalidKey), "{bad}");
    }
}

#[test]
fn the_key_of_the_specification_opens_the_note_of_the_specification() {
    // The example is from the documentation of golang.org/x/mod/sumdb/note, which C2SP signed-note specifies.
    let key = VerifyingKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem \
                is.\n\n— PeterNeumann \
                x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    assert!(key.open(note).is_ok());
    assert_eq!(key.name(), "PeterNeumann");
}
