//! Alters, truncates and removes stored evidence files, and takes the whole store away. The service must not send bytes
//! that it did not store as if they were the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Method;
use uuid::Uuid;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::load::caller::{Answer, Body, Caller};
use crate::stage::{START_TIMEOUT, Stage};

/// A stored file.
struct StoredFile {
    href: String,
    path: PathBuf,
    sha256: String,
}

/// Returns the answer to a download as a status, with the problem's code. None when the download did not end well.
async fn download(reader: &Caller, file: &StoredFile, range: Option<&str>) -> Option<(u16, String, String)> {
    let headers: Vec<(&str, &str)> = range.map(|range| ("range", range)).into_iter().collect();
    match reader.send(Method::GET, &file.href, &headers, &Body::None).await {
        Answer::Reply(reply) => {
            let sha256 = hex::encode(digest(&SHA256, reply.text.as_bytes()));
            Some((reply.status, reply.body["code"].as_str().unwrap_or_default().to_owned(), sha256))
        }
        _ => None,
    }
}

/// Uploads a text and returns the status, or none when there is no answer.
async fn upload(writer: &Caller, evidence: &str, text: String) -> Option<u16> {
    let key = Uuid::now_v7().to_string();
    let path = format!("/v1/evidence/{evidence}/files");
    match writer.send(Method::POST, &path, &[("idempotency-key", &key)], &Body::File(text)).await {
        Answer::Reply(reply) => Some(reply.status),
        _ => None,
    }
}

fn is_success(answer: &Option<(u16, String, String)>) -> bool {
    answer.as_ref().is_some_and(|(status, ..)| (200..300).contains(status))
}

/// Returns the largest files of an area.
async fn stored_files(stage: &Stage) -> Result<Vec<StoredFile>, BoxedError> {
    let sql =
        "select f.id::text, f.sha256 from record.evidence_files f join record.file_contents c using (area, sha256)
               where f.area = 'kent' order by c.size desc, f.id limit 4";
    let folder = Path::new(&stage.service.environment["SECTION55_FILES"]).join("kent");
    let file = |row: tokio_postgres::Row| {
        let (id, sha256): (String, String) = (row.get(0), row.get(1));
        StoredFile { href: format!("/v1/files/{id}"), path: folder.join(&sha256[..2]).join(&sha256), sha256 }
    };
    Ok(stage.postgres.administrator().await?.query(sql, &[]).await?.into_iter().map(file).collect())
}

async fn check_altered_files(reader: &Caller, files: &[StoredFile], figures: &mut Figures) -> Result<(), BoxedError> {
    let [altered, truncated, removed, intact] = files else { return Err("there are too few evidence files".into()) };
    let mut bytes = fs::read(&altered.path)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&altered.path, &bytes)?;
    let shorter = fs::read(&truncated.path)?;
    fs::write(&truncated.path, &shorter[..shorter.len() - 1])?;
    fs::remove_file(&removed.path)?;

    let answer = download(reader, altered, None).await;
    figures.promise(!is_success(&answer), "a file with an altered byte was sent as a success");
    let range = format!("bytes={}-{}", middle - 10, middle + 10);
    let answer = download(reader, altered, Some(&range)).await;
    figures.promise(!is_success(&answer), "a range with an altered byte was sent as a success");
    let answer = download(reader, truncated, None).await;
    figures.promise(!is_success(&answer), "a file that lost its last byte was sent as a success");
    let answer = download(reader, removed, None).await;
    let is_missing = answer.as_ref().is_some_and(|(_, code, _)| code == "file_missing");
    figures.promise(is_missing, format!("a removed file is not reported as file_missing: {answer:?}"));
    let answer = download(reader, intact, None).await;
    let is_intact = answer.as_ref().is_some_and(|(status, _, sha256)| *status == 200 && *sha256 == intact.sha256);
    figures.promise(is_intact, format!("an intact file was not sent: {answer:?}"));
    Ok(())
}

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("bytes");
    let mut stage = Stage::open(context, "bytes").await?;
    let mut running = stage.begin().await?;
    running.load.wait_for_writes(context.options.count_or(50, 1000), Duration::from_secs(120)).await?;
    let (target, seen) = running.stop().await?;
    let (reader, writer) = (target.person("opcc", &["kent"]), target.person("constabulary", &["kent"]));
    let sql = "select id::text from record.evidence where area = 'kent' order by id limit 1";
    let evidence: String = stage.postgres.administrator().await?.query_one(sql, &[]).await?.get(0);
    for n in 0..4 {
        let text = format!("{n} {}", "Invented minutes of a long meeting.\n".repeat(90_000));
        figures.promise(upload(&writer, &evidence, text).await == Some(201), "a file cannot be uploaded");
    }
    stage.reconcile(&target, seen, &mut figures).await?;
    let files = stored_files(&stage).await?;
    check_altered_files(&reader, &files, &mut figures).await?;

    let folder = PathBuf::from(&stage.service.environment["SECTION55_FILES"]);
    let away = folder.with_extension("away");
    fs::rename(&folder, &away)?;
    let status = upload(&writer, &evidence, "Written while the store is away.".to_owned()).await;
    figures.promise(status == Some(503), format!("an upload while the store is away got {status:?} instead of 503"));
    figures.promise(!folder.exists(), "a store that was taken away was made anew by an upload");
    stage.service.kill().await;
    stage.service.start()?;
    // The service may refuse to start.
    let _ = stage.service.wait_until_ready(Duration::from_secs(5)).await;
    figures.promise(!folder.exists(), "a store that was taken away was made anew by a start");
    stage.service.kill().await;
    let _absent = fs::remove_dir_all(&folder);
    fs::rename(&away, &folder)?;
    stage.service.start()?;
    stage.service.wait_until_ready(START_TIMEOUT).await?;
    let status = upload(&writer, &evidence, "Written when the store is back.".to_owned()).await;
    figures.promise(status == Some(201), format!("an upload when the store is back got {status:?} instead of 201"));
    figures.did("files altered or removed", 3);
    Ok(figures)
}
