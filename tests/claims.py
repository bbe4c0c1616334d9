"""What README and the help claim, each with the tests that show it. `test_claims.py` proves the list.

What no test shows is not to be claimed there. CONTROLS.md names its tests itself.
"""

README, HELP = "README.md", "templates/tracker/help/en/{}.html"

#: The page, the words as they stand there, and the tests.
CLAIMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        HELP.format("security_admin"),
        "Once three people are system, security and audit administrator, superusers hold none of these rights",
        (
            "tests/services/test_superusers_kept_apart.py::test_once_three_people_hold_the_three_roles_the_superuser_holds_none_of_their_rights",
        ),
    ),
    (
        README,
        "Missing is never zero",
        ("tests/services/test_returns.py::test_a_typed_zero_stays_a_zero_and_an_emptied_cell_is_missing",),
    ),
    (
        README,
        "only verified values count",
        ("tests/services/test_returns.py::test_verifying_makes_reported_values_count",),
    ),
    (
        README,
        "every figure leads back to what was entered",
        (
            "tests/interfaces/test_report_values.py::test_a_report_leads_to_each_value_with_its_revision_and_who_verified_it",
        ),
    ),
    (
        README,
        "issues the report of August 2020",
        ("tests/interfaces/test_quickstart.py::test_it_issues_the_report_of_august_2020_and_prints_where_it_is",),
    ),
    (
        README,
        "each with a temporary password that is shown once and changed at the first sign-in",
        ("tests/interfaces/test_quickstart.py::test_it_makes_the_administrator_with_a_password_that_is_printed_once",),
    ),
    (
        README,
        "and which account to open first",
        ("tests/interfaces/test_quickstart.py::test_it_says_whom_to_be_first",),
    ),
    (
        README,
        "Run again, it changes nothing that a person entered.",
        ("tests/interfaces/test_quickstart.py::test_a_second_run_changes_nothing_that_a_person_entered",),
    ),
    (
        README,
        "also create a reporter, a reviewer and a leader",
        ("tests/interfaces/test_quickstart.py::test_the_demonstrations_people_hold_one_role_each",),
    ),
    (
        README,
        "adjusts values with a reason",
        ("tests/services/test_returns.py::test_a_changed_value_needs_a_reason_and_names_the_revision_seen",),
    ),
    (
        README,
        "extends deadlines",
        ("tests/services/test_extensions.py::test_a_unit_with_more_time_is_on_time_to_its_last_second",),
    ),
    (README, "decides unlock requests", ("tests/services/test_unlocking.py::test_a_reviewer_asks_and_another_grants",)),
    (
        README,
        "set-up and accounts, rights and unlocking, the event log: kept apart",
        ("tests/models/test_administrators_apart.py::test_a_second_of_the_three_is_refused",),
    ),
    (
        README,
        "A role holds for a region and everything below it.",
        (
            "tests/services/test_accounts.py::test_a_role_is_given_within_ones_own_region_alone",
            "tests/interfaces/test_pages.py::test_nobody_sees_another_citys_draft",
        ),
    ),
    (
        README,
        "neither reports nor verifies",
        ("tests/models/test_access.py::test_the_administrator_neither_enters_nor_verifies",),
    ),
    (
        README,
        "write an issued report again from the inputs it kept",
        ("tests/services/test_issued_again.py::test_the_file_is_the_same_to_the_byte",),
    ),
    (README, "verify the event log", ("tests/services/event_chain/test_tampering.py::test_an_untouched_log_is_sound",)),
    (
        README,
        "prove values, totals, documents and files from the event log on",
        ("tests/services/test_proof.py::test_what_nobody_touched_is_proved",),
    ),
    (README, "back up, restore", ("tests/test_backup.py::test_a_backup_restored_to_an_empty_place_is_equal",)),
    (
        README,
        "The file is loaded completely or not at all",
        ("tests/interfaces/test_quickstart.py::test_a_wrong_plan_prints_each_mistake_with_its_place",),
    ),
    (
        README,
        "but no passwords",
        (
            "tests/services/test_people_in_documents.py::test_people_come_back_with_roles_and_mail_and_without_passwords",
        ),
    ),
    (
        README,
        "it is imported after a preview",
        (
            "tests/interfaces/test_setup_workbook_pages.py::test_from_the_download_to_the_import_with_a_password_shown_once",
        ),
    ),
    (
        README,
        "checks the settings of the mail server",
        ("tests/interfaces/test_mail_pages.py::test_check_mail_says_in_plain_words_what_failed",),
    ),
    (
        README,
        "A value that cannot be used, an empty line included, stops the start with its name and what is expected.",
        (
            "tests/config/test_environment.py::test_no_mistyped_value_starts_the_service_and_each_is_named_without_its_password",
        ),
    ),
    (
        HELP.format("reporter"),
        "You can withdraw it until a reviewer has opened it.",
        (
            "tests/services/test_withdrawing.py::test_a_return_that_no_reviewer_has_opened_is_a_draft_again",
            "tests/services/test_withdrawing.py::test_one_that_a_reviewer_has_opened_stays_submitted",
        ),
    ),
    (
        HELP.format("reporter"),
        "the value is converted",
        (
            "tests/services/test_returns.py::test_another_unit_of_the_same_dimension_is_converted_and_the_typed_text_kept",
        ),
    ),
    (
        HELP.format("reporter"),
        "An empty field is missing and is never counted as zero.",
        ("tests/services/test_returns.py::test_a_typed_zero_stays_a_zero_and_an_emptied_cell_is_missing",),
    ),
    (
        HELP.format("reporter"),
        "Error: must be corrected before you submit",
        ("tests/services/test_returns.py::test_a_return_with_a_missing_cell_cannot_be_submitted",),
    ),
    (
        HELP.format("reporter"),
        "To correct a verified return, request an unlock on its page and give the reason",
        ("tests/services/test_unlocking.py::test_asking_needs_a_reason_and_refusing_an_answer",),
    ),
    (
        HELP.format("reporter"),
        "another reviewer decides",
        ("tests/services/test_unlocking.py::test_nobody_decides_their_own_request",),
    ),
    (
        HELP.format("reporter"),
        "You can still submit after the deadline; the return counts as late.",
        ("tests/services/test_extensions.py::test_late_is_not_locked",),
    ),
    (
        HELP.format("reporter"),
        "If the period is locked, ask a reviewer or the plan manager for an extension.",
        (
            "tests/services/test_extensions.py::test_from_the_lock_on_nothing_is_opened_saved_or_submitted",
            "tests/services/test_extensions.py::test_more_time_opens_the_lock_until_it_ends",
        ),
    ),
    (
        HELP.format("reviewer"),
        "The verified value is preset to the reported value. To adjust it, change it and give the reason.",
        ("tests/services/test_returns.py::test_a_changed_value_needs_a_reason_and_names_the_revision_seen",),
    ),
    (
        HELP.format("reviewer"),
        "A return that you entered or submitted must be verified by another reviewer.",
        (
            "tests/services/test_returns.py::test_who_submitted_cannot_verify_even_with_both_roles",
            "tests/models/test_plan_rights.py::test_who_typed_a_value_does_not_verify_the_return_that_another_submitted",
        ),
    ),
    (
        HELP.format("reviewer"),
        "values count after the last level has accepted them",
        (
            "tests/services/test_checking_levels.py::test_a_return_moves_up_one_level_at_a_time_and_counts_only_at_the_last",
        ),
    ),
    (
        HELP.format("reviewer"),
        "reports issued before keep theirs",
        ("tests/services/test_issued_again.py::test_what_was_issued_in_between_changes_nothing",),
    ),
    (
        HELP.format("reviewer"),
        "It ends by itself.",
        ("tests/services/test_extensions.py::test_when_it_has_ended_the_return_is_late_without_anybodys_doing",),
    ),
    (
        HELP.format("leader"),
        "Every figure can be opened to see the returns it comes from and who verified them.",
        (
            "tests/interfaces/test_report_values.py::test_a_report_leads_to_each_value_with_its_revision_and_who_verified_it",
        ),
    ),
    (
        HELP.format("leader"),
        "Levels are provisional until all are there.",
        (
            "tests/interfaces/test_provisional_targets.py::test_a_level_is_provisional_while_earlier_months_are_missing_and_none_without_the_month",
        ),
    ),
    (
        HELP.format("leader"),
        "An issued report keeps its figures",
        ("tests/services/test_issued_again.py::test_every_kind_is_the_same_after_all_of_it",),
    ),
    (
        HELP.format("leader"),
        "You can unsubscribe at the end of each summary mail.",
        ("tests/interfaces/test_stopping.py::test_a_mail_program_stops_it_at_once_and_without_a_token",),
    ),
    (
        HELP.format("auditor"),
        "Every entry has a check value.",
        ("tests/services/event_chain/test_sealing.py::test_events_are_sealed_once_in_their_order",),
    ),
    (
        HELP.format("auditor"),
        "sent to the audit administrators",
        ("tests/services/test_head_mail.py::test_it_leaves_with_the_head_as_a_file_in_the_persons_language",),
    ),
    (
        HELP.format("auditor"),
        "A value kept earlier proves that the log was not altered.",
        ("tests/services/event_chain/test_tampering.py::test_a_chain_reckoned_anew_is_found_against_the_head",),
    ),
    (
        HELP.format("security_admin"),
        "You cannot grant a role to yourself.",
        ("tests/interfaces/test_account_screens.py::test_nobody_gives_a_role_to_oneself",),
    ),
    (
        HELP.format("security_admin"),
        "Nobody holds two of the roles of system, security and audit administrator.",
        ("tests/models/test_administrators_apart.py::test_two_of_the_three_in_one_statement_are_refused",),
    ),
    (
        HELP.format("security_admin"),
        "It is shown once and must be changed at first sign-in.",
        (
            "tests/interfaces/test_account_screens.py::test_a_one_time_password_is_shown_once_and_recorded_but_not_what_it_is",
            "tests/interfaces/test_signing_in.py::test_a_given_password_is_changed_before_anything_else",
        ),
    ),
    (
        HELP.format("security_admin"),
        "then unlock the account",
        ("tests/interfaces/test_signing_in.py::test_the_security_administrator_unlocks",),
    ),
    (
        HELP.format("system_admin"),
        "check the components and the protections in force",
        ("tests/interfaces/test_operations_page.py::test_it_lists_protections_parts_and_what_failed",),
    ),
    (
        HELP.format("system_admin"),
        "Periodic work that failed is tried again by itself.",
        ("tests/services/test_upkeep.py::test_what_failed_is_put_off_longer_each_time_and_forgotten_when_it_is_done",),
    ),
    (
        HELP.format("system_admin"),
        "If the clock jumps by more than a day, nothing is deleted, sent or exported until you confirm the time.",
        (
            "tests/services/test_upkeep.py::test_a_tick_whose_time_jumped_does_nothing_and_the_next_good_one_does",
            "tests/services/test_upkeep.py::test_a_person_confirms_a_jump",
        ),
    ),
    (
        HELP.format("system_admin"),
        "accounts are never deleted",
        ("tests/interfaces/test_account_screens.py::test_an_account_is_closed_not_deleted",),
    ),
    (
        HELP.format("system_admin"),
        "can be erased once the account is closed",
        ("tests/interfaces/test_personal_data_pages.py::test_a_closed_account_is_erased_and_the_proof_holds",),
    ),
    (
        HELP.format("audit_admin"),
        "signing in, changing, verifying, issuing and downloading are recorded there",
        (
            "tests/interfaces/test_every_change_is_recorded.py::test_a_change_without_an_event_is_found",
            "tests/interfaces/test_every_change_is_recorded.py::test_a_file_let_out_without_an_event_is_found",
        ),
    ),
    (
        HELP.format("plan_manager"),
        "Once a manager of that plan agrees, what a unit submits for one plan is filled in for the other.",
        ("tests/services/test_indicator_links.py::test_what_is_submitted_for_one_plan_is_filled_in_for_the_other",),
    ),
    (
        HELP.format("plan_manager"),
        "The table is imported as a whole after another person approves it.",
        ("tests/interfaces/test_past_pages.py::test_the_sender_cannot_accept_by_address",),
    ),
    (
        HELP.format("plan_manager"),
        "you can preview what any recipient will receive and send yourself a test",
        (
            "tests/interfaces/test_mail_preview.py::test_what_is_previewed_is_what_is_sent",
            "tests/interfaces/test_mail_preview.py::test_a_test_goes_to_oneself_marked_and_without_the_power_to_stop_anothers_mail",
        ),
    ),
    (
        HELP.format("pages"),
        "The page “My data” shows everything that is held about you",
        ("tests/interfaces/test_personal_data_pages.py::test_ones_own_data_are_shown_and_let_out_in_two_forms",),
    ),
    (
        HELP.format("pages"),
        "Lists of targets, values and completeness show an earlier moment too",
        ("tests/interfaces/test_as_of_lists.py::test_each_reading_page_shows_the_figures_of_its_moment",),
    ),
    (
        HELP.format("reviewer"),
        "Telephone numbers of people are shown to reviewers and plan managers of the unit only",
        ("tests/interfaces/test_personal_data_pages.py::test_a_persons_number_is_shown_to_who_needs_to_call",),
    ),
    (
        HELP.format("plan_manager"),
        "come without names of people",
        (
            "tests/services/test_names_in_attachments.py::test_an_outside_address_gets_a_copy_without_names_whose_hash_is_recorded",
        ),
    ),
    (
        HELP.format("plan_manager"),
        "A return that is verified, locked or accepted at a level stays",
        (
            "tests/services/test_indicator_links.py::test_a_verified_return_stays_and_both_pages_tell_of_the_difference",
            "tests/services/test_indicator_links.py::test_a_locked_return_stays",
            "tests/services/test_indicator_links.py::test_what_a_level_has_accepted_stays",
        ),
    ),
    (
        HELP.format("plan_manager"),
        "Either manager ends the link from a period on.",
        ("tests/services/test_indicator_links.py::test_either_manager_ends_it_from_a_period_on",),
    ),
    (
        HELP.format("pages"),
        "Accounts are closed, never deleted.",
        ("tests/interfaces/test_account_screens.py::test_an_account_is_closed_not_deleted",),
    ),
    (
        HELP.format("pages"),
        "The first submission counts.",
        (
            "tests/services/test_extensions.py::test_what_is_sent_back_is_the_units_to_correct_lock_or_not_and_stays_on_time",
        ),
    ),
    (
        HELP.format("pages"),
        "Stop or resume your own subscriptions here.",
        ("tests/interfaces/test_mail_pages.py::test_a_subscription_is_stopped_and_taken_up_again",),
    ),
)
