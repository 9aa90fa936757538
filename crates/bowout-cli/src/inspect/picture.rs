//! The picture of the tree: the parents above, the process, everybody below.

use bowout::inspect::{Inspection, Relative};

use crate::output::printable;

/// What stands behind the process that is meant.
const MARK: &str = "  ◀";

pub(super) fn lines(found: &Inspection) -> Vec<String> {
    let mut lines = Vec::new();
    for (depth, parent) in found.parents.iter().rev().enumerate() {
        lines.push(format!(
            "{}{}",
            stem(depth),
            label(parent.id.pid(), parent.name.as_deref())
        ));
    }
    let depth = found.parents.len();
    let own = label(found.id.pid(), found.name.as_deref());
    lines.push(format!("{}{own}{MARK}", stem(depth)));
    let indent = "   ".repeat(depth);
    branches(&found.descendants, found.id.pid(), &indent, &mut lines);
    lines
}

/// What stands before a process of the line that leads to the one that is meant.
fn stem(depth: usize) -> String {
    match depth.checked_sub(1) {
        Some(above) => format!("{}└─ ", "   ".repeat(above)),
        None => String::new(),
    }
}

fn branches(all: &[Relative], of: u32, indent: &str, lines: &mut Vec<String>) {
    let mut children = all.iter().filter(|one| one.parent == Some(of)).peekable();
    while let Some(child) = children.next() {
        let (branch, below) = if children.peek().is_some() {
            ("├─ ", "│  ")
        } else {
            ("└─ ", "   ")
        };
        lines.push(format!(
            "{indent}{branch}{}",
            label(child.id.pid(), child.name.as_deref())
        ));
        branches(all, child.id.pid(), &format!("{indent}{below}"), lines);
    }
}

fn label(pid: u32, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{pid} {}", printable(name)),
        None => pid.to_string(),
    }
}
