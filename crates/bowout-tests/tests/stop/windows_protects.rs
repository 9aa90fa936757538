//! Whom bowout leaves alone on Windows.

use bowout::stop::{OpenError, ProcessId, Protection, Target};
use bowout_tests::skip;
use windows_sys::Win32::Foundation::{CloseHandle, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};

/// The number of a process of this program.
fn pid_of(program: &str) -> Option<u32> {
    let mut entry = PROCESSENTRY32W {
        dwSize: size_of::<PROCESSENTRY32W>() as u32,
        ..PROCESSENTRY32W::default()
    };
    // SAFETY: the handle is checked, and closed once; the place has its size written into it.
    unsafe {
        let snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
        assert_ne!(snapshot, INVALID_HANDLE_VALUE);
        let mut more = Process32FirstW(snapshot, &mut entry);
        let mut found = None;
        while more != 0 && found.is_none() {
            let name = String::from_utf16_lossy(&entry.szExeFile);
            let is_it = name.trim_end_matches('\0').eq_ignore_ascii_case(program);
            found = is_it.then_some(entry.th32ProcessID);
            more = Process32NextW(snapshot, &mut entry);
        }
        CloseHandle(snapshot);
        found
    }
}

/// The numbers are only opened, and nothing is sent.
#[test]
fn the_programs_that_hold_the_system_up() {
    let Some(pid) = pid_of("services.exe") else {
        return skip("there is no service control manager");
    };
    match Target::open(ProcessId::new(pid).expect("a number")).unwrap_err() {
        OpenError::Protected { why, .. } => assert_eq!(why, Protection::Critical),
        // Who may not even look at it learns no more.
        other => assert!(matches!(other, OpenError::PermissionDenied { .. }), "{other:?}"),
    }
}
