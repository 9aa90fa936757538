//! Windows: which routes are open tells of the console, the windows, the services and the cooperative event; the handle of the
//! process tells the rest.

use std::fmt::Display;
use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::ptr::null_mut;

use windows_sys::Win32::System::JobObjects::IsProcessInJob;
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::SystemInformation::{
    IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64, IMAGE_FILE_MACHINE_ARMNT, IMAGE_FILE_MACHINE_I386,
};
use windows_sys::Win32::System::Threading::{PROCESS_QUERY_INFORMATION, PROCESS_QUERY_LIMITED_INFORMATION};

use crate::Signal;
use crate::inspect::Untold;
use crate::inspect::family::Kin;
use crate::inspect::inspection::{Console, Integrity, TopLevelWindow, Windows};
use crate::stop::sys::os::{
    Seen, console_of, integrity_level, is_console_host, machine_of, service_names, windows_of, without_extension,
};
use crate::stop::{self, Attempt, NotSent, Plan, ProcessId, Protection, Reached, Route, Target};
use crate::sys::call::{check, raw};
use crate::sys::process;

use super::Look;

/// Whether one that has exited and was not waited for may still be looked at.
pub(in crate::inspect) const SHOWS_THE_DEAD: bool = false;

/// Every process of the machine. The start times of those whom we may not open are not told.
pub(in crate::inspect) fn everybody() -> io::Result<Vec<Kin>> {
    let started = |pid| process::created(process::open(pid, PROCESS_QUERY_LIMITED_INFORMATION).ok()?.as_handle()).ok();
    let kin = |entry: process::Entry| {
        Some(Kin {
            id: ProcessId::new(entry.pid)?.with_start(started(entry.pid)),
            name: Some(without_extension(&entry.program).to_owned()),
            parent: entry.parent,
            group: None,
            is_console_host: is_console_host(entry.pid, &entry.program),
        })
    };
    Ok(process::all()?.into_iter().filter_map(kin).collect())
}

pub(in crate::inspect) fn look(pid: u32, target: Option<&Target>) -> Look {
    let attempts = target.map_or(Vec::new(), |target| routes(target.id()));
    let mut untold = Vec::new();
    let handle = process::open(pid, PROCESS_QUERY_LIMITED_INFORMATION);
    let handle = told(&mut untold, "its job, architecture and integrity", handle);
    let handle = handle.as_ref().map(OwnedHandle::as_handle);
    let integrity = handle.and_then(|handle| told(&mut untold, "its integrity", integrity_level(raw(handle))));
    let windows = Windows {
        console: told(&mut untold, "its console", console(target)),
        windows: told(&mut untold, "its windows", windows(target)),
        cooperative_event: cooperative_event(&attempts),
        services: told(&mut untold, "its services", service_names(pid)),
        in_job: handle.and_then(|handle| told(&mut untold, "its job", is_in_job(pid, handle))),
        architecture: handle.and_then(machine_of).map(architecture),
        integrity: integrity.map(Integrity),
        session: told(&mut untold, "its user session", session(pid)),
    };
    let found = ProcessId::new(pid).map(stop::found);
    let (name, command_line) = found.map_or((None, None), |found| (found.name, found.command_line));
    Look {
        name,
        command_line,
        windows: Some(windows),
        untold,
        ..Look::default()
    }
}

fn told<T, E: Display>(untold: &mut Vec<Untold>, what: &'static str, answer: Result<T, E>) -> Option<T> {
    answer.map_err(|why| untold.push(Untold::new(what, why))).ok()
}

/// Each route of TERM, with nobody to be spared: who else is on the console is to be seen whoever it is.
fn routes(id: ProcessId) -> Vec<Attempt> {
    let spared = [
        Protection::OwnProcess,
        Protection::Ancestor,
        Protection::Critical,
        Protection::SharedServiceHost,
    ];
    let opened = spared
        .into_iter()
        .fold(Target::options(), |options, one| options.allow(one))
        .open(id);
    let preview = |target| Plan::new(Signal::Term).preview(&target).into_iter().next();
    opened.ok().and_then(preview).map_or(Vec::new(), |stage| stage.attempts)
}

fn result(attempts: &[Attempt], route: Route) -> Result<Reached, NotSent> {
    let attempt = attempts.iter().find(|attempt| attempt.route == route);
    attempt.map_or(Err(NotSent::Exited), |attempt| attempt.result.clone())
}

fn console(target: Option<&Target>) -> Result<Console, NotSent> {
    match console_of(target.ok_or(NotSent::Exited)?) {
        Ok(others) => Ok(Console::SharedWith(others)),
        Err(NotSent::NoConsole) => Ok(Console::None),
        Err(why) => Err(why),
    }
}

fn windows(target: Option<&Target>) -> Result<Vec<TopLevelWindow>, NotSent> {
    let window = |Seen { title, visible }| TopLevelWindow {
        title,
        is_visible: visible,
    };
    let seen = windows_of(target.ok_or(NotSent::Exited)?)?;
    Ok(seen.into_iter().map(window).collect())
}

fn cooperative_event(attempts: &[Attempt]) -> Option<bool> {
    match result(attempts, Route::CooperativeEvent) {
        // It is there, and not ours to set.
        Ok(_) | Err(NotSent::PermissionDenied) => Some(true),
        Err(NotSent::NotListening) => Some(false),
        Err(_) => None,
    }
}

/// [IsProcessInJob](https://learn.microsoft.com/windows/win32/api/jobapi/nf-jobapi-isprocessinjob): any job.
fn is_in_job(pid: u32, handle: BorrowedHandle<'_>) -> io::Result<bool> {
    // The lesser right is enough, but not to Wine; the greater one is not always to be had.
    let greater = process::open(pid, PROCESS_QUERY_INFORMATION).ok();
    let handle = greater.as_ref().map_or(handle, OwnedHandle::as_handle);
    let mut inside = 0;
    // SAFETY: the handle is open for the length of the call, null is any job, and the place is ours.
    check(unsafe { IsProcessInJob(raw(handle), null_mut(), &mut inside) })?;
    Ok(inside != 0)
}

fn session(pid: u32) -> io::Result<u32> {
    let mut session = 0;
    // SAFETY: the place is ours.
    check(unsafe { ProcessIdToSessionId(pid, &mut session) })?;
    Ok(session)
}

fn architecture(machine: u16) -> String {
    match machine {
        IMAGE_FILE_MACHINE_AMD64 => "x86-64".to_owned(),
        IMAGE_FILE_MACHINE_I386 => "x86".to_owned(),
        IMAGE_FILE_MACHINE_ARM64 => "ARM64".to_owned(),
        IMAGE_FILE_MACHINE_ARMNT => "ARM".to_owned(),
        other => format!("{other:#x}"),
    }
}
