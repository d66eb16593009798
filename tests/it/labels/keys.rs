//! The key of a label is the same in the program and in the database, for pairs of labels and for each character.

use section55::label;

use super::VARIANTS;
use crate::support::database::Database;

async fn keys_in_database(texts: &[String]) -> Vec<String> {
    let client = Database::new().await.administrator().await;
    let sql = "select published.label_key(text) from unnest($1::text[]) with ordinality as t(text, n) order by n";
    client.query(sql, &[&texts]).await.expect("keys").iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_and_the_database_agree_on_pairs() {
    let pairs = [
        ("Dŵr Ŷ", "dw\u{302}r  y\u{302}", true),
        ("ÉCOLE ŒUVRE", "école œuvre", true),
        ("ΟΔΟΣ", "οδος", true),
        ("ДОКЛАД № 1", "доклад No 1", true),
        ("①", "1", true),
        ("A\u{2003}\u{2028} B", "a b", true),
        ("A\u{200b} \u{200b}B", "a b", true),
        ("\u{3164}A\u{34f}", "a", true),
        ("Straße", "STRAẞE", true),
        ("Straße", "STRASSE", false),
        ("DUP-1", "DUP1", false),
        ("DUP-1", "DUP–1", false),
        ("Dŵr", "Dwr", false),
        ("3.10", "3.1", false),
        ("I", "ı", false),
        ("\u{200b}", "", true),
    ];
    let same = VARIANTS.map(|variant| ("DUP-1", variant, true));
    let pairs: Vec<(&str, &str, bool)> = pairs.into_iter().chain(same).collect();
    let texts: Vec<String> = pairs.iter().flat_map(|(one, other, _)| [*one, *other]).map(str::to_owned).collect();
    let found = keys_in_database(&texts).await;
    assert_eq!(found.len(), texts.len());
    for ((one, other, same), keys) in pairs.into_iter().zip(found.chunks(2)) {
        assert_eq!(keys, [label::key(one), label::key(other)], "{one:?} {other:?}");
        assert_eq!(keys[0] == keys[1], same, "{one:?} {other:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_and_the_database_agree_on_every_character() {
    // The planes that have characters other than ideographs.
    let characters: Vec<char> = ('\u{1}'..='\u{1ffff}').chain('\u{e0000}'..='\u{e0fff}').collect();
    let texts: Vec<String> = characters.iter().map(|c| format!("A{c}1 {c}")).collect();
    let found = keys_in_database(&texts).await;
    assert_eq!(found.len(), characters.len());
    let mut differing = Vec::new();
    for ((c, text), key) in characters.iter().zip(&texts).zip(&found) {
        // PostgreSQL 15 has Unicode 14, and decomposes no character that was added since. All letters with a case are
        // older.
        let is_newer = *key == text.to_ascii_lowercase() && c.to_lowercase().eq([*c]);
        if label::key(text) != *key && !is_newer {
            differing.push(format!("{text:?}: {:?} {key:?}", label::key(text)));
        }
    }
    assert!(differing.is_empty(), "{}: {:#?}", differing.len(), &differing[..differing.len().min(20)]);
}
