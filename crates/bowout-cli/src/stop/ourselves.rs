//! `--allow own`: bowout is among those whom it stops.

use bowout::Signal;
use bowout::stop::{self, Plan, ProcessId, Protection, Target};

use crate::open;

/// This very process, which is stopped behind all others: it has to see to them, and to tell of them.
pub(crate) struct Ourselves {
    target: Target,
    pub(crate) tree: Option<ProcessId>,
    signal: Signal,
}

/// Whether that is this very process.
pub(super) fn is(target: &Target) -> bool {
    target.id().pid() == std::process::id()
}

impl Ourselves {
    /// It is asked first what the plan asks first, and there is no second: nobody would be there to wait.
    pub(super) fn new(plan: &Plan, tree: Option<ProcessId>) -> Option<Ourselves> {
        let signal = plan.stages().first()?.signal;
        let target = Target::options().allow(Protection::OwnProcess).open(ProcessId::own());
        target.ok().map(|target| Ourselves { target, tree, signal })
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    pub(crate) fn in_words(&self) -> String {
        let label = open::label(self.target.id(), self.target.name());
        format!("{label}: ends itself now, behind the others, by {}", self.signal)
    }

    /// Ends it. Should the request go nowhere, the end of the program is near all the same.
    pub(super) fn end(self) {
        let _ = stop::signal(&self.target, self.signal);
    }
}
