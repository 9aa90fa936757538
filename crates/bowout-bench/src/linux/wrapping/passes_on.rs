//! From a signal sent to the wrapper to the byte that its child's handler writes.

use std::time::Duration;

use rustix::process::{Signal, kill_process};

use super::super::child::{Process, WARM_UP};
use super::super::{Result, proc, sys};
use super::wrappers::{Role, Wrapper};

const ROUNDS: usize = 3;
const SIGNALS: usize = 1_000;
const GAP: Duration = Duration::from_micros(200);

/// The child.
pub(in super::super) fn hear() -> Result<()> {
    super::sys::write_a_byte_at_usr1()?;
    super::sys::write_a_byte();
    // Ends with the parent.
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

pub(super) fn run(wrappers: &[Wrapper]) -> Result<()> {
    let wrappers: Vec<&Wrapper> = wrappers
        .iter()
        .filter(|wrapper| wrapper.role != Role::TimeLimit)
        .collect();
    let series = super::in_turns(&wrappers, ROUNDS, 1, latencies)?;
    let title = format!(
        "USR1 to the wrapper → the byte from its child's handler is read; {ROUNDS} rounds of {SIGNALS}, {} µs between them",
        GAP.as_micros()
    );
    super::print(&title, &wrappers, &series);
    println!("\ntimeout does not take part: it passes on only what ends programs.");
    Ok(())
}

fn latencies(wrapper: &Wrapper) -> Result<Vec<u64>> {
    let mut command = wrapper.command(&std::env::current_exe()?);
    let mut process = Process::run(command.args(["child", "hears"]))?;
    process.byte()?;
    proc::wait_until_asleep(process.id(), None)?;
    let mut latencies = Vec::new();
    for _ in 0..WARM_UP + SIGNALS {
        let sent = sys::now();
        kill_process(process.pid(), Signal::USR1)?;
        process.byte()?;
        latencies.push(sys::now() - sent);
        std::thread::sleep(GAP);
    }
    Ok(latencies.split_off(WARM_UP))
}
