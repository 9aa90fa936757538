//! Many threads ask and force a child while it ends, is waited for, and somebody else gets its number, as a process and as a
//! group.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use bowout::spawn::Child;

use crate::say;
use crate::stoppers::os::linux::{LAST_PID, end, few_numbers, fork_sleeper, has_exited, raw, with_few_numbers};

pub fn outside() {
    with_few_numbers("reuse-of-children-inside");
}

/// `reuse-of-children-inside CYCLES [without-pidfd]`.
pub fn inside() {
    let cycles: u32 = super::argument(2).parse().expect("a number");
    if let Err(why) = few_numbers() {
        return say(&why);
    }
    if super::argument(3) == "without-pidfd" {
        crate::sandbox::forbid_pidfd();
    }
    let wrong = (0..cycles).filter(|_| cycle()).count();
    say(&format!("cycles {cycles} wrong {wrong}"));
}

/// Whether the wrong one was hit.
fn cycle() -> bool {
    let child = Child::spawn(&mut Command::new("/bin/true")).expect("it starts");
    let over = AtomicBool::new(false);
    let shots = [AtomicU32::new(0), AtomicU32::new(0)];
    let hits: [fn(&Child); 2] = [
        |child| child.kill().expect("nobody refuses"),
        |child| child.terminate().expect("nobody refuses"),
    ];
    std::thread::scope(|scope| {
        for (hit, shots) in hits.iter().zip(&shots) {
            let (child, over) = (&child, &over);
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    hit(child);
                    shots.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        child.wait().expect("it is our child");
        let bystander = bystander(child.id());
        // Who has shot twice from here on has shot once in between.
        for shots in &shots {
            let before = shots.load(Ordering::SeqCst);
            while shots.load(Ordering::SeqCst) < before + 2 {
                std::thread::yield_now();
            }
        }
        let wrong = has_exited(bystander);
        over.store(true, Ordering::SeqCst);
        end(bystander);
        wrong
    })
}

/// Another process with the same number, which leads a group.
fn bystander(number: u32) -> u32 {
    let bystander = loop {
        fs::write(LAST_PID, (number - 1).to_string()).expect("it is our namespace");
        let child = fork_sleeper();
        if child == number {
            break child;
        }
        end(child);
    };
    rustix::process::setpgid(Some(raw(bystander)), Some(raw(bystander))).expect("it is our child");
    bystander
}
