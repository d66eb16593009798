//! Examples: the service and its documentation, the workflows, and the areas.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Recorder;

pub async fn record(recorder: &Recorder) {
    let anyone = recorder.anyone();
    for (name, summary, path) in [
        ("start", "The entry point", "/"),
        ("root", "The entry point of version 1, with limits", "/v1"),
        ("alive", "The process runs", "/livez"),
        ("ready", "The service is ready", "/readyz"),
        ("security", "The contact for vulnerabilities", "/.well-known/security.txt"),
        ("problem", "The problem `needs_unmet`", "/problems/needs_unmet"),
        ("response", "The workflow of a response", "/v1/workflows/response"),
    ] {
        anyone.example(name, summary).get(path).await;
    }
    // Long texts that grow with each change are shortened, so that the examples stay the same.
    anyone.example("all", "The changelog").shorten_to(180).get("/v1/changelog").await;
    anyone.example("page", "The documentation as a page").shorten_to(300).get("/docs").await;
    anyone.example("style", "A style sheet of the documentation").shorten_to(300).get("/docs/index.css").await;
    anyone.example("all", "All problems").shorten_to(300).get("/problems").await;
    anyone
        .example("document", "The OpenAPI document")
        .only_members(&["openapi", "info", "servers"])
        .get("/openapi.json")
        .await;
    anyone.example("all", "All workflows").get("/v1/workflows").await;
    anyone.example("all", "All labels").get("/v1/vocabulary").await;
    recorder.cumbria(Role::Opcc).example("officer", "An officer of the policing body").get("/v1/me").await;

    let welsh = "/v1/areas?country=wales&sort=name&limit=2&count=true";
    anyone.example("wales", "Two areas of Wales").get(welsh).await;
    anyone.example("cumbria", "Cumbria as anyone sees it").get("/v1/areas/cumbria").await;
    let settings = json!({ "settings": { "comments_days": 21, "reminder_days": [28, 14, 7, 1] } });
    let approver = recorder.cumbria(Role::OpccApprover);
    approver
        .example("settings", "Give the chief officer 21 days")
        .write(Method::PATCH, "/v1/areas/cumbria", settings)
        .await;
    let area = json!({
        "name": "Cumbria", "country": "england",
        "policing_body": {
            "name": "Police, Fire and Crime Commissioner for Cumbria", "kind": "police_fire_and_crime_commissioner",
            "office_holder_title": "Police, Fire and Crime Commissioner", "since": "2023-04-01",
        },
        "force": { "name": "Cumbria Constabulary", "chief_officer_title": "Chief Constable" },
    });
    let registrar = recorder.person_of("", Role::Registrar);
    registrar
        .example("cumbria", "Record a change of office")
        .write(Method::PUT, "/v1/areas/cumbria", area.clone())
        .await;
    let mut new = area;
    new["name"] = json!("Cumbria and Lancashire");
    new["policing_body"]["name"] = json!("Police, Fire and Crime Commissioner for Cumbria and Lancashire");
    new["force"]["name"] = json!("Cumbria and Lancashire Constabulary");
    let example = registrar.example("new", "Create an area (an invented merger)");
    example.put_new("/v1/areas/cumbria-and-lancashire", new).await;
    let christmas = "/v1/bank-holidays?after=2022-12-24&before=2023-01-01";
    anyone.example("christmas", "The bank holidays of a Christmas").get(christmas).await;
    anyone.example("substitute", "A substitute day").get("/v1/bank-holidays/2022-12-27").await;
    let added = "/v1/bank-holidays/2031-01-01";
    let new_year = json!({ "name": "New Year's Day" });
    registrar.example("new_year", "Add a bank holiday").put_new(added, new_year).await;
    registrar.example("new_year", "Delete a bank holiday").delete(added).await;
}
