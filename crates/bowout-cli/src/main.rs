//! The command `bowout`.
fn main() {}
