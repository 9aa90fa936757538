//! `bowout stop --dry-run`: what would be sent, by which route, and who else would hear it.

use std::time::Duration;

use bowout::duration;
use bowout::stop::{Attempt, FindError, OpenError, Plan, ProcessId, StagePreview, StopError, Stopping, Target, Tree};

use super::CarriedOut;
use crate::args::{Manner, StopArgs};
use crate::exit::{self, Fate, Force};
use crate::json::{Document, NotFound, Previewed};
use crate::{open, output};

/// Prints it, and gives the exit code that the real thing would have if everybody left when asked.
pub(super) fn show(args: &StopArgs, plan: &Plan, opened: Vec<Result<Target, OpenError>>, missing: &[FindError]) -> u8 {
    let manner = args.tell.manner();
    if !args.tree {
        return preview(plan, &opened, missing, manner);
    }
    let (order, roots) = super::split(opened);
    match with_descendants(roots, plan) {
        Ok(ids) => {
            let mut opened = open::all(&ids, &args.allow);
            opened.extend(order.into_iter().filter_map(|entry| entry.err().map(Err)));
            preview(plan, &opened, missing, manner)
        }
        Err(why) => {
            let refused = order.iter().filter_map(|entry| entry.as_ref().err());
            refused
                .filter(|_| manner != Manner::Json)
                .for_each(|error| output::error(&open::reason(error)));
            super::conclude(args, plan, order, &CarriedOut::not_begun(why), missing)
        }
    }
}

/// The roots, each with everybody below it; or why the real thing would not begin.
fn with_descendants(roots: Vec<Target>, plan: &Plan) -> Result<Vec<ProcessId>, StopError> {
    let trees: Vec<Tree> = roots.into_iter().map(Tree::of).collect();
    let mut ids = Vec::new();
    for tree in &trees {
        ids.extend(tree.members().map_err(StopError::Io)?.iter().map(|member| member.id));
    }
    // It sends nothing before it is carried on.
    Stopping::begin(trees, plan)?;
    Ok(ids)
}

fn preview(plan: &Plan, opened: &[Result<Target, OpenError>], missing: &[FindError], manner: Manner) -> u8 {
    let previews: Vec<Result<(&Target, Vec<StagePreview>), &OpenError>> = opened
        .iter()
        .map(|result| result.as_ref().map(|target| (target, plan.preview(target))))
        .collect();
    let fates: Vec<Fate> = previews
        .iter()
        .map(fate)
        .chain(missing.iter().map(|_| Fate::Missing))
        .collect();
    let exit_code = exit::of_stop(&fates, Force::IsSuccess);
    if manner == Manner::Json {
        output::document(&Document {
            dry_run: true,
            plan: Some(plan.to_string()),
            processes: previews.iter().map(described).collect(),
            not_found: missing.iter().map(NotFound::from).collect(),
            ..Document::of("stop", exit_code)
        });
        return exit_code;
    }
    for preview in &previews {
        match preview {
            Ok((target, stages)) if manner == Manner::Text => output::data(table(target, stages)),
            Ok(_) => {}
            Err(error) => output::error(&open::reason(error)),
        }
    }
    exit_code
}

type Preview<'a> = Result<(&'a Target, Vec<StagePreview>), &'a OpenError>;

fn described(preview: &Preview<'_>) -> Previewed {
    match preview {
        Ok((target, stages)) => Previewed::new(target, stages),
        Err(error) => Previewed::from(*error),
    }
}

fn fate(preview: &Preview<'_>) -> Fate {
    match preview {
        Ok((_, stages)) if stages.iter().any(|stage| stage.route().is_some()) => Fate::Stopped,
        Ok(_) => Fate::Alive,
        Err(error) if open::is_missing(error) => Fate::Missing,
        Err(_) => Fate::Alive,
    }
}

/// The process, and a line for each route of each stage.
fn table(target: &Target, stages: &[StagePreview]) -> String {
    let name = target.name().map(|name| format!(" ({})", output::printable(name)));
    let name = name.unwrap_or_default();
    let mut lines = vec![format!("{}{name}", target.id())];
    for preview in stages {
        let what = format!("{}, {}", preview.signal(), wait(preview.stage.wait));
        // The stage is named once, however many routes it has.
        let heads = std::iter::once(what.as_str()).chain(std::iter::repeat(""));
        for (head, attempt) in heads.zip(&preview.attempts) {
            lines.push(format!(
                "  {head:<18} {:<18} {}",
                attempt.route.to_string(),
                verdict(attempt)
            ));
        }
    }
    lines.join("\n")
}

fn wait(wait: Duration) -> String {
    match wait {
        Duration::MAX => "no end to the wait".to_owned(),
        wait => format!("wait {}", duration::display(wait)),
    }
}

fn verdict(attempt: &Attempt) -> String {
    match &attempt.result {
        Ok(reached) if reached.is_target_alone() => "open".to_owned(),
        Ok(reached) => format!("open; {reached}"),
        Err(why) => format!("closed: {why}"),
    }
}
