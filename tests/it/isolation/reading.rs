//! Every reader reads every address, and finds no secret that is not for that reader.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::Value;

use super::Layers;
use super::private_data::{AREAS, PrivateData, Secret, SecretKind};
use crate::support::{App, Person};

/// A caller who reads, and what the caller may read.
struct Reader {
    name: String,
    person: Person,
    role: Option<Role>,
    areas: Vec<&'static str>,
}

impl Reader {
    fn all(app: &App) -> Vec<Self> {
        let mut all = vec![Self { name: "public".into(), person: app.public(), role: None, areas: Vec::new() }];
        for role in Role::ALL {
            for area in AREAS {
                let areas = if *role == Role::Registrar { Vec::new() } else { vec![area] };
                let person = app.person_with_roles(&format!("{role}@{area}"), &[role.as_str()], &[area]);
                all.push(Self { name: format!("{role} of {area}"), person, role: Some(*role), areas });
            }
        }
        let name = "auditor of an area whose name contains a comma".to_owned();
        let person = app.person_with_roles("odd", &["auditor"], &["cumbria,kent"]);
        all.push(Self { name, person, role: Some(Role::Auditor), areas: Vec::new() });
        all
    }

    fn may_read(&self, secret: &Secret) -> bool {
        let Some(role) = self.role else { return false };
        if role == Role::Registrar {
            return secret.kind == SecretKind::Draft;
        }
        let side = match secret.kind {
            SecretKind::Body => [Role::Opcc, Role::OpccApprover, Role::Auditor].contains(&role),
            SecretKind::Force => [Role::Constabulary, Role::ChiefOfficer, Role::Auditor].contains(&role),
            SecretKind::Area
            | SecretKind::Draft
            | SecretKind::Assignment
            | SecretKind::Evidence
            | SecretKind::Sensitive => true,
        };
        side && self.areas.contains(&secret.area)
    }
}

fn last(path: &str) -> String {
    path.rsplit('/').next().expect("an id").to_owned()
}

/// Returns the addresses of every operation that reads: each record, and each list with each of its filters and orders.
fn addresses(app: &App, private: &PrivateData) -> Vec<String> {
    let responses: Vec<String> = private.responses.iter().map(|(_, path)| last(path)).collect();
    let drafts = private.drafts.iter().map(|(_, path)| last(path));
    let inspections: Vec<String> = private.inspections.iter().map(|path| last(path)).chain(drafts).collect();
    let ids = |records: &[(&str, String)]| records.iter().map(|(_, path)| last(path)).collect::<Vec<String>>();
    let recommendations = ids(&private.recommendations);
    let assignments = [ids(&private.assignments), ids(&private.published_assignments)].concat();
    let (evidence, files) = (ids(&private.evidence), ids(&private.files));
    let mut addresses = Vec::new();
    for (template, methods) in app.contract.document["paths"].as_object().expect("paths") {
        let Some(operation) = methods.get("get") else { continue };
        let parts = |name: &str| match (template.split('/').nth(2), name) {
            (Some("responses"), "{id}") => responses.clone(),
            (Some("inspections"), "{id}") => inspections.clone(),
            (Some("recommendations"), "{id}") => recommendations.clone(),
            (Some("assignments"), "{id}") => assignments.clone(),
            (Some("evidence"), "{id}") => evidence.clone(),
            (Some("files"), "{id}") => files.clone(),
            (Some("imports"), "{id}") => ids(&private.imports),
            (Some("audit"), "{id}") => private.events.clone(),
            (Some("imported-positions"), "{id}") => ids(&private.imported_positions),
            (Some("legal-holds"), "{id}") => ids(&private.holds),
            (Some("disposals"), "{id}") => ids(&private.disposals),
            (Some("retention-reviews"), "{id}") => ids(&private.reviews),
            (Some("people"), "{id}") => ids(&private.people),
            (Some("remarks"), "{id}") => ids(&private.remarks),
            (Some("areas"), "{code}") => AREAS.map(str::to_owned).to_vec(),
            (_, "{n}") => vec!["1".to_owned(), "2".to_owned()],
            _ => vec!["response".to_owned()],
        };
        let mut paths = vec![String::new()];
        for part in template.split('/').skip(1) {
            let values = if part.starts_with('{') { parts(part) } else { vec![part.to_owned()] };
            paths = paths.iter().flat_map(|path| values.iter().map(move |value| format!("{path}/{value}"))).collect();
        }
        let mut queries = queries(operation, private);
        // Filters are tried on lists of all records only, not on lists below one record.
        queries.retain(|query| {
            let tried = ["?format", "?expand", "?as_of"];
            !template.contains('{') || query.is_empty() || tried.iter().any(|name| query.starts_with(name))
        });
        addresses.extend(paths.iter().flat_map(|path| queries.iter().map(move |query| format!("{path}{query}"))));
    }
    addresses
}

fn queries(operation: &Value, private: &PrivateData) -> Vec<String> {
    let parameters: Vec<&Value> =
        operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query").collect();
    if parameters.iter().any(|p| p["name"] == "q" && p["required"] == true) {
        // The search looks for every secret, as many at once as a query may have. The secrets of one query are for
        // the same readers, because a match counts as finding all of them.
        let kinds = [
            SecretKind::Body,
            SecretKind::Force,
            SecretKind::Area,
            SecretKind::Draft,
            SecretKind::Assignment,
            SecretKind::Evidence,
            SecretKind::Sensitive,
        ];
        let groups = AREAS.iter().flat_map(|area| kinds.iter().map(move |kind| (*area, *kind)));
        let searches = groups.flat_map(|(area, kind)| {
            let secrets = private.secrets.iter().filter(|it| it.area == area && it.kind == kind);
            let texts: Vec<&str> = secrets.map(|it| it.text.as_str()).filter(|text| text.starts_with("zq")).collect();
            texts.chunks(20).map(|chunk| format!("?limit=50&q={}", chunk.join("+or+"))).collect::<Vec<_>>()
        });
        return searches.collect();
    }
    let mut queries = vec![String::new()];
    let names: Vec<&str> = parameters.iter().filter_map(|p| p["name"].as_str()).collect();
    for parameter in parameters {
        let (name, schema) = (parameter["name"].as_str().expect("a name"), &parameter["schema"]);
        let words = |schema: &Value| schema["enum"].as_array().cloned().unwrap_or_default();
        let listed = words(&schema["items"]);
        let joined = listed.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",");
        let values: Vec<String> = match (name, schema["type"].as_str(), schema["format"].as_str()) {
            ("limit", ..) => vec!["200".into()],
            ("cursor" | "wait", ..) => Vec::new(),
            ("after", _, None) => vec!["latest".into()],
            ("sort", ..) => listed.iter().filter_map(Value::as_str).take(2).map(str::to_owned).collect(),
            ("q", ..) if names.contains(&"role") => {
                private.people.iter().map(|(area, _)| format!("zq{area}")).collect()
            }
            ("q", ..) => AREAS.map(|area| private.draft_texts_of(area).join(" or ")).to_vec(),
            ("reference" | "theme", ..) => AREAS.map(|area| private.draft_texts_of(area).join(",")).to_vec(),
            ("area", ..) => vec!["kent".into(), "cumbria".into(), "cumbria,kent".into()],
            ("actor", ..) => {
                AREAS.map(|area| format!("opcc@{area},opcc_approver@{area},chief_officer@{area}")).to_vec()
            }
            ("action", ..) => vec!["submit,return,approve,reopen,amend,withdraw,upload,accept,raise,read".into()],
            ("resource", ..) if joined.is_empty() => {
                let kinds = [
                    "response",
                    "inspection",
                    "area",
                    "assignment",
                    "assignment_update",
                    "evidence",
                    "file",
                    "import",
                    "imported_position",
                    "import_profile",
                    "disposal",
                    "legal_hold",
                    "person",
                    "remark",
                ];
                kinds.map(str::to_owned).to_vec()
            }
            ("resource_id", ..) => {
                let records = [&private.assignments, &private.published_assignments, &private.evidence, &private.files];
                let first = records.iter().flat_map(|list| AREAS.map(|area| last(PrivateData::first(list, area))));
                first.chain(private.responses.iter().map(|(_, path)| last(path))).collect()
            }
            ("inspection_id", ..) => {
                let drafts = private.drafts.iter().map(|(_, path)| path);
                drafts.chain(&private.inspections).map(|path| path[16..].to_owned()).collect()
            }
            ("recommendation_id", ..) => {
                private.recommendations.iter().map(|(_, path)| path[20..].to_owned()).collect()
            }
            ("import_id", ..) => private.position_imports.clone(),
            ("owner", ..) => AREAS.map(|area| private.owners_of(area).join(",")).to_vec(),
            ("as_of", ..) => vec!["2022-03-22".into()],
            // A hash of 32 bytes in base64.
            ("from_root", ..) => vec![format!("{}=", "A".repeat(43))],
            (_, Some("boolean"), _) => vec!["true".into(), "false".into()],
            (_, _, Some("date")) => vec!["2022-03-01".into()],
            (_, _, Some("date-time")) => vec!["2022-03-22T00:00:00Z".into()],
            (_, Some("string"), _) if schema.get("enum").is_some() => {
                words(schema).iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            (_, Some("array"), _) => vec![joined],
            (_, Some("integer"), _) => vec!["1".into()],
            _ => vec!["x".into()],
        };
        let more = if name != "limit" && names.contains(&"limit") { "&limit=200" } else { "" };
        queries.extend(values.into_iter().filter(|v| !v.is_empty()).map(|value| format!("?{name}={value}{more}")));
    }
    queries
}

/// Returns the words of a text that can be secrets: from `zq` to `x`. This is faster than searching for each secret.
fn words(text: &str) -> HashSet<&str> {
    let words = text.match_indices("zq").map(|(start, _)| &text[start..]);
    words.filter_map(|word| word.find('x').map(|end| &word[..=end])).collect()
}

/// Returns the leaks, each with the first address that shows it, and the secrets that a permitted reader found.
async fn search_for_secrets(app: &App, private: &PrivateData) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let (mut leaks, mut found) = (BTreeMap::new(), BTreeSet::new());
    let addresses = addresses(app, private);
    assert!(addresses.len() > 300, "{} addresses", addresses.len());
    for reader in Reader::all(app) {
        for address in &addresses {
            let reply = reader.person.get(address).await;
            // 410: the log does not have the sample tree head.
            assert!([200, 401, 403, 404, 410].contains(&reply.status.as_u16()), "{address}: {}", reply.text);
            let all = format!("{:?} {}", reply.headers, reply.text);
            // A filter that matches a hidden record reveals it as well.
            let matches = reply.status == 200 && reply.body["items"].as_array().is_some_and(|items| !items.is_empty());
            let words = words(&all);
            for secret in &private.secrets {
                let made = secret.text.starts_with("zq");
                let read = if made { words.contains(secret.text.as_str()) } else { all.contains(&secret.text) };
                if reader.may_read(secret) {
                    found.extend(read.then(|| secret.text.clone()));
                } else if read || (matches && address.contains(&secret.text)) {
                    leaks.entry(format!("{} finds {secret:?}", reader.name)).or_insert_with(|| address.clone());
                }
            }
        }
    }
    (leaks, found)
}

async fn assert_no_reader_finds_a_secret_of_others(layers: Layers) {
    let app = layers.start().await;
    let private = PrivateData::build(&app).await;
    let (leaks, found) = search_for_secrets(&app, &private).await;
    assert!(leaks.is_empty(), "{} leaks with {layers:?}: {leaks:#?}", leaks.len());
    // Each secret must be found by a permitted reader. Otherwise the search proves nothing about it.
    let not_found: Vec<&Secret> = private.secrets.iter().filter(|secret| !found.contains(&secret.text)).collect();
    assert!(not_found.is_empty(), "not found by those who may read it, with {layers:?}: {not_found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_finds_a_secret_of_others_with_both_layers() {
    assert_no_reader_finds_a_secret_of_others(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_finds_a_secret_of_others_with_row_security_only() {
    assert_no_reader_finds_a_secret_of_others(Layers::RowSecurityOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_finds_a_secret_of_others_with_the_query_scope_only() {
    assert_no_reader_finds_a_secret_of_others(Layers::QueryScopeOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_both_layers_the_same_search_finds_leaks() {
    let app = Layers::Neither.start().await;
    let private = PrivateData::build(&app).await;
    let (leaks, _) = search_for_secrets(&app, &private).await;
    for kind in [
        SecretKind::Body,
        SecretKind::Area,
        SecretKind::Draft,
        SecretKind::Assignment,
        SecretKind::Evidence,
        SecretKind::Sensitive,
    ] {
        let found = leaks.keys().any(|leak| leak.contains(&format!("kind: {kind:?}")));
        assert!(found, "the search would not notice a leak of {kind:?}");
    }
}
