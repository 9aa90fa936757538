//! The processes of the demo. Whatever was started ends with this, on every path.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Instant;

use bowout::Signal;
use bowout::stop::{self, ProcessId, Protection, Target};

use super::note::Note;
use super::program::{self, Role};

/// What reaches the demo from its threads.
pub(super) enum Message {
    /// A program reports.
    Note { role: Role, at: Instant, note: Note },
    /// A program's output has ended.
    Silent { role: Role },
    /// The stopping got a step further.
    Stopping(stop::Event),
    /// The stopping could not go on.
    Failed(String),
    /// Somebody wants the demo itself to stop.
    Interrupted,
}

/// The running programs.
pub(super) struct Cast {
    children: Vec<(Role, Child)>,
    orphan: Option<Target>,
}

impl Cast {
    /// Starts them. Each reports to `sender`.
    pub(super) fn start(sender: &Sender<Message>) -> Result<Cast, String> {
        let demo = own_id()?;
        let mut cast = Cast {
            children: Vec::new(),
            orphan: None,
        };
        for role in Role::STARTED {
            cast.add(role, demo, sender)
                .map_err(|why| format!("cannot start the program {}: {why}", role.name()))?;
        }
        Ok(cast)
    }

    fn add(&mut self, role: Role, demo: ProcessId, sender: &Sender<Message>) -> std::io::Result<()> {
        let mut command = program::command(role, demo)?;
        command.stdout(Stdio::piped());
        if role == Role::Careless {
            command.stderr(Stdio::piped());
        }
        let mut child = command.spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        // From here on it is ours to end.
        self.children.push((role, child));
        if let Some(stdout) = stdout {
            read(role, stdout, sender.clone());
        }
        if let Some(stderr) = stderr {
            read(Role::Orphan, stderr, sender.clone());
        }
        Ok(())
    }

    /// Takes note of the orphan, so that it too ends with the demo.
    pub(super) fn adopt(&mut self, id: ProcessId) -> Result<(), String> {
        self.orphan = Some(Target::open(id).map_err(|why| why.to_string())?);
        Ok(())
    }

    /// Opens the programs that the demo has started.
    pub(super) fn targets(&self) -> Result<Vec<(Role, Target)>, String> {
        let open = |(role, child): &(Role, Child)| Ok((*role, Target::open(ProcessId::from(child))?));
        let opened: Result<_, stop::OpenError> = self.children.iter().map(open).collect();
        opened.map_err(|why| why.to_string())
    }

    /// Opens the orphan. The one that is kept is for the case that the demo breaks off.
    pub(super) fn orphan(&self) -> Result<Target, String> {
        let kept = self
            .orphan
            .as_ref()
            .ok_or("the careless program has started no child")?;
        Target::open(kept.id()).map_err(|why| why.to_string())
    }

    /// Whether the orphan lives.
    pub(super) fn orphan_lives(&self) -> bool {
        self.orphan.as_ref().is_some_and(|orphan| !orphan.has_exited())
    }
}

impl Drop for Cast {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            // One that has exited is only reaped.
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(orphan) = &self.orphan {
            // It has exited, or it is told to now; that it is gone in between is no error.
            let _ = stop::signal(orphan, Signal::Kill);
        }
    }
}

/// The demo itself, with its start time, so that its programs cannot take another process for it.
fn own_id() -> Result<ProcessId, String> {
    let own = Target::options().allow(Protection::OwnProcess).open(ProcessId::own());
    own.map(|target| target.id()).map_err(|why| why.to_string())
}

fn read(role: Role, output: impl Read + Send + 'static, sender: Sender<Message>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let message = match line.parse() {
                Ok(note) => Message::Note {
                    role,
                    at: Instant::now(),
                    note,
                },
                // A panic's words, say. Standard error of the other programs is the demo's own.
                Err(_) => Message::Failed(format!("the program {} says: {line}", role.name())),
            };
            if sender.send(message).is_err() {
                return;
            }
        }
        let _ = sender.send(Message::Silent { role });
    });
}
