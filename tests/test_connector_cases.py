"""Where each case of real connectors is tested, on the client's side and on the fake's where there are two.

The cases came from transcripts, drivers and bug reports: small inputs that a connector of our own making never shows.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent

FAMILIES = "connector/dialects/test_families.py"
LAWS = "connector/dialects/test_conformance.py"
DEVICES = "connector/dialects/test_devices.py"
SHAPES = "connector/dialects/test_reply_shapes.py"
CASES = {
    "success with a number in its text": (
        f"{FAMILIES}::test_a_success_may_tell_a_number_and_a_size_its_unit_apart",
        f"{FAMILIES}::test_a_number_of_the_connectors_own_is_taken_from_one_reply_into_the_next_command",
        f"{DEVICES}::test_each_share_of_a_list_has_the_number_of_its_own",
    ),
    "list and show that share their words": (
        f"{FAMILIES}::test_list_and_show_may_share_their_words_and_cells_any_delimiter",
        f"{LAWS}::test_a_fake_reads_what_a_client_means",
    ),
    "columns that are not ours, any delimiter": (
        f"{FAMILIES}::test_list_and_show_may_share_their_words_and_cells_any_delimiter",
        f"{SHAPES}::test_a_list_is_read_as_it_stands_and_spelled_by_a_fake",
    ),
    "records of vendors: wrapped names, login lines, fractions": (
        f"{FAMILIES}::test_wrapped_names_login_lines_and_fractions_are_read",
        f"{FAMILIES}::test_a_fake_wraps_long_names_and_writes_fractions",
    ),
    "an error with exit status 0": (f"{FAMILIES}::test_an_error_with_exit_status_zero_is_a_refusal",),
    "nested JSON, keyed objects, an array at the top": (
        f"{FAMILIES}::test_paths_and_keyed_objects_of_json_are_read_and_written",
        f"{DEVICES}::test_both_sides_of_such_a_dialect_understand_each_other",
    ),
    "a place that means nothing": (
        f"{FAMILIES}::test_a_place_that_means_nothing_is_an_error_when_the_file_is_loaded",
        "connector/dialects/test_wrong_files.py::test_a_mistake_in_the_file_to_start_from_is_told",
    ),
    "no request id": (
        "pipeline/processor/test_decide.py::test_without_marks_a_create_that_certainly_made_nothing_takes_nothing_over",
        "harness/virtual/test_families.py::test_each_family_is_provisioned_and_the_verdict_tells_what_its_connector_costs",
    ),
    "several commands for one operation": (
        f"{FAMILIES}::test_two_commands_make_a_share_and_the_second_may_fail_and_be_undone",
        f"{FAMILIES}::test_what_cannot_be_undone_is_unknown",
    ),
    "a prompt without exec": (
        "connector/shell/test_conversation.py::test_set_up_commands_are_typed_in_order_before_the_first_command",
        "fake_clusters/server/test_shell_connector.py::test_each_kind_of_command_is_done_and_read",
        "fake_clusters/server/test_automation_clients.py::test_paramiko_types_at_a_prompt_and_is_refused_exec_there",
    ),
    "a large reply that is read late": (
        "fake_clusters/server/test_openssh.py::test_the_exit_status_follows_the_output_once_the_clients_window_has_taken_it",
    ),
    "MaxStartups": (
        "fake_clusters/server/test_openssh.py::test_beyond_max_startups_a_client_reads_why_and_then_the_end",
        "fake_clusters/test_admission.py::test_at_full_unauthenticated_connections_all_are_dropped",
    ),
    "old clients, and those bound to FIPS": (
        "fake_clusters/server/test_offers.py::test_a_client_gets_on_with_the_sets_that_hold_enough",
        "fake_clusters/server/test_offers.py::test_a_cluster_bound_to_fips_offers_what_is_approved_and_nothing_else",
        "fake_clusters/server/test_other_clients.py::test_openssh_told_to_do_what_older_ones_do_logs_in_by_key",
    ),
    "ways to log in": (
        "fake_clusters/server/test_login_variety.py::test_a_message_of_the_day_is_for_terminals",
        "fake_clusters/server/test_login_variety.py::test_a_banner_comes_before_the_login",
        "fake_clusters/server/test_login_variety.py::test_the_answer_to_a_question_lets_in",
        "fake_clusters/server/test_login_variety.py::test_an_expired_password_lets_in_whoever_chooses_another",
        "fake_clusters/server/test_login_variety.py::test_paramiko_may_ask_for_the_login_service_before_each_try",
    ),
    "creates in the background": (
        f"{FAMILIES}::test_a_job_is_followed_to_its_end",
        "pipeline/processor/test_decide.py::test_a_share_that_is_being_made_is_looked_at_until_it_is_whole_or_its_time_is_up",
        "harness/virtual/test_families.py::test_a_job_that_outlives_its_command_is_looked_after_until_the_share_is_whole",
    ),
    "sizes that the array rounds": (
        "pipeline/processor/test_worker.py::test_an_array_that_rounds_up_is_believed_and_its_size_shown",
        "fake_clusters/test_state.py::test_a_cluster_that_allocates_in_steps_rounds_up_what_it_makes_shows_and_counts",
        "harness/virtual/test_rounding.py::test_what_a_rounding_cluster_makes_is_taken_for_what_was_asked_and_shown_as_it_is",
    ),
    "a list that lacks the newest shares": (
        "fake_clusters/faults/test_wire_replies.py::test_an_incomplete_list_is_well_formed_and_lacks_the_newest_shares",
        "fake_clusters/faults/test_wire_replies.py::test_a_stale_list_shows_what_was_there_some_time_ago",
    ),
    "hands on the array": (
        "harness/virtual/test_foreign_shares.py::test_what_is_done_by_hand_is_not_held_against_the_service",
        "fake_clusters/admin/test_admin.py::test_a_share_is_made_and_removed_by_hand",
    ),
    "a list of bare names": (f"{DEVICES}::test_a_list_of_names_is_followed_by_a_look_at_each",),
    "quotes that are no shell's": (f"{DEVICES}::test_words_are_quoted_as_the_connector_has_it",),
    "cells that are empty or have blanks": (f"{DEVICES}::test_cells_under_their_titles_may_be_empty_and_have_blanks",),
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_has_its_tests(case: str) -> None:
    for node in CASES[case]:
        path, name = node.split("::")
        assert re.search(rf"def {name}\(", (ROOT / path).read_text(encoding="utf-8")), node
