//! One request to everybody in an enclosure: here only force.

use crate::Signal;
use crate::stop::ProcessId;
use crate::stop::protection::Protection;
use crate::stop::route::Route;
use crate::sys::enclosure::Enclosure;

/// Ends them all at once; `None` for every other request, which goes to each by itself.
pub(in crate::stop) fn ask_together(enclosure: &Enclosure, signal: Signal) -> Option<Route> {
    if signal != Signal::Kill {
        return None;
    }
    enclosure.kill().ok().map(|()| Route::TerminateJob)
}

/// Whether this member was among those who were asked by that route.
pub(in crate::stop) fn was_asked_together(_: &Enclosure, _: u32, route: Route) -> bool {
    route == Route::TerminateJob
}

/// Those in an enclosure who are to be left alone; `None` where a walk must find them.
pub(in crate::stop) fn spared_in(_: &Enclosure) -> Option<Vec<(ProcessId, Protection)>> {
    None
}

#[cfg(test)]
mod tests {
    use std::os::windows::io::AsHandle;
    use std::sync::Arc;
    use std::time::Duration;

    use crate::stop::{Event, Next, Plan, ProcessId, Stopping, Target, Tree};
    use crate::sys::enclosure::{Enclosure, OnClose};

    use super::super::survey::tests::sleeper;

    /// TerminateJobObject ends who is in the job at that moment.
    #[test]
    fn who_comes_into_a_job_behind_its_end_is_ended_too() {
        let enclosure = Arc::new(Enclosure::new(OnClose::LeaveRunning).unwrap());
        let mut first = sleeper();
        enclosure.assign(first.as_handle()).unwrap();
        let root = Target::open(ProcessId::from(&first)).unwrap();
        let plan: Plan = "KILL/2s".parse().unwrap();
        let mut stopping = Stopping::begin([Tree::enclosed(root, Arc::clone(&enclosure))], &plan).unwrap();
        let Next::Event(Event::Step { .. }) = stopping.next(Duration::MAX).unwrap() else {
            panic!()
        };
        let mut late = sleeper();
        enclosure.assign(late.as_handle()).unwrap();
        let reports = stopping.finish().unwrap();
        let told: Vec<String> = reports
            .iter()
            .map(|report| format!("{report} {:?}", report.steps))
            .collect();
        let ended = late.try_wait().unwrap();
        let _ = late.kill();
        let _ = (late.wait(), first.wait());
        assert!(ended.is_some(), "{told:#?}");
    }
}
