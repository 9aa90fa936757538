//! The benchmarks of bowout: every figure beside that of its peers and of the bare system, taken in turns in one run.
//!
//! `cargo run --release -p bowout-bench` runs all of it, in some minutes; `-- signal`, `-- spawn`, `-- stop`,
//! `-- trees`, `-- run`, `-- cleanups`, `-- idle` and `-- storm` run one part.
//!
//! Peers in other languages take part where they are found: psutil in `$BOWOUT_BENCH_PYTHON` (else `python3`), and fkill and
//! tree-kill, which take their time, only if `$BOWOUT_BENCH_NODE` names a folder in which npm has installed them.

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
