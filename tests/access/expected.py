"""Who may open what: every URL pattern, declared. A pattern that stands nowhere here fails the build.

People are letters: R reporter, V reviewer, P plan manager, L leader, A auditor, S system administrator, K security
administrator, U audit administrator, X the installing administrator, N somebody with no role, 0 somebody who has not
logged in. "RV=200/200/404" says what reporters and reviewers of Taiyuan, of the province above and of Datong beside it
are answered about Taiyuan's row; "RV=200" says the same for all three.
"""

from tracker.models import Role

LETTERS = {
    "R": Role.REPORTER,
    "V": Role.REVIEWER,
    "P": Role.PLAN_MANAGER,
    "L": Role.LEADER,
    "A": Role.AUDITOR,
    "S": Role.SYSTEM_ADMIN,
    "K": Role.SECURITY_ADMIN,
    "U": Role.AUDIT_ADMIN,
    "X": "admin",
    "N": "none",
    "0": "anonymous",
}
#: Everybody with a role, and the installing administrator.
STAFF = "RVPLASKUX"
#: Where a row is seen from: Taiyuan's own; the province's; without a place, everybody's to read and the province's to
#: write.
OWN, PROVINCE, COMMON = "200/200/404", "404/200/404", "403/200/403"

EXPECTED: dict[str, tuple[str, str]] = {}


def say(name: str, get: str, post: str) -> None:
    """Declare a pattern: what GET and POST answer."""
    assert name not in EXPECTED, name
    EXPECTED[name] = (get, post)


def rest(named: str) -> str:
    """The staff who are not named."""
    return "".join(letter for letter in STAFF if letter not in named)


def page(name: str, get: str) -> None:
    """A page that only shows; it is not posted to."""
    say(name, get, f"{_who(name)}=405")


def keeper(name: str, get: str) -> None:
    """A list, which also keeps one's views of it; nothing is posted that names one."""
    say(name, get, f"{_who(name)}=404")


def deed(name: str, post: str) -> None:
    """Something that is done by posting; following a link to it does nothing."""
    say(name, f"{_who(name)}=405", post)


def _who(name: str) -> str:
    """Who is answered at all; without a role the administration leads to the log-in."""
    return STAFF if name.startswith("admin:") else f"{STAFF}N"


def screen(
    model: str,
    *,
    readers: str,
    rows: str,
    adders: str = "",
    add: str = "200",
    writers: str = "",
    write: str = "",
    deletable: bool = True,
) -> None:
    """An administration screen: who lists, reads, adds, changes and deletes, and what a row answers at each place.

    `write` is what changing answers where it differs from reading. Without `deletable`, others hang on the row.
    """
    none = rest(readers)
    write = write or rows
    delete = write if deletable else write.replace("200", "403")
    say(f"admin:tracker_{model}_changelist", *[f"{readers}=200 {none}=403"] * 2)
    say(f"admin:tracker_{model}_add", *[f"{adders}={add} {rest(adders)}=403" if adders else ALL_403] * 2)
    say(f"admin:tracker_{model}_history", *[f"{readers}={rows} {none}=404"] * 2)
    say(
        f"admin:tracker_{model}_change",
        f"{readers}={rows} {none}=403",
        f"{writers}={write} {rest(writers)}=403" if writers else ALL_403,
    )
    say(f"admin:tracker_{model}_delete", *[f"{writers}={delete} {rest(writers)}=403" if writers else ALL_403] * 2)
    say(f"admin/tracker/{model}/<path:object_id>/", *[f"{STAFF}N0=302"] * 2)  # to the row's page, which asks


ALL_403 = f"{STAFF}=403"

# Reading pages
page("home", f"{STAFF}N=200")
page("region", f"RVPLASX={OWN} KUN=404")
page("indicator", "RVPLASX=200 KUN=404")
page("indicator_months", "RVPLASX=200 KUN=404")
page("figure", "RVPLASX=200 KUN=404")
page("indicator_metadata", "RVPLASX=200 KUN=404")
page("statistics", "RVPLASX=200 KUN=404")
page("statistics_revisions", "RVPLASX=200 KUN=404")
page("revision_policy", f"{STAFF}N=200")
page("clauses", "RVPLASX=200 KUN=404")
page("clause", "RVPLASX=200 KUN=404")
page("return", f"RVPLASX={OWN} KUN=404")
keeper("entries", f"{STAFF}N=200")
say("events", "AUX=200 RVPLSKN=403", "AUX=404 RVPLSKN=403")  # as below
say("project_sheet", f"RVPLASX={OWN} KUN=404", f"{STAFF}N=404")  # a verified return is closed
page("project_lists", f"{STAFF}N=200")
keeper("project_list", "RVPLASX=200 KUN=404")  # each sees the names of their own regions
page("project_list_funnel", "RVPLASX=200 KUN=404")
page("project_list_timeline", "RVPLASX=200 KUN=404")
say("project_list_steps", "V=404/200/404 RPLASKUXN=404", "V=404/302/404 RPLASKUXN=404")
say("project_list_add", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("project_list_import", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
page_of_one = f"{STAFF}N=404"  # sent in by somebody else
say("list_upload", page_of_one, page_of_one)
for record in ("project_list_carry", "project_split"):
    say(record, "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
deed("project_list_several", f"{STAFF}N=404")  # nothing is named that is to be done
say("project_list_new", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("project_list_rule", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("project_list_reports", "PSX=404/200/404 RVLAKUN=404", "PSX=404/302/404 RVLAKUN=404")
say("project_list_setup", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("project_year", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("project_edit", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
for record in ("project_permit", "project_problem"):
    say(record, "R=200/200/404 PSX=404/200/404 VLAKUN=404", "R=422/422/404 PSX=404/422/404 VLAKUN=404")
deed("project_settle", f"{STAFF}N=404")  # no problem is named
page("project", f"RVPLASX={OWN} KUN=404")
deed("project_step", "R=422/422/404 VPLASKUXN=404")
deed("project_withdraw", f"{STAFF}N=404")  # no step is named
say("project_leave", "PSX=404/200/404 RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
page("report_values", f"RVPLASX={OWN} KUN=404")
page("mail_preview", "PSX=200 RVLAKUN=403")
page("mail_preview_content", "PSX=404 RVLAKUN=403")
deed("mail_preview_send", "PSX=302 RVLAKUN=403")
keeper("targets", f"{STAFF}N=200")
page("target", "RVPLASX=200 KUN=404")  # the province's target stands above every city
page("target_trend", "RVPLASX=200 KUN=404")
keeper("returns", f"{STAFF}N=200")
page("search", f"{STAFF}N=200")
page("help", f"{STAFF}N=302")  # to the help of one's role
page("help_topic", f"{STAFF}N=200")
keeper("timeliness", f"{STAFF}N=200")
keeper("reports", f"{STAFF}N=200")
deed("report_request", f"{STAFF}N=422")  # nothing was chosen
page("report", f"RVPLASX={OWN} KUN=404")
page("report_file", f"RVPLASX={OWN} KUN=404")
deed("report_brief", "RVPLX=302/302/404 AS=302/302/404 KUN=404")
deed("report_bulletin", "RVPLX=302/302/404 AS=302/302/404 KUN=404")  # back to the report, where it is refused
page("bulletin", "RVPLX=200/200/404 ASKUN=404")  # a draft
page("bulletin_file", "RVPLX=200/200/404 ASKUN=404")
deed("bulletin_act", "RVPLX=302/302/404 ASKUN=404")  # no button was pressed
page("past_tables", f"{STAFF}N=200")
deed("past_send", f"{STAFF}N=422")
page("past_table", f"VPSX={PROVINCE} RLAKUN=404")
deed("past_check", "VPSX=404/422/404 RLAKUN=404")
deed("past_accept", "VPSX=404/302/404 RLAKUN=404")
deed("past_discard", "VPSX=404/302/404 RLAKUN=404")
page("past_problems", f"{STAFF}N=404")  # no errors were found
page("setup_workbook", "PSKX=200 RVLAUN=403")
page("setup_workbook_download", "PSKX=200 RVLAUN=403")
deed("setup_workbook_upload", "PSKX=422 RVLAUN=403")  # nothing was chosen
page("setup_workbook_preview", f"{STAFF}N=404")  # somebody else's
deed("setup_workbook_check", f"{STAFF}N=404")
deed("setup_workbook_accept", f"{STAFF}N=404")
deed("setup_workbook_discard", f"{STAFF}N=404")
page("setup_workbook_marked", f"{STAFF}N=404")
page("job", f"RVPLASUX={OWN} KN=404")
page("job_state", f"RVPLASUX={OWN} KN=404")
deed("job_cancel", "RVPLASUX=302/302/404 KN=404")
deed("job_again", "RVPLASUX=302/302/404 KN=404")
keeper("deliveries", f"{STAFF}N=200")
page("mail_upcoming", "PSX=200 RVLAKUN=404")
page("delivery", f"PASX={OWN} RVLKUN=404")
page("delivery_content", f"PASX={OWN} RVLKUN=404")
page("delivery_attachment", f"{STAFF}N=404")  # nothing was attached
deed("delivery_resend", f"{STAFF}N=404")  # a reminder is not sent again
say("mail_stop", *[f"{STAFF}N0=200"] * 2)  # the address in a mail stands for its reader
deed("reminders_switch", f"{STAFF}N=302")  # one's own
deed("subscription_send", f"{STAFF}N=404")  # somebody else's
deed("subscription_switch", f"{STAFF}N=404")
say("set_language", *[f"{STAFF}N0=302"] * 2)

# The installation
page("operations", "SX=404/200/404 RVPLAKUN=404")
page("emergency", "SXK=404/200/404 RVPLAUN=404")
deed("emergency_ask", "SXK=404/422/404 RVPLAUN=404")  # without a reason
deed("emergency_agree", "SXK=404/302/404 RVPLAUN=404")  # who may not is told so
deed("emergency_end", "SXK=404/302/404 RVPLAUN=404")
deed("operations_permit", "SX=404/302/404 RVPLAKUN=404")
deed("operations_clock", "SX=404/302/404 RVPLAKUN=404")

# Set-up in pages
page("setup", "PSXK=200 RVLAUN=403")
page("plan_new", "PSX=200 RVLAKUN=403")
deed("policy_send", "PSX=403/422/403 RVLAKUN=403")  # nothing was chosen
page("policy_draft", f"PSX={PROVINCE} RVLAKUN=404")
say("policy_plan", f"PSX={PROVINCE} RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("policy_item", f"PSX={PROVINCE} RVLAKUN=404", "PSX=404/422/404 RVLAKUN=404")
say("policy_add", *["PSX=404/302/404 RVLAKUN=404"] * 2)  # nothing was marked
deed("policy_decide", f"{STAFF}N=404")  # no item is named
deed("policy_accept", "PSX=404/302/404 RVLAKUN=404")
deed("policy_create", "PSX=404/422/404 RVLAKUN=404")  # a proposal waits
page("policy_workbook", f"PSX={PROVINCE} RVLAKUN=404")
deed("policy_discard", "PSX=404/302/404 RVLAKUN=404")
say("identity", "SX=403/200/403 RVPLAKUN=403", "SX=403/422/403 RVPLAKUN=403")
say("identity_logo", f"{STAFF}N0=404", f"{STAFF}N0=405")  # none is set
page("plan_text", "RVPLASX=200 KUN=404")  # a plan is read by all whom it concerns
page("plan_document", "RVPLASX=200 KUN=404")
say("plan_copy", "PSX=403/200/403 RVLAKUN=404", "PSX=403/422/403 RVLAKUN=404")
say("region_changes", f"PSX={OWN} RVLAKUN=403", "PSX=422/422/404 RVLAKUN=403")
say("unit_names", f"PSX={OWN} RVLAKUN=403", "PSX=422/422/404 RVLAKUN=403")
say("plan_split", "PSX=403/200/403 RVLAKUN=404", "PSX=403/422/403 RVLAKUN=404")  # not as it was seen
say("plan_obligations", "PSX=403/200/403 RVLAKUN=404", "PSX=403/422/403 RVLAKUN=404")

# One's own account
say("account_code", *[f"{STAFF}N=302"] * 2)  # no second step is waited for
say("account_password", f"{STAFF}N=200", f"{STAFF}N=422")
say("account_two_step", f"{STAFF}N=200", f"{STAFF}N=422")
deed("account_new_codes", f"{STAFF}N=302")
page("account_sessions", f"{STAFF}N=200")
page("account_data", f"{STAFF}N=200")
say("account_notice", f"{STAFF}N=200", f"{STAFF}N=422")
say("account_erase", *[f"SX={OWN} RVPLAKUN=403"] * 2)  # an open account is not erased
deed("account_session_end", f"{STAFF}N=404")  # somebody else's

# Workbooks of a month
say("admin:workbooks", *["R=200 VPLASKUX=403"] * 2)
page("admin:workbook_template", "R=200 VPLASKUX=403")
page("admin:workbook", "R=404 VPLASKUX=403")  # sent in by somebody else
page("admin:workbook_marked", "R=404 VPLASKUX=403")
for action in ("check", "accept", "discard", "submit"):
    deed(f"admin:workbook_{action}", "R=404 VPLASKUX=403")

# The administration itself
say("admin:index", f"{STAFF}=200", f"{STAFF}=200")
say("admin:login", f"{STAFF}=302 N0=200", f"{STAFF}N0=200")
deed("admin:logout", f"{STAFF}=200")
say("admin:password_change", f"{STAFF}=302", f"{STAFF}=302")  # to the one page for it
page("admin:password_change_done", f"{STAFF}=200")
page("admin:autocomplete", ALL_403)  # nothing says what for
page("admin:jsi18n", f"{STAFF}=200")
say("admin:view_on_site", *[f"{STAFF}=404"] * 2)
say("admin:app_list", *[f"{STAFF}=200"] * 2)
say("admin/(?P<url>.*)$", *[f"{STAFF}=404"] * 2)

# Set-up
for model in ("checkrule", "measureunit", "body", "indicator", "regionlevel"):
    screen(
        model,
        readers="PASUX",
        rows="200",
        adders="PSX",
        add=COMMON,
        writers="PSX",
        write=COMMON,
        deletable=model not in ("body", "indicator"),
    )
for model in ("plan", "clause", "target", "commitment", "period", "allocation", "rulechange", "seriesbreak"):
    is_used = model in ("plan", "clause", "target")
    screen(model, readers="PASUX", rows=PROVINCE, adders="PSX", writers="PSX", deletable=not is_used)
for model in ("unitcapacity", "expectedrange", "namealias", "obligation"):
    screen(model, readers="PASUX", rows=OWN, adders="PSX", writers="PSX")
for model in ("region", "reportingunit"):
    screen(model, readers="PASKUX", rows=OWN, adders="PSX", writers="PSX", deletable=False)
for model in ("schedule", "subscription"):
    screen(model, readers="PASUX", rows=PROVINCE, adders="PSX", writers="PSX")
say(
    "admin:tracker_plan_deadlines", "PSX=404/200/404 AU=404/403/404 RVLK=404", "PSX=404/302/404 AU=404/403/404 RVLK=404"
)
say(
    "admin:tracker_plan_demonstration",
    "SX=404/200/404 PAU=404/403/404 RVLK=404",
    "SX=404/302/404 PAU=404/403/404 RVLK=404",
)

# Returns
screen("return", readers="RVPLASX", rows=OWN, adders="R")
screen("unlockrequest", readers="RVPLASX", rows=OWN)
screen("extension", readers="VPASUX", rows=OWN, adders="VPSX")
say("admin:tracker_extension_withdraw", "VPASUX=302/302/404 RLK=404", "VPSX=302/302/404 AU=403/403/404 RLK=404")
screen("indicatorlink", readers="PASUX", rows=OWN, adders="PSX")
say("admin:tracker_indicatorlink_agree", "PASUX=302/302/404 RVLK=404", "PSX=302/302/404 AU=403/403/404 RVLK=404")
say(
    "admin:tracker_indicatorlink_end",
    "PSX=200/200/404 AU=403/403/404 RVLK=404",
    "PSX=422/422/404 AU=403/403/404 RVLK=404",
)
say("admin:tracker_return_verify_several", "V=200 RPLASKUX=403", "V=302 RPLASKUX=403")
deed("admin:tracker_return_checks", "RVPLASX=403/403/404 KU=404")
page("admin:tracker_evidence_file", f"RVPLASX={OWN} KU=404")

# What came of it
screen("job", readers="RVPLAUX", rows=OWN)
screen("issuedreport", readers="RVPLASX", rows=OWN)
screen("delivery", readers="PSX", rows=OWN)
screen("pausedaddress", readers="PSX", rows=OWN)
screen("event", readers="AUX", rows=OWN)

# People
screen("user", readers="PASKUX", rows=OWN, adders="SX", writers="SX")
screen("membership", readers="AKUX", rows=OWN, adders="KX", writers="KX")
say("admin:auth_user_password_change", *[f"KX={OWN} PASU=403/403/404 RVL=404"] * 2)

# What differs from its like
EXPECTED["admin:tracker_return_change"] = (f"RVPLASX={OWN} KU=404", "RVPLASX=403/403/404 KU=404")
EXPECTED["admin:tracker_unlockrequest_change"] = ("RVPLASX=302/302/404 KU=404",) * 2  # leads to its return
EXPECTED["admin:tracker_event_changelist"] = ("AUX=302 RVPLSK=403",) * 2  # the log is read on a page of its own
for model in ("delivery", "pausedaddress"):  # an auditor reads mail on its own page
    EXPECTED[f"admin:tracker_{model}_history"] = (f"PSX={OWN} A=403/403/404 RVLKU=404",) * 2
EXPECTED["admin:tracker_user_delete"] = (ALL_403,) * 2  # an account is closed, never deleted
EXPECTED["admin:tracker_job_history"] = (f"RVPLAUX={OWN} S=403/403/404 K=404",) * 2


def expected(name: str, method: str, role: str, place: str) -> int:
    """What a pattern answers to a person, by the table."""
    wanted = EXPECTED[name][("GET", "POST").index(method)]
    for part in wanted.split():
        letters, _equals, answers = part.partition("=")
        if role in [LETTERS[letter] for letter in letters]:
            return _at(answers.split("/"), place)
    if role in ("none", "anonymous"):
        return 302  # to the log-in
    raise LookupError(f"{name}: nothing is declared for {role}")


def _at(answers: list[str], place: str) -> int:
    if len(answers) == 1:
        return int(answers[0])
    # The installing administrator is everywhere.
    return int(dict(zip(("own", "parent", "sibling"), answers, strict=True)).get(place, answers[1]))
