//! `sigwait(3)`, with an alarm for the moment: macOS and OpenBSD have no `sigtimedwait`, and `libc` has none for illumos.

use std::time::{Duration, Instant};

use super::signals::{self, Received};

/// What an alarm takes at most, well within every system's limit; whoever waits longer is woken, and waits on.
const LONGEST: Duration = Duration::from_secs(1_000_000);

/// Nothing is told of a signal but its number.
pub(super) const ORIGIN_IS_TOLD: bool = false;

/// The next signal that comes, or `None` when the moment has come (or perhaps a little earlier).
pub(super) fn next(until: Option<Instant>) -> Option<Received> {
    if let Some(until) = until {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        set_alarm(left.clamp(Duration::from_micros(1), LONGEST));
    }
    let mut number = 0;
    // SAFETY: it reads the set and writes the number.
    let error = unsafe { libc::sigwait(&signals::all(), &mut number) };
    if until.is_some() {
        set_alarm(Duration::ZERO);
    }
    // One that somebody has sent is passed on, unless it comes in the very moment that ours does.
    let is_ours = number == libc::SIGALRM && until.is_some_and(|until| Instant::now() >= until);
    (error == 0 && !is_ours).then_some(Received {
        number,
        from_kernel: false,
    })
}

fn set_alarm(left: Duration) {
    let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let alarm = libc::itimerval {
        it_interval: zero,
        it_value: libc::timeval {
            tv_sec: libc::time_t::try_from(left.as_secs()).unwrap_or(libc::time_t::MAX),
            // Less than a million, which every system has room for.
            tv_usec: left.subsec_micros() as libc::suseconds_t,
        },
    };
    // SAFETY: it reads the struct; the null pointer means that the old one is not asked for.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &alarm, std::ptr::null_mut()) };
}
