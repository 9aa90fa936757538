//! COMPARE.md, from the results of each system.

use std::error::Error;
use std::fmt::Write;

use crate::contestant::{self, NO_LIBRARY};
use crate::facts::Facts;
use crate::results::{Results, RowResult};
use crate::verdict::Verdict;
use crate::versions::Versions;

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask scorecard`; a change by hand would be lost. -->

# bowout and its peers

What happens when a program is asked to stop? Each cell below is an experiment: a small program, written as its library's
documentation shows it, runs as a process of its own, is asked to stop through the real system, and is judged from outside, by
what it said and by how it ended. All programs do the same and have the same judge. Nothing is typed in by hand: this repeats
it all and writes this file anew, versions included:

```console
$ cargo xtask scorecard
```

The questions are ours. They are what bowout was made for, so it passes; a library that was made for something else (any
signal at all, a tree of tasks) is not judged by that here.

| | |
| --- | --- |
| ✓ | passed |
| ✗ | not passed; what was seen instead is told [below](#the-rows) |
| ○ | not passed, and not offered: the library does not claim to do this |
| n/a | the question makes no sense there, for the reason told below |
| – | could not be run where this table was made, for the reason told below |

";

const RULES: &str = "
- Each library has one program, the same in every row. What its documentation shows, the program does; what its runtime
  offers (a timer, `select!`), it uses. What a user would have to invent it does not do: where little is missing, a footnote
  says what.
- What a program cleans up it owns in the way that its language has for that: values with a `Drop` in Rust, registered
  functions with safe-exit and bowout.
- A library that does not claim to do what a row asks is judged all the same: it has ✓ where its program passes without, and ○,
  not ✗, where it does not. So ✗ is for what a library does, and ○ for what it leaves to its user.
- A scene that forks, raises signals or blocks threads is the same code in all Rust programs
  ([lib.rs](crates/bowout-scorecard/src/lib.rs)); the judge is [here](crates/bowout-scorecard/src/bin/scorecard).
- Ten seconds without an end count as none. Once may be the machine's fault: what a peer does not pass it is asked again, and
  the second answer counts. bowout has one try.

If a library is treated unfairly here, that is a mistake: a better program for it is a welcome change, and so is a row in which
it does what bowout does not.
";

const ON_WINDOWS: &str = "\
The judge makes a console event as the console does, by a thread in the program that starts where the system's own does, and
then stands for the system: after a close, a logoff and a shutdown it ends the program as soon as the handler has returned, and
after five seconds at the latest
([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine)). What Wine does otherwise than Windows is
in [PLATFORM.md](PLATFORM.md).

Rows that are missing here ask for what Windows does not have or does not tell: signals, fork, PID 1, how often a thread woke.
Missing too is the cleanup at `std::process::exit`, which no Rust library has there, bowout neither: it is ExitProcess at once.

";

/// The whole file.
pub(crate) fn write(files: &[&str]) -> Result<String, Box<dyn Error>> {
    let mut results = Vec::new();
    for file in files {
        results.push(serde_json::from_str::<Results>(&std::fs::read_to_string(file)?)?);
    }
    let mut page = Page {
        text: INTRODUCTION.to_owned(),
        notes: Vec::new(),
    };
    page.contestants()?;
    page.text.push_str(RULES);
    for results in &results {
        page.table(results)?;
    }
    for facts in results.iter().flat_map(|results| &results.facts) {
        page.facts(facts)?;
    }
    page.text.push_str("\n## The rows\n");
    for results in &results {
        page.rows(results)?;
    }
    page.footnotes()?;
    Ok(page.text)
}

struct Page {
    text: String,
    notes: Vec<String>,
}

impl Page {
    fn contestants(&mut self) -> Result<(), Box<dyn Error>> {
        let versions = Versions::read()?;
        self.text
            .push_str("| library | version | used like this | code |\n| --- | --- | --- | --- |\n");
        for contestant in &contestant::ALL {
            let (name, usage, source) = (contestant.name, contestant.usage, contestant.source);
            let file = source.rsplit('/').next().unwrap_or(source);
            let version = versions.of(name).unwrap_or("–");
            writeln!(self.text, "| {name} | {version} | {usage} | [{file}]({source}) |")?;
        }
        Ok(())
    }

    fn table(&mut self, results: &Results) -> std::fmt::Result {
        write!(self.text, "\n## On {}\n\n", results.system)?;
        if results.system.starts_with("Windows") {
            self.text.push_str(ON_WINDOWS);
        }
        self.text.push('|');
        for contestant in &contestant::ALL {
            write!(self.text, " | {}", contestant.name)?;
        }
        writeln!(self.text, " |\n|{}", " --- |".repeat(contestant::ALL.len() + 1))?;
        let mut group = "";
        let mut counts = [[0; 3]; contestant::ALL.len()];
        for row in &results.rows {
            if row.group != group {
                group = &row.group;
                writeln!(self.text, "| **{group}** |{}", " |".repeat(contestant::ALL.len()))?;
            }
            write!(self.text, "| {}", row.title)?;
            for (contestant, [yes, no, not_offered]) in contestant::ALL.iter().zip(&mut counts) {
                let verdict = row.verdicts.get(contestant.name);
                match verdict {
                    Some(Verdict::Yes) => *yes += 1,
                    Some(Verdict::No(_)) => *no += 1,
                    Some(Verdict::NotOffered(_)) => *not_offered += 1,
                    _ => {}
                }
                let cell = verdict.map_or_else(|| "–".to_owned(), |verdict| self.cell(row, contestant.name, verdict));
                write!(self.text, " | {cell}")?;
            }
            self.text.push_str(" |\n");
        }
        write!(self.text, "| **✓ + ✗ + ○, of {}**", results.rows.len())?;
        for [yes, no, not_offered] in counts {
            write!(self.text, " | {yes} + {no} + {not_offered}")?;
        }
        self.text.push_str(" |\n");
        for contestant in &contestant::ALL {
            if let Some(why) = absent(results, contestant.name) {
                writeln!(self.text, "\n{} could not be run here: {why}.", contestant.name)?;
            }
        }
        Ok(())
    }

    fn facts(&mut self, facts: &Facts) -> std::fmt::Result {
        write!(self.text, "\n## {}\n\n{}\n\n|", facts.title, facts.text)?;
        for column in &facts.columns {
            write!(self.text, " | {column}")?;
        }
        writeln!(self.text, " |\n|{}", " --- |".repeat(facts.columns.len() + 1))?;
        for row in &facts.rows {
            writeln!(self.text, "| {} | {} |", row.title, row.seen.join(" | "))?;
        }
        Ok(())
    }

    fn cell(&mut self, row: &RowResult, contestant: &str, verdict: &Verdict) -> String {
        let sign = verdict.sign();
        let note = row.notes.iter().find(|(name, _)| name == contestant);
        match note.filter(|_| matches!(verdict, Verdict::No(_) | Verdict::NotOffered(_))) {
            Some((_, note)) => format!("{sign}[^{}]", self.number_of(note)),
            None => sign.to_owned(),
        }
    }

    /// The number of a footnote, the same for the same words.
    fn number_of(&mut self, note: &str) -> usize {
        let known = self.notes.iter().position(|known| known == note);
        known.unwrap_or_else(|| {
            self.notes.push(note.to_owned());
            self.notes.len() - 1
        }) + 1
    }

    fn rows(&mut self, results: &Results) -> std::fmt::Result {
        let mut group = "";
        for row in &results.rows {
            if row.group != group {
                group = &row.group;
                writeln!(self.text, "\n### {group} (on {})\n", results.system)?;
            }
            write!(self.text, "- **{}**: {} *{}*", row.title, row.asks, row.why)?;
            let remarks = remarks(results, row);
            if !remarks.is_empty() {
                write!(self.text, "<br>{}.", remarks.join("; "))?;
            }
            self.text.push('\n');
        }
        Ok(())
    }

    fn footnotes(&mut self) -> std::fmt::Result {
        self.text.push('\n');
        for (number, note) in self.notes.iter().enumerate() {
            let mut letters = note.chars();
            let first = letters.next().map(|letter| letter.to_uppercase().to_string());
            let note = first.unwrap_or_default() + letters.as_str();
            writeln!(self.text, "[^{}]: {note}.", number + 1)?;
        }
        Ok(())
    }
}

/// Why a contestant could be run in no row at all.
fn absent<'a>(results: &'a Results, name: &str) -> Option<&'a str> {
    let mut verdicts = results.rows.iter().map(|row| row.verdicts.get(name));
    let Some(Some(Verdict::NotRun(why))) = verdicts.next() else {
        return None;
    };
    let in_none = verdicts.all(|verdict| matches!(verdict, Some(Verdict::NotRun(_))));
    in_none.then_some(why)
}

/// What was seen, each with those with whom it was. What becomes of a program without a library is not worth a word each time.
fn remarks(results: &Results, row: &RowResult) -> Vec<String> {
    let mut seen: Vec<(&Verdict, Vec<&str>)> = Vec::new();
    for contestant in &contestant::ALL {
        let name = contestant.name;
        let Some(verdict) = row.verdicts.get(name).filter(|verdict| verdict.remark().is_some()) else {
            continue;
        };
        if name == NO_LIBRARY || absent(results, name).is_some() {
            continue;
        }
        match seen.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, names)) => names.push(name),
            None => seen.push((verdict, vec![name])),
        }
    }
    let told = |(verdict, names): &(&Verdict, Vec<&str>)| {
        let seen = verdict.remark().unwrap_or_default();
        format!("{} {}: {seen}", verdict.sign(), names.join(", "))
    };
    seen.iter().map(told).collect()
}
