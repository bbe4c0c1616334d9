"""Django's permission questions, as the admin asks them, answered from memberships."""

from typing import Any

from axes.backends import AxesBackend
from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, Model, OuterRef
from django.http import HttpRequest

from tracker.models.access import READS_PEOPLE, Capability, scope_of
from tracker.models.organisation import User
from tracker.models.subscription import Subscription

PLAN_MODELS = (
    *(
        "plan",
        "clause",
        "commitment",
        "body",
        "region",
        "regionlevel",
        "reportingunit",
        "measureunit",
        "indicator",
        "indicatorpart",
    ),
    *("target", "targetversion", "pacepoint", "programmetarget", "rulechange", "allocation", "obligation", "period"),
    *("checkrule", "unitcapacity", "expectedrange", "namealias", "seriesbreak"),
)
READ = "view"
WRITE = ("add", "change", "delete")
#: Who chooses regions and units on a set-up screen.
MANAGERS = (Capability.MANAGE_PLAN, Capability.MANAGE_PEOPLE)

#: (verb, model) -> the capabilities any one of which allows it somewhere; rows are then narrowed by querysets.
ALLOWED_BY: dict[tuple[str, str], tuple[Capability, ...]] = {
    **{(READ, model): (Capability.MANAGE_PLAN, Capability.READ_EVENTS) for model in PLAN_MODELS},
    **{(READ, model): (*MANAGERS, Capability.READ_EVENTS) for model in ("region", "reportingunit")},
    **{(verb, model): (Capability.MANAGE_PLAN,) for verb in WRITE for model in PLAN_MODELS},
    (READ, "return"): (Capability.VIEW, Capability.ENTER),
    ("add", "return"): (Capability.ENTER,),
    ("change", "return"): (Capability.ENTER, Capability.VERIFY),
    (READ, "unlockrequest"): (Capability.VIEW, Capability.ENTER),
    (READ, "extension"): (Capability.VERIFY, Capability.MANAGE_PLAN, Capability.READ_EVENTS),
    ("add", "extension"): (Capability.VERIFY, Capability.MANAGE_PLAN),
    (READ, "indicatorlink"): (Capability.MANAGE_PLAN, Capability.READ_EVENTS),
    ("add", "indicatorlink"): (Capability.MANAGE_PLAN,),
    (READ, "issuedreport"): (Capability.READ_REPORTS,),
    (READ, "job"): (Capability.ISSUE_REPORTS, Capability.READ_EVENTS),
    (READ, "event"): (Capability.READ_EVENTS,),
    (READ, "delivery"): (Capability.MANAGE_MAIL,),
    (READ, "pausedaddress"): (Capability.MANAGE_MAIL,),
    **{
        (verb, model): (Capability.MANAGE_MAIL,)
        for verb in WRITE
        for model in ("schedule", "subscription", "mailthreshold")
    },
    **{
        (READ, model): (Capability.MANAGE_MAIL, Capability.READ_EVENTS)
        for model in ("schedule", "subscription", "mailthreshold")
    },
    **{(verb, "membership"): (Capability.MANAGE_PEOPLE,) for verb in WRITE},
    (READ, "membership"): (Capability.MANAGE_PEOPLE, Capability.READ_EVENTS),
    **{(verb, "user"): (Capability.MANAGE_ACCOUNTS,) for verb in ("add", "change")},
    (READ, "user"): (*READS_PEOPLE, Capability.READ_EVENTS),
}


class ReadsPerson(ModelBackend):
    """Reads who is signed in, with what the menu of every page asks."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person, unless the account is closed."""
        subscribed = Exists(Subscription.objects.filter(user=OuterRef("pk")))
        user = User.objects.annotate(has_subscriptions=subscribed).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class LockoutBackend(ReadsPerson, AxesBackend):
    """Refuses an account from an address after too many failures there; commands and tests have no address."""

    def authenticate(self, request: HttpRequest | None, *args: Any, **credentials: Any) -> None:
        if request is not None:
            super().authenticate(request, *args, **credentials)


class MembershipBackend(ReadsPerson):
    """Passwords as Django keeps them; permissions from `tracker.models.access` alone."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Return True if a membership grants "tracker.change_return" and the like anywhere."""
        app, _, codename = perm.partition(".")
        verb, _, model = codename.partition("_")
        return app == "tracker" and may(user_obj, verb, model)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Return True if the application shows in the admin at all."""
        return app_label == "tracker" and bool(user_obj.current_memberships)

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Every permission held, as Django names them."""
        return {f"tracker.{verb}_{model}" for verb, model in ALLOWED_BY if may(user_obj, verb, model)}


def may(user: User, verb: str, model: str) -> bool:
    """Return True if a person may "view", "add", "change" or "delete" rows of a model anywhere.

    The admin asks here, not `User.has_perm`: that answers yes to everything for the installing administrator,
    who nevertheless neither reports nor verifies.
    """
    return any(scope_of(user, capability).is_somewhere for capability in ALLOWED_BY.get((verb, model), ()))
