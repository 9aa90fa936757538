//! What a plan would do, without doing it.

use crate::Signal;

use super::plan::Stage;
use super::route::{Attempt, Route};
use super::sys::Manner;
use super::{Plan, Target};

/// What one stage of a plan would do to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StagePreview {
    /// The stage.
    pub stage: Stage,
    /// The routes in the order in which they would be tried, each with whether it is open now, and who else would hear it.
    pub attempts: Vec<Attempt>,
}

impl StagePreview {
    /// The route that the request would take: the first that is open.
    pub fn route(&self) -> Option<Route> {
        self.attempts
            .iter()
            .find(|attempt| attempt.result.is_ok())
            .map(|attempt| attempt.route)
    }

    /// What would be sent.
    pub fn signal(&self) -> Signal {
        self.stage.signal
    }
}

impl Plan {
    /// What each stage would do to this process, as things stand now. Nothing is sent.
    ///
    /// On Unix the system is asked whether we may send (signal 0 of `kill(2)`). On Windows it is looked whether the process
    /// listens to bowout's event, the service control manager is asked about it, and a helper looks for its windows and attaches
    /// to its console for a moment to read who else is on it.
    pub fn preview(&self, target: &Target) -> Vec<StagePreview> {
        let preview = |stage: &Stage| StagePreview {
            stage: *stage,
            attempts: target.attempt(stage.signal, Manner::Preview),
        };
        self.stages().iter().map(preview).collect()
    }
}
