//! What was signed, kept where the database's keeper cannot reach it: in a file, and at witnesses elsewhere. What is known
//! there is held against the database before anything is signed on top of it.

use std::path::PathBuf;
use std::time::Duration;

use tokio::fs;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;

/// How long a witness may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// How long to wait before a witness that did not take a checkpoint is asked again.
const AGAIN: Duration = Duration::from_secs(10);

/// The longest answer of a witness that is read: a checkpoint with many signatures is far shorter.
const LONGEST: usize = 64 * 1024;

/// What is known outside the database, and by whom.
#[derive(Clone, Debug)]
pub struct Known {
    /// The note.
    pub note: String,
    /// The witness that gave it; none where it is our own file's.
    pub witness: Option<String>,
}

/// Why a witness was not heard.
#[derive(Debug, thiserror::Error)]
enum Unheard {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error("it answered with more than {LONGEST} bytes")]
    Long,
    #[error("its answer is not text")]
    Text(#[from] std::string::FromUtf8Error),
}

/// The places outside the database that know the last checkpoint.
#[derive(Clone, Debug)]
pub struct Witness {
    file: Option<PathBuf>,
    urls: Vec<String>,
    newest: watch::Sender<Option<String>>,
}

impl Default for Witness {
    fn default() -> Self {
        Self { file: None, urls: Vec::new(), newest: watch::Sender::new(None) }
    }
}

impl Witness {
    /// A file that holds the last checkpoint, and addresses that each is posted to, and that give the last one they took.
    pub fn new(file: Option<PathBuf>, urls: Vec<String>) -> Self {
        Self { file, urls, ..Self::default() }
    }

    /// Tells of a checkpoint that was signed: the file at once, the witnesses by and by.
    pub async fn tell(&self, note: &str) -> std::io::Result<()> {
        self.newest.send_replace(Some(note.to_owned()));
        let Some(path) = &self.file else { return Ok(()) };
        // Written beside and put in place whole: a crash leaves the one before.
        let draft = path.with_extension("new");
        let mut file = fs::File::create(&draft).await?;
        file.write_all(note.as_bytes()).await?;
        file.sync_all().await?;
        fs::rename(&draft, path).await
    }

    /// What is known outside the database. A witness that does not answer knows nothing just now; a file that cannot be
    /// read is a fault.
    pub async fn known(&self) -> std::io::Result<Vec<Known>> {
        let mut known = Vec::new();
        if let Some(path) = &self.file {
            match fs::read_to_string(path).await {
                Ok(note) => known.push(Known { note, witness: None }),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        for url in &self.urls {
            match ask(reqwest::Client::new().get(url)).await {
                Ok(note) if !note.is_empty() => known.push(Known { note, witness: Some(url.clone()) }),
                Ok(_) => {}
                Err(error) => tracing::warn!(%url, %error, "the witness was not asked what it knows"),
            }
        }
        Ok(known)
    }

    /// Posts the newest checkpoint to each witness, again until it is taken, for as long as it is let.
    pub async fn post(self) {
        let newest = &self.newest;
        let each = self.urls.iter().map(|url| async move {
            let mut newest = newest.subscribe();
            // What was told before this began is to be posted too.
            newest.mark_changed();
            let client = reqwest::Client::new();
            while newest.changed().await.is_ok() {
                let Some(note) = newest.borrow_and_update().clone() else { continue };
                while let Err(error) =
                    ask(client.post(url).header("content-type", "text/plain").body(note.clone())).await
                {
                    tracing::warn!(%url, %error, "the witness did not take a checkpoint");
                    tokio::time::sleep(AGAIN).await;
                    if newest.has_changed().unwrap_or(false) {
                        break;
                    }
                }
            }
        });
        futures_util::future::join_all(each).await;
    }
}

async fn ask(request: reqwest::RequestBuilder) -> Result<String, Unheard> {
    let answer = request.timeout(LIMIT).send().await?;
    if answer.status() == reqwest::StatusCode::NOT_FOUND {
        return Ok(String::new());
    }
    let mut answer = answer.error_for_status()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(Unheard::Long);
        }
    }
    Ok(String::from_utf8(bytes)?)
}
