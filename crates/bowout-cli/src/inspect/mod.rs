//! `bowout inspect`: what a process does about requests to stop, and what would come of each.

mod conclusion;
mod facts;
mod json;
mod picture;

use std::collections::HashSet;

use bowout::inspect::{Inspection, inspect};
use bowout::stop::{OpenError, Plan};

use crate::args::{InspectArgs, Manner};
use crate::exit::{self, Delivery};
use crate::json::{Document, NotFound};
use crate::terminal::{Colour, Colours, Ink};
use crate::{find, open, output};

pub(crate) fn run(args: &InspectArgs, colours: Colours) -> u8 {
    let manner = if args.json { Manner::Json } else { Manner::Text };
    let meant = match find::find(args.find.wanted()) {
        Ok(meant) => meant,
        Err(unclear) => return unclear.tell("inspect", manner),
    };
    let mut seen = HashSet::new();
    let inspected: Vec<Result<Inspection, OpenError>> = meant
        .ids
        .iter()
        .map(|id| inspect(*id))
        .filter(|result| seen.insert(result.as_ref().map_or_else(OpenError::id, |found| found.id)))
        .collect();
    let deliveries: Vec<Delivery> = inspected
        .iter()
        .map(delivery)
        .chain(meant.missing.iter().map(|_| Delivery::Missing))
        .collect();
    let exit_code = exit::of_signal(&deliveries);
    if manner == Manner::Json {
        output::document(&Document {
            dry_run: true,
            plan: Some(Plan::default().to_string()),
            processes: inspected.iter().map(json::Inspected::from).collect(),
            not_found: meant.missing.iter().map(NotFound::from).collect(),
            ..Document::of("inspect", exit_code)
        });
        return exit_code;
    }
    meant.tell_missing();
    let ink = Ink::for_stream(&std::io::stdout(), colours);
    let mut is_first = true;
    for result in &inspected {
        match result {
            Ok(found) => {
                if !std::mem::take(&mut is_first) {
                    output::data("");
                }
                output::data(page(found, ink));
            }
            Err(error) => output::error(&open::reason(error)),
        }
    }
    exit_code
}

fn delivery(result: &Result<Inspection, OpenError>) -> Delivery {
    match result {
        Ok(_) => Delivery::Sent,
        Err(error) if open::is_missing(error) => Delivery::Missing,
        Err(_) => Delivery::Failed,
    }
}

/// Everything about one process.
fn page(found: &Inspection, ink: Ink) -> String {
    let mut lines = vec![ink.paint(Colour::Bold, facts::heading(found))];
    lines.extend(facts::lines(found));
    lines.push(String::new());
    for request in &found.requests {
        let signal = format!("{:<width$}", request.signal, width = facts::LABEL);
        lines.push(format!("  {}{request}", ink.paint(conclusion::colour(request), signal)));
    }
    lines.push(String::new());
    lines.extend(
        conclusion::sentences(found)
            .into_iter()
            .map(|sentence| format!("  {sentence}")),
    );
    lines.push(String::new());
    lines.extend(picture::lines(found).into_iter().map(|line| format!("  {line}")));
    lines.join("\n")
}
