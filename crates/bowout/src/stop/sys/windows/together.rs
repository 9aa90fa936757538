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
