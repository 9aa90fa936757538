//! Runs a program, and starts it again when it ends; when asked to stop, stops it first, and whoever it has started.
//!
//! ```console
//! $ cargo run --example supervise --features tokio -- sh -c 'sleep 1000 & exec sleep 5'
//! ```
//!
//! Press Ctrl-C, or send it SIGTERM: both `sleep`s are asked, and each is reported. Kill the supervisor with SIGKILL: on Linux
//! and Windows the program goes with it.

use std::error::Error;
use std::process::Stdio;
use std::time::Duration;

use bowout::spawn::{Child, OnDrop};
use bowout::stop::Plan;
use tokio::process::Command;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    bowout::stop::run_helper_if_asked(); // lets it carry Ctrl-C to other consoles on Windows
    let shutdown = bowout::listen()?;
    let mut words = std::env::args_os().skip(1);
    let mut command = Command::new(words.next().ok_or("usage: supervise PROGRAM [ARGUMENT]...")?);
    command.args(words).stdin(Stdio::null()); // it is in the background of the terminal
    let plan: Plan = "TERM/5s/KILL".parse()?; // less than the grace that the supervisor itself has
    let options = Child::options().die_with_parent().on_drop(OnDrop::Kill);

    loop {
        let child = options.spawn_async(&mut command)?;
        println!("started {}", child.id());
        tokio::select! {
            status = child.wait() => println!("ended: {}", status?),
            _ = shutdown.requested() => {
                for report in child.stop(&plan).await? {
                    println!("{report}");
                }
                break;
            }
        }
        child.kill()?; // whoever it has left
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            _ = shutdown.requested() => break,
        }
    }
    shutdown.leave()
}
