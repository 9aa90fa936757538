//! How a program built on bowout is asked to stop, and how it leaves. One file per behaviour.

#[cfg(unix)]
mod a_blocked_mask_does_not_hide_requests;
mod a_deadline_ends_a_busy_program;
mod a_reload_is_no_request_to_stop;
mod a_request_before_the_wait_counts;
#[cfg(unix)]
mod a_signal_among_thousands_is_heard;
#[cfg(unix)]
mod a_signal_while_a_thread_exits_is_no_crash;
#[cfg(unix)]
mod a_storm_is_coalesced_and_its_end_is_heard;
#[cfg(unix)]
mod a_storm_of_signals_loses_nothing;
mod a_subscription_can_be_taken_back;
mod async_cleanups_are_awaited;
#[cfg(unix)]
mod children_start_with_defaults;
mod cleanups_run_once_in_order;
#[cfg(windows)]
mod closing_the_console_waits_for_cleanups;
#[cfg(unix)]
mod coexistence;
mod every_trigger_is_heard;
#[cfg(unix)]
mod exit_status_tells_the_truth;
#[cfg(unix)]
mod forked_children_are_told_apart;
mod futures_need_no_runtime;
mod ignored_triggers_do_nothing;
mod in_flight_work_is_awaited;
mod installing;
mod interrupted_sleep;
#[cfg(unix)]
mod nohup_is_respected;
#[cfg(target_os = "linux")]
mod opt_in_triggers_cost_nothing_unless_wanted;
mod parent_gone;
#[cfg(target_os = "linux")]
mod pid_1_leaves_with_a_status;
mod pollable;
mod refused_signals_say_why;
#[cfg(windows)]
mod runs_as_a_service;
mod second_request_leaves_now;
#[cfg(unix)]
mod senders_are_named;
#[cfg(unix)]
mod signals_may_land_anywhere;
mod signals_run_actions;
mod standard_input_closed;
#[cfg(target_os = "linux")]
mod systemd;
#[cfg(windows)]
mod the_ctrl_c_flag_is_respected;
#[cfg(unix)]
mod the_grace_waits_for_a_stopped_process;
#[cfg(unix)]
mod the_supervisor_is_told;
mod tokens_are_cancelled;
#[cfg(windows)]
mod user32_is_left_alone;
#[cfg(unix)]
mod what_was_found_is_given_back;
#[cfg(windows)]
mod windows_are_told;
