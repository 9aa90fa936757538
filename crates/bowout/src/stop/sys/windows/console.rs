//! Consoles, and the events that reach everybody on one.

use std::io;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{FALSE, TRUE};
use windows_sys::Win32::System::Console::{
    AttachConsole, CTRL_BREAK_EVENT, CTRL_C_EVENT, FreeConsole, GenerateConsoleCtrlEvent, SetConsoleCtrlHandler,
};
use windows_sys::core::BOOL;

use super::check;

/// Goes to the console of that process, and is deaf there. For helpers only: the console that this process had is gone, and
/// so are its control handlers ([AttachConsole](https://learn.microsoft.com/windows/console/attachconsole),
/// [FreeConsole](https://learn.microsoft.com/windows/console/freeconsole)).
pub(super) fn attach(pid: u32) -> io::Result<()> {
    // SAFETY: no call touches memory. A helper has no console; one that was given one all the same leaves it here.
    unsafe {
        FreeConsole();
        check(AttachConsole(pid))?;
        // Only now: attaching empties the list of handlers.
        check(SetConsoleCtrlHandler(Some(deaf), TRUE))
    }
}

unsafe extern "system" fn deaf(_event: u32) -> BOOL {
    TRUE
}

/// Ctrl-C to everybody on our console: it knows no groups.
pub(super) fn send_ctrl_c() -> io::Result<()> {
    // SAFETY: the call takes two numbers; group 0 is everybody.
    check(unsafe { GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) })
}

/// Ctrl-Break to those of a process group that are on our console. The caller knows that it is a group.
pub(super) fn send_ctrl_break(group: u32) -> io::Result<()> {
    // SAFETY: the call takes two numbers.
    check(unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, group) })
}

/// The Ctrl-C that this process sends itself, together with others on its console.
static OWN: Mutex<Own> = Mutex::new(Own {
    sending: 0,
    until: None,
});

struct Own {
    /// How many are just being sent.
    sending: u32,
    /// Until when one that was sent may still arrive.
    until: Option<Instant>,
}

/// How long the system has to hand it round: not long, for the next one may be a person's.
const HANDED_ROUND: Duration = Duration::from_secs(2);

/// Puts a handler beneath all that come later: the newest is called first, so ours is called when nobody else took the event.
pub(super) fn guard_beneath_all() {
    static ONCE: Once = Once::new();
    // SAFETY: the handler is a function of this program. Should it not be registered, Ctrl-C does what it always did.
    ONCE.call_once(|| unsafe { drop(check(SetConsoleCtrlHandler(Some(survive), TRUE))) });
}

/// Sends a Ctrl-C that may come to this process too, and does not end it. `reached_us` says whether it comes.
pub(super) fn survive_own_ctrl_c<T>(send: impl FnOnce() -> T, reached_us: impl FnOnce(&T) -> bool) -> T {
    own().sending += 1;
    let result = send();
    let mut own = own();
    own.sending -= 1;
    if reached_us(&result) {
        own.until = Some(Instant::now() + HANDED_ROUND);
    }
    result
}

fn own() -> MutexGuard<'static, Own> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The system calls it on a thread of its own, as any function.
unsafe extern "system" fn survive(event: u32) -> BOOL {
    if event != CTRL_C_EVENT {
        return FALSE;
    }
    let own = own();
    BOOL::from(own.sending > 0 || own.until.is_some_and(|until| Instant::now() < until))
}
