//! Stoppers on Windows.

use std::process::{Command, Stdio};

use bowout::stop::{ProcessId, Target};

use super::{args, stop_all};

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "stopper-of-neighbour" => Some(stopper_of_neighbour),
        _ => None,
    }
}

/// `stopper-of-neighbour PLAN`: starts a target on its own console and stops it.
fn stopper_of_neighbour() {
    let plan = args().next().expect("a plan").parse().expect("a plan");
    let mut child = Command::new(std::env::current_exe().expect("a path"))
        .arg("exits-on-ctrl-c")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut ready = String::new();
    let stdout = child.stdout.take().expect("it was piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut ready).expect("it speaks");
    stop_all(vec![Target::open(ProcessId::from(&child)).expect("it runs")], &plan);
    child.wait().expect("it is our child");
}
