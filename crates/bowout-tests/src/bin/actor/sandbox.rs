//! What a sandbox takes from a program on Linux.

use std::io;

/// As on a kernel before 5.3: a filter lets `pidfd_open` fail with ENOSYS, here and in the children.
pub fn forbid_pidfd() {
    let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    let number_of_call = 0; // offsetof(struct seccomp_data, nr)
    let no_such_call = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();
    let mut filter = [
        step(
            (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16,
            0,
            0,
            number_of_call,
        ),
        step(
            (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16,
            0,
            1,
            libc::SYS_pidfd_open as u32,
        ),
        step((libc::BPF_RET | libc::BPF_K) as u16, 0, 0, no_such_call),
        step((libc::BPF_RET | libc::BPF_K) as u16, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
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
    // SAFETY: pidfd_open(2) takes two numbers.
    let forbidden = unsafe { libc::syscall(libc::SYS_pidfd_open, std::process::id(), 0) };
    assert_eq!(
        (forbidden, io::Error::last_os_error().raw_os_error()),
        (-1, Some(libc::ENOSYS))
    );
}
