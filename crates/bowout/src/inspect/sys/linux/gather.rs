//! What the threads of a process come to together. A pure core.

use crate::inspect::{SignalSet, Signals};

/// What one thread does about signals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread {
    /// As the kernel tells it: without what the thread waits for, while it waits.
    pub(super) blocked: SignalSet,
    pub(super) pending: SignalSet,
    /// What it waits for at this moment; `None` where that is not told.
    pub(super) awaited: Option<SignalSet>,
}

/// What holds for the whole process.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shared {
    pub(super) caught: SignalSet,
    pub(super) ignored: SignalSet,
    pub(super) pending: SignalSet,
    pub(super) signalfd: Option<SignalSet>,
}

/// From what holds for the whole process, and from its living threads.
pub(super) fn gather(shared: Shared, threads: &[Thread]) -> Signals {
    // What some thread takes for sure; what some thread takes or waits for; what some thread waits for.
    let (mut taken, mut doubtful, mut awaited) = (0, 0, Some(0));
    for thread in threads {
        match thread.awaited {
            Some(SignalSet(waits)) => taken |= !(thread.blocked.0 | waits),
            None => doubtful |= !thread.blocked.0,
        }
        awaited = awaited.zip(thread.awaited).map(|(all, one)| all | one.0);
    }
    let perhaps_awaited = doubtful & !taken;
    let pending = threads
        .iter()
        .fold(shared.pending.0, |all, thread| all | thread.pending.0);
    Signals {
        caught: shared.caught,
        ignored: shared.ignored,
        blocked: SignalSet(!(taken | perhaps_awaited)),
        pending: SignalSet(pending),
        signalfd: shared.signalfd,
        sigwait: awaited.map(SignalSet),
        perhaps_awaited: SignalSet(perhaps_awaited),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Signal;

    const TERM: &[Signal] = &[Signal::Term];

    fn set(signals: &[Signal]) -> SignalSet {
        signals.iter().copied().collect()
    }

    fn thread(blocked: &[Signal], awaited: Option<&[Signal]>) -> Thread {
        Thread {
            blocked: set(blocked),
            pending: SignalSet::default(),
            awaited: awaited.map(set),
        }
    }

    fn together(threads: &[Thread]) -> Signals {
        gather(Shared::default(), threads)
    }

    #[test]
    fn a_signal_is_blocked_if_every_thread_blocks_it() {
        let all = together(&[thread(TERM, Some(&[])), thread(&[Signal::Term, Signal::Int], Some(&[]))]);
        assert!(all.blocked.contains(Signal::Term) && !all.blocked.contains(Signal::Int));
        let one = together(&[thread(TERM, Some(&[])), thread(&[], Some(&[]))]);
        assert!(!one.blocked.contains(Signal::Term));
    }

    #[test]
    fn what_a_thread_waits_for_is_blocked_though_the_kernel_says_otherwise() {
        let waits = together(&[thread(TERM, Some(&[])), thread(&[], Some(TERM))]);
        assert!(waits.blocked.contains(Signal::Term) && !waits.blocked.contains(Signal::Int));
        assert_eq!(waits.sigwait, Some(set(TERM)));
    }

    #[test]
    fn what_a_thread_may_be_waiting_for_is_open_only_if_another_takes_it() {
        let doubtful = together(&[thread(TERM, Some(&[])), thread(&[], None)]);
        assert!(doubtful.perhaps_awaited.contains(Signal::Term) && !doubtful.blocked.contains(Signal::Term));
        assert!(
            !doubtful.perhaps_awaited.contains(Signal::Int),
            "the first thread takes it"
        );
        assert_eq!(doubtful.sigwait, None);
        let blocked = together(&[thread(TERM, None)]);
        assert!(blocked.blocked.contains(Signal::Term) && !blocked.perhaps_awaited.contains(Signal::Term));
    }
}
