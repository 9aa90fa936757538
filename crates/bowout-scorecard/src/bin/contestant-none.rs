//! A program that does nothing about being asked to stop.

use bowout_scorecard::{Next, Scene, Work, sleep_for_ever};

fn main() {
    let work = Work::begin();
    match work.scene() {
        Scene::Drops | Scene::ListensAgain | Scene::Errno | Scene::TinyStack | Scene::ReactionPanics => {
            work.makes_no_sense("it never listens")
        }
        Scene::AsyncCleanup | Scene::AsyncCleanupHangs => work.makes_no_sense("it is not an async program"),
        _ => {}
    }
    let _first = work.guard("first");
    let _second = work.guard("second");
    let _third = work.guard("third");
    if work.run() == Next::Return {
        return;
    }
    sleep_for_ever()
}
