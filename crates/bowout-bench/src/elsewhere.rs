//! Systems on which nothing is measured.

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    println!("bowout-bench measures on Linux only: nothing was measured.");
    Ok(())
}
