//! Starts the program. `section55 --help` lists its commands.

fn main() -> std::process::ExitCode {
    section55::cli::run()
}
