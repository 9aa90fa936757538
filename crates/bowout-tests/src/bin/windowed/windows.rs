use std::ptr::{null, null_mut};

use windows_sys::Win32::System::Console::{CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DispatchMessageW, GetMessageW, KillTimer, MSG, SetTimer, WM_CLOSE, WM_TIMER, WS_OVERLAPPEDWINDOW,
    WS_VISIBLE,
};
use windows_sys::core::w;

/// Longer than any test waits.
const LIFETIME_MS: u32 = 120_000;

pub(crate) fn main() {
    let is_visible = std::env::args().nth(1).as_deref() == Some("visible");
    // SAFETY: the handler writes a line and ends the process.
    let ok = unsafe { SetConsoleCtrlHandler(Some(on_event), 1) };
    assert_ne!(ok, 0, "SetConsoleCtrlHandler: {}", std::io::Error::last_os_error());
    let style = WS_OVERLAPPEDWINDOW | if is_visible { WS_VISIBLE } else { 0 };
    // SAFETY: the names end in NUL, and the class is one of the system's own; null means no owner, menu, module or parameter.
    let window = unsafe {
        let (class, title) = (w!("Static"), w!("of a test"));
        CreateWindowExW(
            0,
            class,
            title,
            style,
            0,
            0,
            9,
            9,
            null_mut(),
            null_mut(),
            null_mut(),
            null(),
        )
    };
    if window.is_null() {
        println!("no window: {}", std::io::Error::last_os_error());
        return;
    }
    println!("window");
    let mut message = MSG::default();
    // SAFETY: the place is ours, and the window and its timer this thread's.
    unsafe {
        let timer = SetTimer(window, 1, LIFETIME_MS, None);
        while GetMessageW(&mut message, null_mut(), 0, 0) > 0 {
            match message.message {
                WM_CLOSE if is_visible => leave("heard WM_CLOSE"),
                WM_CLOSE => println!("took no notice"),
                WM_TIMER if message.wParam == timer => break,
                _ => {
                    DispatchMessageW(&message);
                }
            }
        }
        KillTimer(window, timer);
    }
}

unsafe extern "system" fn on_event(event: u32) -> i32 {
    if event == CTRL_C_EVENT {
        leave("heard Ctrl-C");
    }
    0
}

fn leave(why: &str) -> ! {
    println!("{why}");
    std::process::exit(7)
}
