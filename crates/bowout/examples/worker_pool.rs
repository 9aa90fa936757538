//! A pool of threads that work off a queue: what was begun is finished, what was not is reported, and nothing is lost.
//!
//! ```console
//! $ cargo run --example worker_pool
//! ```
//!
//! Jobs come in faster than they are done. Press Ctrl-C, or send SIGTERM: nothing more is queued, each worker finishes the job
//! that it is at, and then the queue's cleanup tells what is left. A second Ctrl-C ends the program at once. A job that takes longer
//! than the grace period is cut short at its end, and named on standard error.

use std::error::Error;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bowout::listen::Handle;

type Job = u32;

const WORKERS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let shutdown = bowout::listen()?;
    let (queue, jobs) = channel();
    let jobs = Arc::new(Mutex::new(jobs));

    // Runs when the last job that was begun has ended. A real program would save them where it finds them again.
    let left = jobs.clone();
    shutdown.cleanup("queue", move || {
        println!("not begun: {:?}", lock(&left).try_iter().collect::<Vec<Job>>());
    });

    for number in 1..=WORKERS {
        let (handle, jobs) = (shutdown.handle(), jobs.clone());
        thread::Builder::new()
            .name(format!("worker {number}"))
            .spawn(move || work_off(&handle, &jobs))?;
    }

    for job in 1.. {
        println!("queued {job}");
        queue.send(job)?;
        if shutdown.sleep(Duration::from_millis(100)).is_err() {
            break;
        }
    }
    drop(queue); // workers that wait for a job end
    shutdown.leave() // awaits the jobs that were begun, then runs the cleanup
}

fn work_off(shutdown: &Handle, jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The guard comes before the question. The other way round, the program could leave between the two.
        let _work = shutdown.work("a job");
        if shutdown.is_requested() {
            return;
        }
        let Ok(job) = lock(jobs).recv() else {
            return;
        };
        println!("begun {job}");
        thread::sleep(Duration::from_secs(1));
        println!("finished {job}");
    }
}

fn lock(jobs: &Mutex<Receiver<Job>>) -> MutexGuard<'_, Receiver<Job>> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner)
}
