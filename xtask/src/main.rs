//! The chores of bowout.
fn main() {}
