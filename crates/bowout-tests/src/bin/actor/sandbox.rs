//! What a sandbox takes from a program on Linux.

use std::io;

/// As on a kernel before 5.3: a filter lets `pidfd_open` fail with ENOSYS, here and in the children.
pub fn forbid_pidfd() {
    forbid(libc::SYS_pidfd_open, None, libc::ENOSYS);
    // SAFETY: pidfd_open(2) takes two numbers.
    let forbidden = unsafe { libc::syscall(libc::SYS_pidfd_open, std::process::id(), 0) };
    assert_eq!(
        (forbidden, io::Error::last_os_error().raw_os_error()),
        (-1, Some(libc::ENOSYS))
    );
}

/// A list of calls that is older than `pidfd_send_signal`, with the answer that many sandboxes give.
pub fn forbid_signals_by_pidfd() {
    forbid(libc::SYS_pidfd_send_signal, None, libc::EPERM);
}

/// Nobody from here on can adopt orphans.
pub fn forbid_to_adopt() {
    forbid(libc::SYS_prctl, Some(libc::PR_SET_CHILD_SUBREAPER), libc::EPERM);
}

/// Has a call fail, or only with this first argument, here and in the children.
fn forbid(call: libc::c_long, argument: Option<libc::c_int>, errno: libc::c_int) {
    let load = |offset| step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, offset);
    // Goes on if it is the same, and else past so many steps.
    let is = |number, past| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, past, number);
    let end = |what| step(libc::BPF_RET | libc::BPF_K, 0, what);
    // struct seccomp_data: the call's number, and the low half of the first argument.
    let mut filter = match argument {
        None => vec![load(0), is(call as u32, 1)],
        Some(argument) => vec![load(0), is(call as u32, 3), load(16), is(argument as u32, 1)],
    };
    filter.push(end(libc::SECCOMP_RET_ERRNO | errno as u32));
    filter.push(end(libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program lies in `filter` for the length of the call, and the kernel checks and copies it: seccomp(2).
    let result = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program)
    };
    assert_eq!(result, 0, "seccomp: {}", io::Error::last_os_error());
}

fn step(code: u32, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf,
        k,
    }
}
