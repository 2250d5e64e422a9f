//! What hosts crash on, drop from state or refuse, a case each: our process never answers so. The
//! host of these cases is our own, over mutual TLS, and stricter than any real one.
//!
//! | trap | what a provider does wrong | the case that would fail |
//! |---|---|---|
//! | 1 | no state and no error either: the host drops the object | [`states`] `a_state_or_an_error_is_in_every_answer` |
//! | 2 | notes and identity are forgotten on the way | [`states`] `notes_and_identity_come_back_from_every_request` |
//! | 3 | the host's own certificate is refused, or nobody's is | `host::answers_its_host`, `host::refuses_all_others` |
//! | 4 | a seventh field, or Base64 of another kind | `host::line_has_six_fields`, `host::seventh_field_only_if_asked_for` |
//! | 5 | noise on stdout, a read of stdin, death by Ctrl-C | `host::shutdown_is_prompt_and_clean`, [`process`] `the_hosts_input_is_not_read`, `host::interrupts_are_ignored` |
//! | 6 | a shutdown that hangs, a child that holds the host's pipes | `host::shutdown_is_prompt_and_clean`, [`process`] `what_it_starts_does_not_hold_the_hosts_pipes` |
//! | 7 | attributes missing, blocks null, null and empty mixed up | [`states`] `states_are_whole_and_null_stays_null` |
//! | 8 | configured values made prettier; a second plan unlike the first | [`states`] `what_is_configured_is_kept_to_the_letter`, [`states`] `the_second_plan_is_the_first_with_more_known` |
//! | 9 | a write-only value in an answer | [`states`] `a_write_only_value_is_in_no_answer` |
//! | 10 | digits lost in floating point | [`values`] `numbers_keep_every_digit` |
//! | 11 | a failure that leaves an orphan, or a state that is not true | [`states`] `a_failed_change_leaves_the_truth` |
//! | 12 | messages of more than 4 MiB refused, a schema beyond 64 MiB | [`process`] `a_message_may_be_large`, [`schemas`] `the_schema_crashes_no_host` |
//! | 13 | diagnostics, schemas, events and logs that crash the host | [`values`] `garbage_is_answered_with_what_can_be_shown`, [`schemas`] `the_schema_crashes_no_host`, `webhook::a_test_action_tells_how_it_goes_and_fails_with_the_delivery`, `host::logs_only_our_lines`, `host::debug_serves_until_interrupted` |
//! | 14 | identities that cannot be imported, lists without one | [`schemas`] `identities_can_be_imported_and_stay_at_version_0` |
//! | 15 | waiting for a schema request or a configuration that never comes | [`process`] `what_hosts_ask_an_unconfigured_process_is_answered` |
//! | 16 | deferring, or planning made-up values, unasked | [`states`] `nothing_is_deferred_and_nothing_is_made_up` |
//! | 17 | a replacement by a path that leads nowhere | [`states`] `a_replacement_names_a_place_that_exists` |
//! | 18 | a crash on an argument that is not even null | [`values`] `an_argument_of_no_octets_is_null` |
//! | 19 | an upgrade that is strict, or needs a registry | [`values`] `an_upgrade_bears_what_it_finds` |
//! | 20 | a binary in the archive that cannot be executed, no manifest | not seen on the wire: the tests of the release archives |
//!
//! Some can only be provoked from inside (a resource that forgets its identity, that plans a
//! contradiction, that panics): those cases are in `framework::server::traps`, beside it in the tests
//! of `list`, `action`, `ephemeral`, `data_source` and `answer`, and in `framework::flaws`.

mod process;
mod schemas;
mod states;
mod values;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        process::cases(),
        schemas::cases(),
        states::cases(),
        values::cases(),
    ]
    .concat()
}
