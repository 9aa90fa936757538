//! The benchmarks of bowout: every figure beside that of its peers and of the bare system, taken in turns in one run.
//!
//! `cargo run --release -p bowout-bench` runs all of it, in some minutes; `-- signal`, `-- stop`, `-- cleanups`,
//! `-- idle` and `-- storm` run one part.

mod sys;

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match sys::run(&arguments) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bowout-bench: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
