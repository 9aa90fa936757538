//! The exit codes, all in this one place, and how they follow from what happened.

/// Everything that was asked for is done.
pub(crate) const DONE: u8 = 0;
/// Nothing matched: every process was gone already.
pub(crate) const NO_MATCH: u8 = 1;
/// The command line makes no sense here. Nothing was touched.
pub(crate) const USAGE: u8 = 2;
/// Someone is still alive, and nobody was stopped; or a signal reached nobody.
pub(crate) const ALIVE: u8 = 3;
/// All are stopped, but force was needed, and `--fail-if-forced` was given.
pub(crate) const FORCED: u8 = 4;
/// Some are stopped and some are not.
pub(crate) const PARTIAL: u8 = 64;
/// bowout itself failed: the system did not let it wait.
pub(crate) const FAILED: u8 = 125;

/// What became of one process, as far as the exit code is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was there, and is gone without force.
    Stopped,
    /// It was there, and is gone by force.
    Forced,
    /// It was not there to begin with, or had exited and only waited to be reaped.
    Missing,
    /// It is there still.
    Alive,
}

/// What `--fail-if-forced` makes of force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    /// Gone is gone.
    IsSuccess,
    /// [`FORCED`].
    IsFailure,
}

/// The exit code of `stop`. Whoever was gone before is no failure as long as anyone was there to be stopped.
pub(crate) fn of_stop(fates: &[Fate], force: Force) -> u8 {
    let has = |fate| fates.contains(&fate);
    let stopped = has(Fate::Stopped) || has(Fate::Forced);
    match (stopped, has(Fate::Alive)) {
        (true, true) => PARTIAL,
        (false, true) => ALIVE,
        (false, false) => NO_MATCH,
        (true, false) if has(Fate::Forced) && force == Force::IsFailure => FORCED,
        (true, false) => DONE,
    }
}

/// What became of one signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It was sent.
    Sent,
    /// There was nobody to send it to.
    Missing,
    /// There was, but it could not be sent.
    Failed,
}

/// The exit code of `signal`: here one that was missed counts, as nobody got what it was to get.
pub(crate) fn of_signal(deliveries: &[Delivery]) -> u8 {
    let has = |delivery| deliveries.contains(&delivery);
    match (has(Delivery::Sent), has(Delivery::Failed), has(Delivery::Missing)) {
        (true, false, false) => DONE,
        (true, _, _) => PARTIAL,
        (false, true, _) => ALIVE,
        (false, false, _) => NO_MATCH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_all_decides() {
        use Fate::{Alive, Forced, Missing, Stopped};
        let cases: [(&[Fate], u8); 10] = [
            (&[Stopped], DONE),
            (&[Stopped, Forced], DONE),
            (&[Stopped, Missing], DONE),
            (&[Missing], NO_MATCH),
            (&[Missing, Missing], NO_MATCH),
            (&[Alive], ALIVE),
            (&[Missing, Alive], ALIVE),
            (&[Stopped, Alive], PARTIAL),
            (&[Forced, Alive], PARTIAL),
            (&[Stopped, Missing, Alive], PARTIAL),
        ];
        for (fates, code) in cases {
            assert_eq!(of_stop(fates, Force::IsSuccess), code, "{fates:?}");
        }
    }

    #[test]
    fn force_is_a_failure_only_where_that_was_asked_for_and_nobody_is_left() {
        use Fate::{Alive, Forced, Stopped};
        assert_eq!(of_stop(&[Stopped, Forced], Force::IsFailure), FORCED);
        assert_eq!(of_stop(&[Stopped], Force::IsFailure), DONE);
        assert_eq!(of_stop(&[Forced, Alive], Force::IsFailure), PARTIAL);
    }

    #[test]
    fn a_signal_that_missed_one_is_partial() {
        use Delivery::{Failed, Missing, Sent};
        assert_eq!(of_signal(&[Sent, Sent]), DONE);
        assert_eq!(of_signal(&[Sent, Missing]), PARTIAL);
        assert_eq!(of_signal(&[Sent, Failed]), PARTIAL);
        assert_eq!(of_signal(&[Missing, Failed]), ALIVE);
        assert_eq!(of_signal(&[Missing]), NO_MATCH);
    }
}
