//! Unix: a process group, and on Linux a cgroup around it where it was asked for.

use std::io;
use std::time::Instant;

use rustix::process::Pid;

use super::{Cgroup, Leader, group};

#[derive(Debug)]
pub(crate) struct Enclosure {
    leader: Leader,
    cgroup: Option<Cgroup>,
}

impl Enclosure {
    pub(crate) fn new(leader: Leader, cgroup: Option<Cgroup>) -> Enclosure {
        Enclosure { leader, cgroup }
    }

    pub(crate) fn leader(&self) -> &Leader {
        &self.leader
    }

    pub(crate) fn cgroup(&self) -> Option<&Cgroup> {
        self.cgroup.as_ref()
    }

    /// Whether nobody in it can leave it by itself.
    pub(crate) fn is_closed(&self) -> bool {
        self.cgroup.is_some()
    }

    /// The numbers of the processes that are in it now and have not exited.
    pub(crate) fn members(&self) -> io::Result<Vec<u32>> {
        match &self.cgroup {
            Some(cgroup) => cgroup.members(),
            None => {
                let members = group::members(self.leader.pid())?;
                Ok(if self.leader.owns_group() { members } else { Vec::new() })
            }
        }
    }

    /// Whether this process is in a group of that number, which is this one's if the leader still [owns](Leader::owns_group) it.
    pub(crate) fn has_in_group(&self, pid: u32) -> bool {
        let raw = i32::try_from(pid).ok().and_then(Pid::from_raw);
        // `rustix` knows no group 0, which a process has whose group is of another pid namespace.
        // SAFETY: getpgid(2) takes a number and touches no memory of ours.
        let group = raw.map(|pid| unsafe { libc::getpgid(pid.as_raw_nonzero().get()) });
        group == Some(self.leader.pid().as_raw_nonzero().get())
    }

    /// Asks everybody in the group at once; `ESRCH` where nobody is left. Who has left the group for another one in the same
    /// cgroup is not reached.
    pub(crate) fn signal(&self, number: i32) -> io::Result<()> {
        self.leader.signal_group(number)
    }

    /// Ends everybody in it by force. That nobody is left is no failure.
    pub(crate) fn kill(&self) -> io::Result<()> {
        let group = self.leader.signal_group(libc::SIGKILL);
        match &self.cgroup {
            Some(cgroup) => cgroup.kill(),
            None => judge(group, || self.members()),
        }
    }

    /// Has nobody in it run, where the system can do that, and waits for it, until then at the longest.
    pub(super) fn freeze(&self, until: Instant) -> io::Result<()> {
        // Who is in it himself would hold himself, and nobody would let him go.
        match &self.cgroup {
            Some(cgroup) if !cgroup.contains(std::process::id())? => cgroup.freeze(until),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Has them all go on.
    pub(super) fn thaw(&self) -> io::Result<()> {
        self.cgroup.as_ref().map_or(Ok(()), Cgroup::thaw)
    }

    /// Whether there is something of it that can be removed as soon as the last of those is gone who were killed.
    pub(crate) fn is_ending(&self) -> bool {
        self.cgroup.as_ref().is_some_and(Cgroup::is_ending)
    }

    /// Whether everybody in it has exited.
    pub(crate) fn is_empty(&self) -> io::Result<bool> {
        if let Some(cgroup) = &self.cgroup {
            return cgroup.is_empty();
        }
        // A leader that is not reaped would count as a member. That it is somebody else's to wait for is no news here.
        let _ = self.leader.try_wait();
        if !self.leader.owns_group() {
            return Ok(true);
        }
        match self.signal(0) {
            Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(true),
            // Zombies that their parent leaves lying answer too.
            _ => match group::members(self.leader.pid()) {
                Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(false),
                members => Ok(members?.is_empty()),
            },
        }
    }
}

/// What a forced end has come to. On macOS a group of which only zombies are left answers `EPERM`
/// (killpg(2): "one or more of the target processes"), which is no reason to think that somebody refused.
fn judge(sent: io::Result<()>, left: impl FnOnce() -> io::Result<Vec<u32>>) -> io::Result<()> {
    match sent {
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
        Err(error) if error.raw_os_error() == Some(libc::EPERM) => match left() {
            Ok(left) if left.is_empty() => Ok(()),
            _ => Err(error),
        },
        sent => sent,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    /// A shell that leads a group of two: itself and a `sleep`. It ends when its standard input does.
    fn start(script: &str) -> (Enclosure, std::process::Child) {
        let mut shell = Command::new("/bin/sh");
        let shell = shell.args(["-c", script]).process_group(0);
        let child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let enclosure = Enclosure::new(Leader::new(Pid::from_child(&child)), None);
        (enclosure, child)
    }

    fn until(what: &str, mut holds: impl FnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !holds() {
            assert!(Instant::now() < deadline, "{what}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    #[cfg_attr(
        not(any(target_os = "linux", target_vendor = "apple", target_os = "freebsd")),
        ignore
    )]
    fn a_group_outlives_its_leader_and_is_ended_all_the_same() {
        let (enclosure, mut child) = start("sleep 120 & read line; exit 3");
        until("two members", || enclosure.members().unwrap().len() == 2);
        assert!(enclosure.has_in_group(child.id()));
        assert!(!enclosure.has_in_group(std::process::id()));
        drop(child.stdin.take());
        let status = enclosure.leader().wait_until(None).unwrap().unwrap();
        assert_eq!(status.code(), Some(3));
        assert!(!enclosure.is_empty().unwrap());
        assert_eq!(enclosure.members().unwrap().len(), 1);
        enclosure.signal(0).unwrap();
        enclosure.kill().unwrap();
        until("an empty group", || enclosure.is_empty().unwrap());
        enclosure.kill().unwrap();
        assert_eq!(enclosure.members().unwrap(), []);
        assert_eq!(enclosure.leader().try_wait().unwrap(), Some(status));
    }

    #[test]
    fn one_request_reaches_the_leader_of_a_group() {
        let (enclosure, _child) = start("read line");
        enclosure.signal(libc::SIGTERM).unwrap();
        let status = enclosure.leader().wait_until(None).unwrap().unwrap();
        assert_eq!(status.signal(), Some(libc::SIGTERM));
        until("an empty group", || enclosure.is_empty().unwrap());
        let gone = enclosure.signal(libc::SIGTERM).unwrap_err();
        assert_eq!(gone.raw_os_error(), Some(libc::ESRCH));
    }

    #[test]
    fn a_wait_ends_at_its_moment() {
        let (enclosure, _child) = start("read line");
        let moment = Instant::now() + Duration::from_millis(20);
        assert_eq!(enclosure.leader().wait_until(Some(moment)).unwrap(), None);
        assert!(Instant::now() >= moment);
        enclosure.kill().unwrap();
        enclosure.leader().wait_until(None).unwrap();
    }

    #[test]
    fn no_permission_counts_only_while_somebody_is_left() {
        let eperm = || Err(io::Error::from_raw_os_error(libc::EPERM));
        assert!(judge(Ok(()), || unreachable!()).is_ok());
        assert!(judge(Err(io::Error::from_raw_os_error(libc::ESRCH)), || unreachable!()).is_ok());
        assert!(judge(eperm(), || Ok(vec![])).is_ok());
        assert!(judge(eperm(), || Ok(vec![7])).is_err());
        assert!(judge(eperm(), || Err(io::ErrorKind::Unsupported.into())).is_err());
    }
}
