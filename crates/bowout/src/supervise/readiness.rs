//! What a program says when it has started.

/// How the main process says that it is ready. What becomes of that is the same either way: [`Happening::Ready`] is told, and
/// then this process's own supervisor, where `NOTIFY_SOCKET` names one, gets `READY=1`.
///
/// A main process that ends before has never been ready; its status is passed on as always. On Windows this is
/// [an error](super::SuperviseError::ReadinessUnsupported), and on illumos.
///
/// ```no_run
/// use bowout::supervise::{Happening, Readiness, Supervisor};
///
/// let server = Supervisor::new("/usr/bin/server").ready(Readiness::Notify);
/// let ended = server.run_and_tell(&mut |happening| {
///     if happening == Happening::Ready {
///         println!("the server takes requests");
///     }
/// })?;
/// # let _ = ended;
/// # Ok::<(), bowout::supervise::SuperviseError>(())
/// ```
///
/// [`Happening::Ready`]: super::Happening::Ready
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Readiness {
    /// By `READY=1`, sent to the socket that it finds in `NOTIFY_SOCKET`
    /// ([sd_notify(3)](https://man7.org/linux/man-pages/man3/sd_notify.3.html)).
    ///
    /// The socket is one of this process's own, and every message is passed on from there, in this process's name: systemd takes
    /// none from anybody but the process that it has started itself (`NotifyAccess=main`,
    /// [systemd.service(5)](https://man7.org/linux/man-pages/man5/systemd.service.5.html)). Descriptors (`FDSTORE=1`,
    /// `BARRIER=1`) go with their message, or are closed where there is no supervisor. `MAINPID` and its like are kept back: the
    /// service's main process is this one, and stays it. A message of more than 4,096 bytes, which systemd does not take, is not
    /// passed on. `READY=1` waits up to 5 seconds for a supervisor that does not read, and nothing else waits.
    ///
    /// A `WATCHDOG_PID` that means this process is taken out of the main process's environment, so that it pings.
    ///
    /// Who may send: on Linux, where the socket is an abstract one, whoever is below this process, its own user, and root;
    /// a program in another network namespace does not reach it. Elsewhere it is a file in a folder of its own in the folder for
    /// temporary files, for this process's own user and root.
    Notify,
    /// By a line end, written to this descriptor, as s6 has it
    /// ([notification-fd](https://skarnet.org/software/s6/notifywhenup.html)). It is 3 or more and below the limit of open
    /// files. What this process has there itself is not passed on. Closed without a line end, nobody will ever be ready.
    Descriptor(u32),
}
