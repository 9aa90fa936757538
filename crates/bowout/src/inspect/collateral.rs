//! Who else would be hit.

use std::fmt;

use crate::stop::Reached;

use super::Inspection;

/// What the end of a process, or the asking of it, does to others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Collateral {
    /// They are reached by the same request ([`Reached`]).
    Reached(Reached),
    /// It is the first process of its pid namespace: when it ends, the kernel kills everybody else in there
    /// ([pid_namespaces(7)](https://man7.org/linux/man-pages/man7/pid_namespaces.7.html)).
    PidNamespace,
    /// It leads the session of a terminal: when it ends, the process group in the foreground gets HUP and the session loses
    /// the terminal ([setsid(2)](https://man7.org/linux/man-pages/man2/setsid.2.html),
    /// [credentials(7)](https://man7.org/linux/man-pages/man7/credentials.7.html)).
    Terminal {
        /// The group, where there is one besides its own.
        foreground: Option<u32>,
    },
}

impl Inspection {
    /// Who else would be hit if it were stopped, by itself: by TERM or by its end. Empty where nobody is known to be.
    ///
    /// Its [descendants](Inspection::descendants) are not among them: they live on, unless a whole
    /// [`Tree`](crate::stop::Tree) is stopped.
    pub fn collateral(&self) -> Vec<Collateral> {
        let term = self.request(crate::Signal::Term);
        let reached = term.and_then(|term| term.attempts.iter().find_map(|attempt| attempt.result.as_ref().ok()));
        let reached = reached.filter(|reached| !reached.is_target_alone()).cloned();
        let linux = self.linux.as_ref();
        let namespace = linux.filter(|linux| linux.is_pid_1()).map(|_| Collateral::PidNamespace);
        let leads_session = self.session == Some(self.id.pid());
        let terminal = linux
            .and_then(|linux| linux.terminal.as_ref())
            .filter(|_| leads_session);
        let own = self.group.as_ref().map(|group| group.id);
        let terminal = terminal.map(|terminal| Collateral::Terminal {
            foreground: terminal.foreground.filter(|group| Some(*group) != own),
        });
        let reached = reached.map(Collateral::Reached);
        reached.into_iter().chain(namespace).chain(terminal).collect()
    }
}

/// `heard by 12 as well`, `everybody in its pid namespace is killed when it ends`
impl fmt::Display for Collateral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Collateral::Reached(reached) => reached.fmt(f),
            Collateral::PidNamespace => f.write_str("everybody in its pid namespace is killed when it ends"),
            Collateral::Terminal {
                foreground: Some(group),
            } => {
                write!(f, "group {group}, in its terminal's foreground, gets HUP when it ends")
            }
            Collateral::Terminal { foreground: None } => f.write_str("its session loses the terminal when it ends"),
        }
    }
}
