"""A small province for asking who may open what: one of each kind of row, all Taiyuan's, and a person for each role
at each place.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.db.models import Model

from tests import factories, projects
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.uploads.evidence_files import pdf
from tracker.models import (
    Allocation,
    Body,
    Bulletin,
    Clause,
    Commitment,
    Delivery,
    EmergencyAccess,
    Event,
    ExpectedRange,
    Extension,
    Indicator,
    IndicatorLink,
    IssuedReport,
    Job,
    MeasureUnit,
    Membership,
    NameAlias,
    Obligation,
    PausedAddress,
    Plan,
    PolicyDocument,
    Region,
    RegionLevel,
    ReportingUnit,
    Return,
    Role,
    RuleChange,
    Schedule,
    SeriesBreak,
    SignIn,
    Subscription,
    Target,
    UnitCapacity,
    UnlockRequest,
    Upload,
    User,
)
from tracker.services import returns
from tracker.services.mail.unsubscribe import StoppableMail, key_of
from tracker.services.returns import evidence

#: Where a person's role holds, seen from Taiyuan, whose rows are asked for.
PLACES = {"own": TAIYUAN, "parent": SHANXI, "sibling": DATONG}
#: Written into everything of Taiyuan's that holds words: nobody elsewhere may read it on any page.
SECRET = "只属太原之言"
MESSAGE = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>"
COLUMNS = {
    "columns": {"sheet": "1", "heading_row": 1, "roles": ["unit"], "measures": [""], "period": "", "indicator": ""},
    "sheets": [{"name": "1", "rows": 1, "columns": 1, "head": [["单位"]]}],
}
VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}


@dataclass
class World:
    """The rows by the model's name, the people by role and place, and further parts of addresses."""

    rows: dict[str, Model] = field(default_factory=dict)
    people: dict[tuple[str, str], User] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def make_world() -> World:
    """The whole of it, in an empty database."""
    world = World()
    plan = factories.load_plan()
    official = factories.make_user("own-official", Role.REPORTER, TAIYUAN)
    leader = factories.make_user("own-leader", Role.LEADER, TAIYUAN)
    reviewer = factories.make_user("own-reviewer", Role.REVIEWER, SHANXI)
    manager = factories.make_user("own-manager", Role.PLAN_MANAGER, SHANXI)
    factories.make_user("datong-official", Role.REPORTER, DATONG)
    for role in Role:
        for place, code in PLACES.items():
            world.people[role, place] = factories.make_user(f"{role}-{place}", role, code)
    world.people["none", "none"] = factories.make_user("none")
    world.people["admin", "none"] = User.objects.create_superuser("admin", password=factories.PASSWORD)
    add = world.rows.__setitem__
    unit = _reference(world, plan)
    _lists(world, plan, unit, official, reviewer)
    _reporting(world, plan, unit, official, reviewer)
    _output(world, plan, official, leader, manager)
    asked = {"user": world.people["admin", "none"], "reason": "x", "hours": 1, "asked_at": NOW}
    add("emergencyaccess", EmergencyAccess.objects.create(**asked))
    add("user", official)
    add("signin", SignIn.objects.create(user=official, session_key="x", began_at=NOW, last_used_at=NOW))
    add("membership", Membership.objects.get(user=official))
    return world


def _reference(world: World, plan: Plan) -> ReportingUnit:
    gangue = Indicator.objects.get(code="coal_gangue_utilised")
    unit = factories.make_unit(plan, TAIYUAN)
    factories.make_unit(plan, DATONG)
    ReportingUnit.objects.filter(pk=unit.pk).update(name=f"{SECRET}单位")
    unit.refresh_from_db()
    taiyuan = factories.region(TAIYUAN)
    target = Target.objects.get(plan=plan, indicator=gangue)
    world.rows |= {
        "plan": plan,
        "clause": Clause.objects.filter(plan=plan)[0],
        "commitment": Commitment.objects.filter(clause__plan=plan)[0],
        "body": Body.objects.all()[0],
        "region": taiyuan,
        "reportingunit": unit,
        "measureunit": MeasureUnit.objects.all()[0],
        "regionlevel": RegionLevel.objects.create(code="district", name="管理区"),
        "indicator": gangue,
        "target": target,
        "allocation": _allocation(target, taiyuan),
        "rulechange": RuleChange.objects.create(
            plan=plan, effective_from=date(2020, 12, 1), level_one_below=-10, document_number="-"
        ),
        "obligation": Obligation.objects.filter(unit=unit)[0],
        "period": factories.period(plan, "2020-12"),
        "checkrule": factories.load_checks()[0],
        "unitcapacity": UnitCapacity.objects.create(unit=unit, indicator=gangue, per_month=9),
        "expectedrange": ExpectedRange.objects.create(unit=unit, indicator=gangue, low=1, high=9),
        "namealias": NameAlias.objects.create(name=f"other name of {unit.code}", unit=unit),
        "indicatorlink": _link(plan, gangue, taiyuan),
        "seriesbreak": SeriesBreak.objects.create(
            plan=plan, indicator=gangue, region=taiyuan, period=factories.period(plan, "2020-12"), reason=SECRET
        ),
    }
    return unit


def _link(plan: Plan, indicator: Indicator, region: Region) -> IndicatorLink:
    """A link proposed to a plan of Taiyuan's, which is a base year, so that no page lists it."""
    year = date(2019, 1, 1), date(2019, 12, 31)
    dates = {"issued_on": year[0], "starts_on": year[0], "ends_on": year[1]}
    other = Plan._base_manager.create(code="base", name=SECRET, issuer="-", region=region, base_year_of=plan, **dates)
    manager = User.objects.get(username="own-manager")
    return IndicatorLink.objects.create(
        plan=plan,
        indicator=indicator,
        other_plan=other,
        other_indicator=indicator,
        begins=plan.starts_on,
        proposed_by=manager,
        proposed_at=NOW,
    )


def _allocation(target: Target, region: Model) -> Allocation:
    return Allocation.objects.create(version=target.versions.all()[0], region=region, value=1)


def _lists(world: World, plan: Plan, unit: ReportingUnit, official: User, reviewer: User) -> None:
    """A list with a project of Taiyuan's, which took a step, and one of Datong's."""
    own = projects.project(1, unit=unit, name=f"{SECRET}项目", content=SECRET)
    listed = projects.make_list(plan, [own, projects.project(2, place=DATONG)])
    projects.count_from(listed, "projects_advanced")
    member = projects.members(listed)[0]
    projects.take([member], "signed", date(2020, 5, 1), reporter=official, reviewer=reviewer)
    projects.report([member], "started", date(2020, 6, 1), reporter=official)
    world.rows |= {"projectlist": listed, "listmember": member, "project": own}


def _reporting(world: World, plan: Plan, unit: ReportingUnit, official: User, reviewer: User) -> None:
    august = factories.period(plan)
    draft = returns.open_return(unit, august, acting_user=official, now=NOW)
    proof = evidence.add_evidence(
        factories.entry(draft, "coal_gangue_utilised"), [pdf()], f"{SECRET}.pdf", acting_user=official, now=NOW
    )
    notes = dict.fromkeys(VALUES, SECRET)
    draft.refresh_from_db()
    returns.save_draft(draft, VALUES, acting_user=official, now=NOW, expected_version=draft.version, notes=notes)
    returns.submit_return(draft, acting_user=official, now=NOW, expected_version=draft.version)
    returns.verify_return(draft, acting_user=reviewer, now=NOW, expected_version=draft.version)
    request = returns.request_unlock(
        draft, reason=SECRET, acting_user=official, now=NOW, expected_version=draft.version
    )
    july = factories.file_return(unit, factories.period(plan, "2020-07"), VALUES, reporter=official, note=SECRET)
    world.rows |= {
        "return": Return.objects.get(pk=july.pk),
        "verified": draft,
        "evidence": proof,
        "unlockrequest": UnlockRequest.objects.get(pk=request.pk),
        "extension": Extension.objects.create(
            unit=unit,
            period=factories.period(plan, "2020-09"),
            until=NOW + timedelta(days=99),
            reason=SECRET,
            granted_by=reviewer,
            granted_at=NOW,
        ),
        "event": Event.objects.filter(object_type="return")[0],
    }


def _output(world: World, plan: Plan, official: User, leader: User, manager: User) -> None:
    taiyuan, august = factories.region(TAIYUAN), factories.period(plan)
    job = Job.objects.create(
        kind=Job.Kind.REPORT,
        parameters={
            "plan": plan.pk,
            "period": august.pk,
            "region": taiyuan.pk,
            "region_path": taiyuan.path,
            "language": "zh-hans",
            "kind": "compliance",
        },
        request_key="a",
        requested_by=leader,
        requested_at=NOW,
    )
    report = IssuedReport.objects.create(
        kind="compliance",
        plan=plan,
        period=august,
        region=taiyuan,
        issue_year=2020,
        issue_number=8,
        title=f"{SECRET}报告",
        language="zh-hans",
        as_of=NOW,
        issued_at=NOW,
        issued_by=leader,
        file=ContentFile(b"PK", "report.xlsx"),
        file_size=2,
        sha256=hashlib.sha256(b"PK").hexdigest(),
    )
    bulletin = Bulletin.objects.create(
        report=report,
        title=f"{SECRET}通报",
        sentences={
            "title": "通报",
            "basis": SECRET,
            "sections": [
                {
                    "key": "overall",
                    "heading": "总体情况",
                    "sentences": [{"key": "coverage", "parts": [[SECRET, ""], ["5", "a@b:c"]]}],
                }
            ],
        },
        texts={"opening": SECRET},
        drafted_by=leader,
        drafted_at=NOW,
        changed_at=NOW,
        editors=[leader.pk],
    )
    schedule = Schedule.objects.create(name="月报", plan=plan)
    subscription = Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)
    delivery = Delivery.objects.create(
        kind=Delivery.Kind.REMINDER,
        user=official,
        occasion="2020-09-01",
        recipient=official.email,
        subject=SECRET,
        next_attempt_at=NOW,
        created_at=NOW,
        message_id="<1@example.com>",
        content=ContentFile(MESSAGE, "1.eml"),
    )
    day = "2020-01-01"
    annex = {"list": world.rows["projectlist"].pk, "number": "1", "issued_on": day, "effective_from": day, "reason": ""}
    kept = {"size": 1, "sha256": "-", "file_name": f"{SECRET}.xlsx", "uploaded_at": NOW, "plan": plan}
    world.rows |= {
        "job": job,
        "issuedreport": report,
        "bulletin": bulletin,
        "schedule": schedule,
        "subscription": subscription,
        "delivery": delivery,
        "pausedaddress": PausedAddress.objects.create(address=official.email, paused_at=NOW),
        "listupload": Upload.objects.create(kind="list", uploaded_by=manager, state="ready", mapping=annex, **kept),
        "workbook": Upload.objects.create(kind="template", period=august, uploaded_by=official, **kept),
        "setupworkbook": Upload.objects.create(kind="setup", uploaded_by=manager, **kept),
        "table": Upload.objects.create(kind="table", uploaded_by=manager, mapping=COLUMNS, state="ready", **kept),
    }
    world.rows["policydocument"] = PolicyDocument.objects.create(
        file_name="plan.txt",
        size=1,
        sha256="-",
        text="一、目标",
        file=ContentFile(b"x", "plan.txt"),
        draft={"clauses": [{"key": "c1", "start": 0, "end": 4, "number": "一", "name": "目标"}]},
        version=1,
        state=PolicyDocument.State.OPEN,
        uploaded_by=manager,
        uploaded_at=NOW,
    )
    PolicyDocument.objects.create(
        file_name="plan.txt",
        size=1,
        sha256="-",
        text="一、目标",
        file=ContentFile(b"x", "plan.txt"),
        state=PolicyDocument.State.CREATED,
        plan=plan,
        uploaded_by=manager,
        uploaded_at=NOW,
    )
    world.keys["stop"] = key_of(StoppableMail(subscription, leader))
