"""Importing accounts and roles: by the same services, and within the same scope, as on their pages."""

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from tracker.models import Membership, User
from tracker.services.accounts import people
from tracker.services.imports.setup_workbook.run import NEW, SAME, RowIsWrong, SetupRun


def import_people(run: SetupRun) -> None:
    """Add or change accounts. People are told apart by their account alone."""
    for row in run.rows("person"):
        with run.each(row):
            stored = run.lookup.get("person", row.values["username"])
            user = stored or User(username=row.values["username"])
            values = {name: row.values[name] for name in ("display_name", "email", "phone", "language")}
            if stored is not None and not values["phone"]:
                values["phone"] = stored.phone  # a workbook that was downloaded names none
            if stored is None:
                user.password = run.passwords.get(user.username) or make_password(None)
            label = " · ".join(text for text in (row.values["display_name"], user.username) if text)
            change = run.put(row, user, values, lambda one: _save(run, one), label=label)
            if change == NEW:
                run.new_accounts.append(user.username)
            run.lookup.add("person", user)


def _save(run: SetupRun, user: User) -> None:
    if user.pk is None:
        people.store_account(user, acting_user=run.user, now=run.now)
    else:
        people.change_account(user, acting_user=run.user, now=run.now)


def import_roles(run: SetupRun) -> None:
    """Give roles. Those that the workbook does not name stay; they are withdrawn on their page."""
    for row in run.rows("role"):
        with run.each(row, {"user": "username", "plan": "only_plan"}):
            user = run.find(row, "username", "person")
            unit = run.find(row, "unit", "reporting_unit")
            region = run.find(row, "region", "region") or (unit.region if unit else None)
            if region is None:
                run.complain(row, "region", _("Name the region, or the unit, that the role is for."))
                raise RowIsWrong
            plan = None
            if row.values["only_plan"]:
                plan = run.plan
                if plan is None:
                    run.complain(row, "only_plan", _("Fill in the sheet of the action plan, or leave this empty."))
                    raise RowIsWrong
            fields = {"user": user, "role": row.values["role"], "region": region, "unit": unit, "plan": plan}
            membership = Membership(**fields)
            label = f"{user} · {membership}"
            if Membership.objects.filter(**fields).exists():
                run.note(row, SAME, label)
                continue
            run.put(
                row,
                membership,
                {},
                lambda one: people.grant_membership(one, acting_user=run.user, now=run.now),
                label=label,
            )
