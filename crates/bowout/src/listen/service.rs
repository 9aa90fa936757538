//! A program that runs as a Windows service.

use std::fmt;
use std::io;

use super::install::{Builder, ListenError};
use super::shutdown::Shutdown;
use super::sys;

impl Builder {
    /// Begins to listen as the service that Windows' service control manager has started this process for. Call it early in
    /// `main`: the manager waits half a minute for it
    /// ([StartServiceCtrlDispatcherW](https://learn.microsoft.com/en-us/windows/win32/api/winsvc/nf-winsvc-startservicectrldispatcherw)).
    ///
    /// From here on the program is one like any other: it does its work in `main`, and leaves by one of the ways that a
    /// [`Shutdown`] has. Meanwhile bowout speaks with the manager:
    ///
    /// - The service is *running* when this returns. It accepts stop, shutdown and preshutdown, as far as the builder does not
    ///   say otherwise; they arrive as [`Trigger::ServiceStop`](super::Trigger::ServiceStop),
    ///   [`SystemShutdown`](super::Trigger::SystemShutdown) and [`Preshutdown`](super::Trigger::Preshutdown).
    /// - It is *stop pending* as soon as there is a request, whoever made it. Each cleanup and each piece of
    ///   [work](super::Handle::work) that ends is a new checkpoint, and what is left of the grace period is the wait hint.
    /// - It has *stopped* when the program leaves: with the exit code 0 by [`Shutdown::leave`], and by the end of the
    ///   [`Shutdown`] at the end of `main`; with the program's own as the service-specific code by [`Shutdown::exit`]; with
    ///   `ERROR_PROCESS_ABORTED` (1067) when it runs out of time. Only `std::process::exit`, an abort and a crash tell the manager
    ///   nothing, and it takes them for a failure.
    ///
    /// Only one service can live in the process (`SERVICE_WIN32_OWN_PROCESS`), and it cannot be paused. It is installed by
    /// `sc.exe create NAME binPath= PATH`, or an installer.
    ///
    /// ```no_run
    /// use bowout::listen::{Builder, ServiceError};
    ///
    /// let builder = Builder::new();
    /// let shutdown = match builder.clone().listen_as_service() {
    ///     Err(ServiceError::NotAService) => builder.listen()?, // started by hand, or on another system
    ///     started => started?,
    /// };
    /// shutdown.wait();
    /// shutdown.leave()
    /// # ; Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ServiceError::NotAService`] where nobody has started this process as a service, as on every system but Windows.
    /// Otherwise why it cannot be one; then the manager is told that the service has stopped.
    pub fn listen_as_service(self) -> Result<Shutdown, ServiceError> {
        sys::start_service()?;
        match self.listen() {
            Ok(shutdown) => {
                sys::tell_running();
                Ok(shutdown)
            }
            Err(error) => {
                sys::tell_stopped(1);
                Err(ServiceError::Listen(error))
            }
        }
    }
}

/// Why the program cannot run as a service.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// It was not started as one: [listen](Builder::listen) as any other program does.
    NotAService,
    /// It cannot listen.
    Listen(ListenError),
    /// The service control manager refused.
    System(io::Error),
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServiceError::NotAService => f.write_str(
                "this process was not started by a service control manager: let it listen as a plain program",
            ),
            ServiceError::Listen(error) => error.fmt(f),
            ServiceError::System(error) => write!(f, "cannot become a service: {error}"),
        }
    }
}

impl std::error::Error for ServiceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ServiceError::NotAService => None,
            ServiceError::Listen(error) => error.source(),
            ServiceError::System(error) => Some(error),
        }
    }
}
