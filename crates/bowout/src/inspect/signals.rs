//! What a process does about signals.

use std::fmt;

use crate::Signal;
use crate::signal::Os;

/// A set of signals, as the system keeps one for each process and thread.
///
/// ```
/// use bowout::Signal;
/// use bowout::inspect::SignalSet;
///
/// let set: SignalSet = [Signal::Term, Signal::Int].into_iter().collect();
/// assert!(set.contains(Signal::Term) && !set.contains(Signal::Hup));
/// assert_eq!(set.to_string(), "INT TERM");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SignalSet(
    /// Bit 0 is the signal with the number 1.
    pub(super) u64,
);

impl SignalSet {
    /// Whether the signal is in it. One that this system does not have is in none.
    pub fn contains(self, signal: Signal) -> bool {
        self.0 & bit(signal) != 0
    }

    /// Whether it has no signal at all.
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// The signals in it, by their numbers. Those without a name, which the C library keeps to itself, are left out.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        (1..=64)
            .filter(move |number| self.0 >> (number - 1) & 1 == 1)
            .filter_map(|number| Signal::from_number(number).ok())
    }
}

impl FromIterator<Signal> for SignalSet {
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> SignalSet {
        SignalSet(signals.into_iter().map(bit).fold(0, |bits, bit| bits | bit))
    }
}

/// Windows has no numbers: those of Linux stand in, as they do where signals are parsed.
fn bit(signal: Signal) -> u64 {
    let number = match Os::CURRENT {
        Some(Os::Windows) => signal.number_on(Os::Linux),
        _ => signal.number(),
    };
    let number = number.and_then(|number| u32::try_from(number).ok());
    number
        .and_then(|number| 1_u64.checked_shl(number.checked_sub(1)?))
        .unwrap_or(0)
}

/// The names with a blank between two, in the order of the numbers.
impl fmt::Display for SignalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.iter().map(Signal::name).collect();
        f.pad(&names.join(" "))
    }
}

/// What a process does about signals: what all its threads come to together.
///
/// ```
/// use bowout::inspect::inspect;
/// use bowout::stop::ProcessId;
///
/// let own = inspect(ProcessId::own())?;
/// if let Some(signals) = own.signals {
///     println!("catches {}, ignores {}", signals.caught, signals.ignored);
/// }
/// # Ok::<(), bowout::stop::OpenError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signals {
    /// Those that have a handler.
    pub caught: SignalSet,
    /// Those that are ignored on request. What the system ignores by itself, such as CHLD, is not among them.
    pub ignored: SignalSet,
    /// Those that every thread keeps out. One that a thread waits for by `sigwait` is among them, although the kernel says
    /// otherwise while it waits.
    pub blocked: SignalSet,
    /// Those that were sent and not taken yet, by the process or a thread of it.
    pub pending: SignalSet,
    /// Those that are read from a [signalfd(2)](https://man7.org/linux/man-pages/man2/signalfd.2.html); `None` where we may
    /// not see the descriptors.
    pub signalfd: Option<SignalSet>,
    /// Those that a thread waits for at this moment, by [sigwaitinfo(2)](https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html)
    /// and its like; `None` where we may not see what some thread waits for.
    pub sigwait: Option<SignalSet>,
    /// Those that are kept out by every thread but such as may be waiting for them.
    pub perhaps_awaited: SignalSet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_prints_in_the_order_of_the_numbers() {
        let set: SignalSet = [Signal::Term, Signal::Hup].into_iter().collect();
        assert_eq!(set.to_string(), "HUP TERM");
        assert!(SignalSet::default().is_empty() && !set.is_empty());
    }

    #[test]
    fn what_is_told_of_a_set_is_in_it() {
        let every: SignalSet = SignalSet(u64::MAX);
        assert!(every.contains(Signal::Term) && every.iter().all(|signal| every.contains(signal)));
        let none_here: SignalSet = [Signal::Break].into_iter().collect();
        assert!(none_here.is_empty());
    }
}
