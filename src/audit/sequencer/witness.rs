//! Copies of the last checkpoint outside the database: in a file, and at witnesses. An administrator of the database
//! cannot change them. The sequencer compares the database with them before it signs.

use std::path::PathBuf;
use std::time::Duration;

use tokio::fs;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;

/// The time limit of a request to a witness.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The time between two attempts to post a checkpoint to a witness.
const RETRY_DELAY: Duration = Duration::from_secs(10);

/// The largest response of a witness that is read. A checkpoint with many signatures is far smaller.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// A checkpoint that is stored outside the database.
#[derive(Clone, Debug)]
pub struct KnownCheckpoint {
    /// The signed note.
    pub note: String,
    /// The address of the witness that returned the note, or `None` if it comes from the file.
    pub witness: Option<String>,
}

/// The reasons why a request to a witness failed.
#[derive(Debug, thiserror::Error)]
enum WitnessError {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error("the response is larger than {MAX_RESPONSE_BYTES} bytes")]
    TooLarge,
    #[error("the response is not UTF-8 text")]
    NotText(#[from] std::string::FromUtf8Error),
}

/// The file and the witnesses that store the last checkpoint outside the database.
#[derive(Clone, Debug)]
pub struct Witnesses {
    file: Option<PathBuf>,
    urls: Vec<String>,
    newest: watch::Sender<Option<String>>,
}

impl Default for Witnesses {
    fn default() -> Self {
        Self { file: None, urls: Vec::new(), newest: watch::Sender::new(None) }
    }
}

impl Witnesses {
    /// Makes witnesses from a file for the last checkpoint and the addresses of witnesses. A witness accepts a
    /// checkpoint by POST, and returns the last one that it accepted on GET.
    pub fn new(file: Option<PathBuf>, urls: Vec<String>) -> Self {
        Self { file, urls, ..Self::default() }
    }

    /// Writes a new checkpoint to the file, and queues it for the witnesses.
    ///
    /// # Errors
    /// The error of the operating system if the file cannot be written.
    pub async fn publish(&self, note: &str) -> std::io::Result<()> {
        self.newest.send_replace(Some(note.to_owned()));
        let Some(path) = &self.file else { return Ok(()) };
        // The note is written to a temporary file and renamed, so that a crash leaves the previous checkpoint whole.
        let temporary = path.with_extension("new");
        let mut file = fs::File::create(&temporary).await?;
        file.write_all(note.as_bytes()).await?;
        file.sync_all().await?;
        fs::rename(&temporary, path).await
    }

    /// Returns the checkpoints in the file and at the witnesses. A witness that does not respond is logged and left
    /// out.
    ///
    /// # Errors
    /// The error of the operating system if the file exists and cannot be read.
    pub async fn known_checkpoints(&self) -> std::io::Result<Vec<KnownCheckpoint>> {
        let mut known = Vec::new();
        if let Some(path) = &self.file {
            match fs::read_to_string(path).await {
                Ok(note) => known.push(KnownCheckpoint { note, witness: None }),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        for url in &self.urls {
            match send(reqwest::Client::new().get(url)).await {
                Ok(note) if !note.is_empty() => known.push(KnownCheckpoint { note, witness: Some(url.clone()) }),
                Ok(_) => {}
                Err(error) => tracing::warn!(%url, %error, "cannot read the last checkpoint from a witness"),
            }
        }
        Ok(known)
    }

    /// Posts the newest checkpoint to each witness, and retries until the witness accepts it. Never returns if there
    /// are witnesses.
    pub async fn post_checkpoints(self) {
        let newest = &self.newest;
        let each = self.urls.iter().map(|url| async move {
            let mut newest = newest.subscribe();
            // A checkpoint from before this subscription must be posted too.
            newest.mark_changed();
            let client = reqwest::Client::new();
            while newest.changed().await.is_ok() {
                let Some(note) = newest.borrow_and_update().clone() else { continue };
                while let Err(error) =
                    send(client.post(url).header("content-type", "text/plain").body(note.clone())).await
                {
                    tracing::warn!(%url, %error, "cannot post a checkpoint to a witness");
                    tokio::time::sleep(RETRY_DELAY).await;
                    if newest.has_changed().unwrap_or(false) {
                        break;
                    }
                }
            }
        });
        futures_util::future::join_all(each).await;
    }
}

/// Sends a request and returns the text of the response. The text is empty if the status is 404: the witness has no
/// checkpoint yet.
async fn send(request: reqwest::RequestBuilder) -> Result<String, WitnessError> {
    let response = request.timeout(TIMEOUT).send().await?;
    if response.status() == reqwest::StatusCode::NOT_FOUND {
        return Ok(String::new());
    }
    let mut response = response.error_for_status()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_RESPONSE_BYTES {
            return Err(WitnessError::TooLarge);
        }
    }
    Ok(String::from_utf8(bytes)?)
}
