//! Who those come to that are named on the command line.

use bowout::stop::{self, Ambiguous, FindError, FindProblem, ProcessId, Query};

use crate::args::{Manner, Wanted};
use crate::json::{Candidate, Document, NotFound};
use crate::{exit, output};

/// Who was meant.
pub(crate) struct Meant {
    pub(crate) ids: Vec<ProcessId>,
    /// What nobody answers to.
    pub(crate) missing: Vec<FindError>,
}

impl Meant {
    /// Says who is missing, a line each.
    pub(crate) fn tell_missing(&self) {
        self.missing.iter().for_each(|error| output::error(&error.to_string()));
    }
}

/// Why nothing is done at all.
pub(crate) enum Unclear {
    Nobody,
    Ambiguous(Ambiguous),
    NotFound(FindError),
}

/// Looks for everybody before anybody is touched.
pub(crate) fn find(wanted: Wanted) -> Result<Meant, Unclear> {
    if wanted.ids.is_empty() && wanted.queries.is_empty() {
        return Err(Unclear::Nobody);
    }
    let mut meant = Meant {
        ids: wanted.ids,
        missing: Vec::new(),
    };
    for query in &wanted.queries {
        // A group is several by its nature.
        let all = wanted.all || matches!(query, Query::ProcessGroup(_));
        match stop::find(query) {
            Ok(matches) if all => meant.ids.extend(matches.all().iter().map(|found| found.id)),
            Ok(matches) => meant.ids.push(matches.one().map_err(Unclear::Ambiguous)?.id),
            Err(error) if error.is_missing() => meant.missing.push(error),
            Err(error) => return Err(Unclear::NotFound(error)),
        }
    }
    Ok(meant)
}

impl Unclear {
    /// Says so, and gives the exit code.
    pub(crate) fn tell(&self, verb: &'static str, manner: Manner) -> u8 {
        let exit_code = self.exit_code();
        match self {
            Unclear::Nobody => output::error(&format!(
                "no process is named: write a PID, or --name, --port and so on; see `bowout {verb} --help`"
            )),
            _ if manner == Manner::Json => output::document(&self.document(verb, exit_code)),
            Unclear::Ambiguous(ambiguous) => {
                let (query, count) = (ambiguous.query(), ambiguous.found().len());
                output::error(&format!(
                    "{query}: {count} processes match: name one of them, or give --all"
                ));
                ambiguous.found().iter().for_each(output::narrate);
            }
            Unclear::NotFound(error) => output::error(&error.to_string()),
        }
        exit_code
    }

    fn exit_code(&self) -> u8 {
        match self {
            Unclear::Nobody | Unclear::Ambiguous(_) => exit::USAGE,
            Unclear::NotFound(error) => match error.problem() {
                // Somebody is there, and is not ours to stop.
                FindProblem::OwnerHidden { .. } | FindProblem::NoOwner | FindProblem::PermissionDenied { .. } => {
                    exit::ALIVE
                }
                FindProblem::Io(_) => exit::FAILED,
                _ => exit::USAGE,
            },
        }
    }

    fn document(&self, verb: &'static str, exit_code: u8) -> Document<Candidate> {
        let (candidates, not_found) = match self {
            Unclear::Nobody => (&[][..], None),
            Unclear::Ambiguous(ambiguous) => (ambiguous.found(), None),
            Unclear::NotFound(error) => (&[][..], Some(error)),
        };
        Document {
            dry_run: true,
            processes: candidates.iter().map(Candidate::from).collect(),
            not_found: not_found.into_iter().map(NotFound::from).collect(),
            ..Document::of(verb, exit_code)
        }
    }
}
