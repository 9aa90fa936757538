//! One request to everybody in an enclosure, which no fork outruns.

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::Signal;
use crate::stop::ProcessId;
use crate::stop::protection::Protection;
use crate::stop::route::Route;
use crate::sys::enclosure::Enclosure;

use super::{handle, must_run_to_act_on, spared};

/// Asks them all at once, and tells by which route; `None` where the system cannot, and each must be asked by itself.
pub(in crate::stop) fn ask_together(enclosure: &Enclosure, signal: Signal) -> Option<Route> {
    if signal == Signal::Kill {
        let route = enclosure.cgroup().map_or(Route::ProcessGroup, |_| Route::Cgroup);
        return enclosure.kill().ok().map(|()| route);
    }
    enclosure.signal(signal.number()?).ok()?;
    if must_run_to_act_on(signal) {
        // The request is out. That nobody is left to be continued does not change it.
        let _ = enclosure.signal(libc::SIGCONT);
    }
    Some(Route::ProcessGroup)
}

/// Whether this member was among those who were asked by that route. A group counts as asked if only one of it may be asked:
/// the others hear nothing.
pub(in crate::stop) fn was_asked_together(enclosure: &Enclosure, pid: u32, route: Route) -> bool {
    if route == Route::Cgroup {
        return true;
    }
    let raw = i32::try_from(pid).ok().and_then(Pid::from_raw);
    enclosure.has_in_group(pid) && raw.is_some_and(|pid| test_kill_process(pid) != Err(Errno::PERM))
}

/// Those in an enclosure who are to be left alone; `None` where a walk must find them. Whoever is in a group and comes from
/// nobody in it has put himself there.
pub(in crate::stop) fn spared_in(enclosure: &Enclosure) -> Option<Vec<(ProcessId, Protection)>> {
    // Where the system tells nothing of its processes, the walk says so before anything is done.
    if enclosure.is_closed() || handle::one(std::process::id()).is_none() {
        return None;
    }
    let is_in_it = |pid| enclosure.has_in_group(pid) && enclosure.leader().owns_group();
    let in_it = spared().into_iter().filter(|(pid, _)| is_in_it(*pid));
    Some(
        in_it
            .filter_map(|(pid, why)| Some((ProcessId::new(pid)?, why)))
            .collect(),
    )
}
