//! The judge: starts contestants, asks them to stop through the real system, and looks at what they said and how they ended.
//!
//! `cargo xtask scorecard` runs it; alone it runs as `scorecard run [CONTESTANT [WORD...]]`, which judges all contestants, or
//! one, in all rows, or those whose title has one of these words, and writes what it found as JSON, for `scorecard compare`.

mod compare;
mod contestant;
mod facts;
mod play;
mod results;
mod rows;
#[cfg_attr(unix, path = "system/unix.rs")]
#[cfg_attr(windows, path = "system/windows.rs")]
mod system;
mod verdict;
mod versions;

use std::error::Error;
use std::process::{Command, ExitCode, Stdio};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", rest @ ..] => {
            let (only, titles) = rest
                .split_first()
                .map_or((None, rest), |(only, titles)| (Some(*only), titles));
            let results = results::judge(only, titles)?;
            println!("{}", serde_json::to_string_pretty(&results)?);
            Ok(results.exit_code())
        }
        ["compare", files @ ..] => {
            print!("{}", compare::write(files)?);
            Ok(ExitCode::SUCCESS)
        }
        // The judge starts these itself.
        ["report-as-child"] => {
            bowout_scorecard::sys::report_as_child();
            Ok(ExitCode::SUCCESS)
        }
        ["as-parent", program, rest @ ..] => {
            // Killed by the judge, which the contestant must notice.
            Command::new(program).args(rest).stdin(Stdio::null()).spawn()?.wait()?;
            Ok(ExitCode::SUCCESS)
        }
        ["as-member", rest @ ..] => {
            system::be_member(rest)?;
            Ok(ExitCode::SUCCESS)
        }
        ["as-pid-1", ..] => {
            system::run_as_pid_1(&arguments[1..]);
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("usage: scorecard run [CONTESTANT [WORD...]] | compare RESULTS...".into()),
    }
}
