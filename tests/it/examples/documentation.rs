//! Where to begin: the service of itself, its documentation, its workflows, the areas.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Story;

pub async fn tell(story: &Story) {
    let anyone = story.anyone();
    for (name, summary, path) in [
        ("start", "Where to begin", "/"),
        ("root", "Where to begin, and the limits", "/v1"),
        ("alive", "It runs", "/livez"),
        ("ready", "It takes requests", "/readyz"),
        ("security", "Whom to tell of a vulnerability", "/.well-known/security.txt"),
        ("problem", "What an unmet need is", "/problems/needs_unmet"),
        ("response", "How a response moves on", "/v1/workflows/response"),
    ] {
        anyone.tells(name, summary).get(path).await;
    }
    // What grows with every change is shown by its beginning alone.
    anyone.tells("all", "What changed").shown_to(180).get("/v1/changelog").await;
    anyone.tells("page", "The page for a browser").shown_to(300).get("/docs").await;
    anyone.tells("style", "One of its styles").shown_to(300).get("/docs/index.css").await;
    anyone.tells("all", "Every problem").shown_to(300).get("/problems").await;
    anyone.tells("document", "The document").showing(&["openapi", "info", "servers"]).get("/openapi.json").await;
    anyone.tells("all", "Every workflow").get("/v1/workflows").await;
    story.cumbria(Role::Opcc).tells("officer", "An officer of the policing body").get("/v1/me").await;

    let welsh = "/v1/areas?country=wales&sort=name&limit=2&count=true";
    anyone.tells("wales", "The first two areas of Wales").get(welsh).await;
    anyone.tells("cumbria", "Cumbria, as anyone sees it").get("/v1/areas/cumbria").await;
    let settings = json!({ "settings": { "comments_days": 21, "reminder_days": [28, 14, 7, 1] } });
    let approver = story.cumbria(Role::OpccApprover);
    approver
        .tells("settings", "Give the chief officer 21 days")
        .write(Method::PATCH, "/v1/areas/cumbria", settings)
        .await;
    let whole = json!({
        "name": "Cumbria", "country": "england",
        "policing_body": {
            "name": "Police, Fire and Crime Commissioner for Cumbria", "kind": "police_fire_and_crime_commissioner",
            "office_holder_title": "Police, Fire and Crime Commissioner", "since": "2023-04-01",
        },
        "force": { "name": "Cumbria Constabulary", "chief_officer_title": "Chief Constable" },
    });
    let registrar = story.of("", Role::Registrar);
    registrar
        .tells("cumbria", "Record a change of office")
        .write(Method::PUT, "/v1/areas/cumbria", whole.clone())
        .await;
    let mut new = whole;
    new["name"] = json!("Cumbria and Lancashire");
    new["policing_body"]["name"] = json!("Police, Fire and Crime Commissioner for Cumbria and Lancashire");
    new["force"]["name"] = json!("Cumbria and Lancashire Constabulary");
    let entering = registrar.tells("new", "Enter an area that there was not (an invented merger)");
    entering.put_new("/v1/areas/cumbria-and-lancashire", new).await;
}
