"""State: what is stored, its constraints, and querysets that name intent."""

from tracker.models.alias import NameAlias
from tracker.models.check import CheckRule, ExpectedRange, UnitCapacity
from tracker.models.deadline import Extension
from tracker.models.earlier import EarlierRegion, EarlierUnitName
from tracker.models.emergency import EmergencyAccess
from tracker.models.entry import Entry, ValueRevision
from tracker.models.event import Event, EventSeal
from tracker.models.exchange import Evidence, Upload
from tracker.models.expected import ExpectedCell, ExpectedReturn
from tracker.models.heartbeat import Heartbeat
from tracker.models.identity import Identity
from tracker.models.indicator import Indicator, IndicatorPart, MeasureUnit
from tracker.models.indicator_link import IndicatorLink
from tracker.models.kept_terms import ObligationCountChange, PlanTerms
from tracker.models.list_history import CountChange, ListChange, StepDecision, TakenStep
from tracker.models.mail import Delivery, PausedAddress
from tracker.models.mail_threshold import MailThreshold
from tracker.models.organisation import Membership, Region, ReportingUnit, Role, User
from tracker.models.output import IssuedForecast, IssuedLevel, IssuedReport, Job
from tracker.models.paper import Bulletin, DocumentName
from tracker.models.period import Obligation, Period
from tracker.models.permit import ActPermit
from tracker.models.personal import Notice, NoticeReading, PersonalKey
from tracker.models.plan import Body, Clause, Commitment, Plan
from tracker.models.policy import MemberSentence, PolicyDocument, TargetSentence
from tracker.models.project import Project, ProjectPermit, ProjectProblem
from tracker.models.project_list import ListBatch, ListMember, ListRule, ListStep, ProjectList
from tracker.models.project_report import ProjectReport, ProjectReportRevision
from tracker.models.project_review import ProjectReportReview
from tracker.models.region_level import RegionLevel
from tracker.models.reporting import Return
from tracker.models.review import CellComment, UnlockRequest
from tracker.models.rule_change import RuleChange
from tracker.models.saved_view import SavedView
from tracker.models.series_break import SeriesBreak
from tracker.models.sign_in import PastPassword, RecoveryCode, SignIn
from tracker.models.subscription import KeyedStop, Schedule, Subscription
from tracker.models.target import Allocation, PacePoint, ProgrammeTarget, Target, TargetMilestone, TargetVersion
from tracker.models.totals import PeriodTotal, PlanTotal, RegionTotal
from tracker.models.upkeep import ClockState, UpkeepFailure

__all__ = [
    "ActPermit",
    "Allocation",
    "Body",
    "Bulletin",
    "CellComment",
    "CheckRule",
    "Clause",
    "ClockState",
    "Commitment",
    "CountChange",
    "Delivery",
    "DocumentName",
    "EarlierRegion",
    "EarlierUnitName",
    "EmergencyAccess",
    "Entry",
    "Event",
    "EventSeal",
    "Evidence",
    "ExpectedCell",
    "ExpectedRange",
    "ExpectedReturn",
    "Extension",
    "Heartbeat",
    "Identity",
    "Indicator",
    "IndicatorLink",
    "IndicatorPart",
    "IssuedForecast",
    "IssuedLevel",
    "IssuedReport",
    "Job",
    "KeyedStop",
    "ListBatch",
    "ListChange",
    "ListMember",
    "ListRule",
    "ListStep",
    "MailThreshold",
    "MeasureUnit",
    "MemberSentence",
    "Membership",
    "NameAlias",
    "Notice",
    "NoticeReading",
    "Obligation",
    "ObligationCountChange",
    "PacePoint",
    "PastPassword",
    "PausedAddress",
    "Period",
    "PeriodTotal",
    "PersonalKey",
    "Plan",
    "PlanTerms",
    "PlanTotal",
    "PolicyDocument",
    "ProgrammeTarget",
    "Project",
    "ProjectList",
    "ProjectPermit",
    "ProjectProblem",
    "ProjectReport",
    "ProjectReportReview",
    "ProjectReportRevision",
    "RecoveryCode",
    "Region",
    "RegionLevel",
    "RegionTotal",
    "ReportingUnit",
    "Return",
    "Role",
    "RuleChange",
    "SavedView",
    "Schedule",
    "SeriesBreak",
    "SignIn",
    "StepDecision",
    "Subscription",
    "TakenStep",
    "Target",
    "TargetMilestone",
    "TargetSentence",
    "TargetVersion",
    "UnitCapacity",
    "UnlockRequest",
    "UpkeepFailure",
    "Upload",
    "User",
    "ValueRevision",
]
