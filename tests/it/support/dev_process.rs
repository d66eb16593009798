//! A running `section55 dev`, as a person starts it.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The last line that `dev` prints before it waits.
const LAST_LINE: &str = "Ctrl-C stops everything";

/// A running `section55 dev`. Stops with the test.
pub struct Dev {
    process: Child,
    printed: Lines<BufReader<ChildStdout>>,
    /// The lines that it printed before it was ready.
    pub lines: Vec<String>,
    /// Its address, such as `http://127.0.0.1:8055`.
    pub base: String,
    /// The `export` lines that it printed.
    pub exports: String,
}

impl Dev {
    /// Starts `dev` on a free port with these further arguments, and waits until it is ready.
    pub fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        let mut dev = Self::begin(data_dir, arguments);
        dev.wait_until_ready();
        dev
    }

    /// Starts `dev` on a free port with these further arguments.
    pub fn begin(data_dir: &Path, arguments: &[&str]) -> Self {
        Self::begin_with_log(data_dir, arguments, Stdio::inherit())
    }

    /// Starts `dev` on a free port with these further arguments, and sends its log to `log`.
    pub fn begin_with_log(data_dir: &Path, arguments: &[&str], log: impl Into<Stdio>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
        command.args(["dev", "--listen", "localhost:0", "--data-dir"]).arg(data_dir).args(arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().expect("dev starts");
        let printed = BufReader::new(process.stdout.take().expect("dev's output")).lines();
        Self { process, printed, lines: Vec::new(), base: String::new(), exports: String::new() }
    }

    /// Reads what it prints until it is ready.
    pub fn wait_until_ready(&mut self) {
        loop {
            let line = self.read_line().unwrap_or_else(|| panic!("dev ended: {:#?}", self.lines));
            if line.starts_with("export ") {
                self.exports.push_str(&line);
                self.exports.push('\n');
            } else if let Some(base) = line.split_whitespace().find_map(|word| word.strip_suffix("/v1")) {
                base.clone_into(&mut self.base);
            }
            if line.starts_with(LAST_LINE) {
                break;
            }
        }
        assert!(self.base.starts_with("http://127.0.0.1:"), "dev did not print its address");
    }

    /// Returns the next line that it prints; none at its end.
    pub fn read_line(&mut self) -> Option<String> {
        let line = self.printed.next()?.expect("dev prints UTF-8");
        self.lines.push(line.clone());
        Some(line)
    }

    /// Returns the value of a variable that it exports.
    pub fn exported(&self, name: &str) -> &str {
        let mut words = self.exports.split_whitespace();
        let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_else(|| panic!("{name} in {}", self.exports)).trim_matches('\'')
    }

    /// Returns the id of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends the signal of Ctrl-C.
    pub fn interrupt(&self) {
        let id = i32::try_from(self.process.id()).expect("a process id");
        kill(Pid::from_raw(id), Signal::SIGINT).expect("the process runs");
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> ExitStatus {
        self.process.wait().expect("the process was started here")
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.interrupt();
            let _ = self.process.wait();
        }
    }
}
