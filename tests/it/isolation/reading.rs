//! Everybody reads everything there is to read, and finds no string that stands in a place that is not theirs.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::Value;

use super::Layers;
use super::private::{AREAS, Of, Private, Secret};
use crate::support::{App, Person};

/// Somebody who reads.
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
                let person = app.somebody(&format!("{role}@{area}"), &[role.as_str()], &[area]);
                all.push(Self { name: format!("{role} of {area}"), person, role: Some(*role), areas });
            }
        }
        let name = "auditor of an area whose name holds a comma".to_owned();
        let person = app.somebody("odd", &["auditor"], &["cumbria,kent"]);
        all.push(Self { name, person, role: Some(Role::Auditor), areas: Vec::new() });
        all
    }

    fn may_read(&self, secret: &Secret) -> bool {
        let Some(role) = self.role else { return false };
        if role == Role::Registrar {
            return secret.of == Of::Draft;
        }
        let side = match secret.of {
            Of::Body => [Role::Opcc, Role::OpccApprover, Role::Auditor].contains(&role),
            Of::Force => [Role::Constabulary, Role::ChiefOfficer, Role::Auditor].contains(&role),
            Of::Area | Of::Draft | Of::Line | Of::Evidence | Of::Sensitive => true,
        };
        side && self.areas.contains(&secret.area)
    }
}

fn last(path: &str) -> String {
    path.rsplit('/').next().expect("an id").to_owned()
}

/// Every address of every reading operation: each record, and lists with each filter and order they have.
fn addresses(app: &App, private: &Private) -> Vec<String> {
    let responses: Vec<String> = private.responses.iter().map(|(_, path)| last(path)).collect();
    let drafts = private.drafts.iter().map(|(_, path)| last(path));
    let inspections: Vec<String> = private.inspections.iter().map(|path| last(path)).chain(drafts).collect();
    let of = |all: &[(&str, String)]| all.iter().map(|(_, path)| last(path)).collect::<Vec<String>>();
    let recommendations = of(&private.recommendations);
    let lines = [of(&private.lines), of(&private.shown_lines)].concat();
    let (evidence, files) = (of(&private.evidence), of(&private.files));
    let mut addresses = Vec::new();
    for (template, methods) in app.contract.document["paths"].as_object().expect("paths") {
        let Some(operation) = methods.get("get") else { continue };
        let parts = |name: &str| match (template.split('/').nth(2), name) {
            (Some("responses"), "{id}") => responses.clone(),
            (Some("inspections"), "{id}") => inspections.clone(),
            (Some("recommendations"), "{id}") => recommendations.clone(),
            (Some("assignments"), "{id}") => lines.clone(),
            (Some("evidence"), "{id}") => evidence.clone(),
            (Some("files"), "{id}") => files.clone(),
            (Some("audit"), "{id}") => private.events.clone(),
            (Some("legal-holds"), "{id}") => of(&private.holds),
            (Some("disposals"), "{id}") => of(&private.disposals),
            (Some("retention-reviews"), "{id}") => of(&private.reviews),
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
        // What lies below a record is asked once: filters are tried on the lists of all.
        queries.retain(|query| {
            let tried = ["?format", "?expand", "?as_of"];
            !template.contains('{') || query.is_empty() || tried.iter().any(|name| query.starts_with(name))
        });
        addresses.extend(paths.iter().flat_map(|path| queries.iter().map(move |query| format!("{path}{query}"))));
    }
    addresses
}

fn queries(operation: &Value, private: &Private) -> Vec<String> {
    let parameters: Vec<&Value> =
        operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query").collect();
    if parameters.iter().any(|p| p["name"] == "q" && p["required"] == true) {
        // A search: for every string there is, as many at once as a question holds; those that the same people may read, for
        // who finds one is taken to have found all that was asked for.
        let kinds = [Of::Body, Of::Force, Of::Area, Of::Draft, Of::Line, Of::Evidence, Of::Sensitive];
        let groups = AREAS.iter().flat_map(|area| kinds.iter().map(move |of| (*area, *of)));
        let asked = groups.flat_map(|(area, of)| {
            let those = private.secrets.iter().filter(|it| it.area == area && it.of == of);
            let texts: Vec<&str> = those.map(|it| it.text.as_str()).filter(|text| text.starts_with("zq")).collect();
            texts.chunks(20).map(|some| format!("?limit=50&q={}", some.join("+or+"))).collect::<Vec<_>>()
        });
        return asked.collect();
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
            ("q", ..) => AREAS.map(|area| private.of_drafts(area).join(" or ")).to_vec(),
            ("reference" | "theme", ..) => AREAS.map(|area| private.of_drafts(area).join(",")).to_vec(),
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
                    "disposal",
                    "legal_hold",
                ];
                kinds.map(str::to_owned).to_vec()
            }
            ("resource_id", ..) => {
                let records = [&private.lines, &private.shown_lines, &private.evidence, &private.files];
                let first = records.iter().flat_map(|of| AREAS.map(|area| last(Private::first(of, area))));
                first.chain(private.responses.iter().map(|(_, path)| last(path))).collect()
            }
            ("inspection_id", ..) => {
                let drafts = private.drafts.iter().map(|(_, path)| path);
                drafts.chain(&private.inspections).map(|path| path[16..].to_owned()).collect()
            }
            ("recommendation_id", ..) => {
                private.recommendations.iter().map(|(_, path)| path[20..].to_owned()).collect()
            }
            ("owner", ..) => AREAS.map(|area| private.owners_of(area).join(",")).to_vec(),
            ("as_of", ..) => vec!["2022-03-22".into()],
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

/// The words in a text that could be secrets made here: from `zq` to `x`. Looked for once, not once for each secret.
fn words(text: &str) -> HashSet<&str> {
    let words = text.match_indices("zq").map(|(at, _)| &text[at..]);
    words.filter_map(|word| word.find('x').map(|end| &word[..=end])).collect()
}

/// What readers found that is not theirs, each with the first address, and which strings somebody found who may.
async fn sweep(app: &App, private: &Private) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let (mut leaks, mut found) = (BTreeMap::new(), BTreeSet::new());
    let addresses = addresses(app, private);
    assert!(addresses.len() > 300, "{} addresses", addresses.len());
    for reader in Reader::all(app) {
        for address in &addresses {
            let reply = reader.person.get(address).await;
            assert!([200, 401, 403, 404].contains(&reply.status.as_u16()), "{address}: {}", reply.text);
            let all = format!("{:?} {}", reply.headers, reply.text);
            // A filter that matches what it may not show tells as much.
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

async fn nobody_reads_what_is_not_theirs(layers: Layers) {
    let app = layers.start().await;
    let private = Private::build(&app).await;
    let (leaks, found) = sweep(&app, &private).await;
    assert!(leaks.is_empty(), "{} leaks with {layers:?}: {leaks:#?}", leaks.len());
    // What nobody finds proves nothing: each string must be there for those it is for.
    let lost: Vec<&Secret> = private.secrets.iter().filter(|secret| !found.contains(&secret.text)).collect();
    assert!(lost.is_empty(), "not found by those who may read it, with {layers:?}: {lost:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_what_is_not_theirs_with_both_layers() {
    nobody_reads_what_is_not_theirs(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_what_is_not_theirs_with_row_security_alone() {
    nobody_reads_what_is_not_theirs(Layers::RowSecurityAlone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_what_is_not_theirs_with_the_query_scope_alone() {
    nobody_reads_what_is_not_theirs(Layers::QueryScopeAlone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_neither_layer_the_same_sweep_finds_leaks() {
    let app = Layers::Neither.start().await;
    let private = Private::build(&app).await;
    let (leaks, _) = sweep(&app, &private).await;
    for of in [Of::Body, Of::Area, Of::Draft, Of::Line, Of::Evidence, Of::Sensitive] {
        let noticed = leaks.keys().any(|leak| leak.contains(&format!("of: {of:?}")));
        assert!(noticed, "the sweep would not notice a leak of {of:?}");
    }
}
