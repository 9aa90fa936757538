//! A program that Windows can run as a service; started by hand, and on every other system, it is a plain program.
//!
//! As an administrator:
//!
//! ```console
//! > cargo build --example windows_service
//! > sc.exe create bowout-example binPath= "C:\...\target\debug\examples\windows_service.exe C:\...\example.log"
//! > sc.exe start bowout-example
//! > sc.exe stop bowout-example
//! > sc.exe query bowout-example
//! > sc.exe delete bowout-example
//! ```
//!
//! `sc.exe query` shows the checkpoints while the service stops, and at last its exit code. A service has no console, so the log
//! tells what it does.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::thread;
use std::time::Duration;

use bowout::listen::{Builder, ServiceError};

fn main() -> Result<(), Box<dyn Error>> {
    let builder = Builder::new().grace(Duration::from_secs(20));
    let shutdown = match builder.clone().listen_as_service() {
        Err(why @ ServiceError::NotAService) => {
            println!("{why}");
            builder.listen()?
        }
        started => started?,
    };

    let path = std::env::args_os().nth(1).ok_or("give the path of a log")?;
    let mut log = File::create(path)?;
    writeln!(log, "started")?;

    // Each cleanup that ends is a sign of progress, which the service control manager is told of.
    let mut last = log.try_clone()?;
    shutdown.cleanup("log", move || drop(writeln!(last, "closed")));
    for table in ["orders", "customers"] {
        let mut log = log.try_clone()?;
        shutdown.cleanup(table, move || {
            thread::sleep(Duration::from_millis(1_200)); // something that takes its time
            let _ = writeln!(log, "saved {table}");
        });
    }

    while shutdown.sleep(Duration::from_secs(1)).is_ok() {
        writeln!(log, "a round of work")?;
    }
    if let Some(request) = shutdown.request() {
        writeln!(log, "asked to stop: {}", request.trigger())?;
    }
    shutdown.leave()
}
