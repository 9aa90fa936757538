//! A program with a window that knows nothing of bowout (Windows). It is not the actor, which must not load user32.
//!
//! ```text
//!     windowed visible     closes when it is asked to, with code 7
//!     windowed hidden      takes no notice of that; leaves at Ctrl-C, with code 7
//! ```

#[cfg(windows)]
#[path = "windowed/windows.rs"]
mod os;

fn main() {
    #[cfg(windows)]
    os::main();
}
