//! How a piece of work ends when its time is over. One file per behaviour.

mod a_bad_callback_delays_nobody;
mod a_request_to_stop_ends_the_wait_too;
mod blocking_work_is_broken;
mod callbacks_end_with_the_work;
#[cfg(unix)]
mod forked_children_have_deadlines_too;
mod nested_deadlines_keep_the_tighter;
mod stuck_work_is_abandoned;
#[cfg(target_os = "linux")]
mod waiting_costs_nothing;
mod work_on_any_thread_has_its_own;
mod work_that_asks_ends_in_time;
