//! The program: see `section55 --help`.

fn main() -> std::process::ExitCode {
    section55::cli::run()
}
