"""Nobody holds two of the three administrators' roles (三员分立), whichever way the row comes into the database."""

import threading
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tracker.models import Membership, Role, User
from tracker.queries.errors import Refused
from tracker.services.accounts import people

MIGRATION = import_module("tracker.migrations.0013_administrators_apart")
APART = "three people"


@pytest.fixture
def system_admin(plan):
    return factories.make_user("system", Role.SYSTEM_ADMIN)


def membership(user: User, role: str, place: str = TAIYUAN) -> Membership:
    return Membership(user=user, role=role, region=factories.region(place))


def insert(user: User, role: str, place: str = TAIYUAN) -> None:
    statement = "INSERT INTO tracker_membership (user_id, role, region_id) VALUES (%s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk, role, factories.region(place).pk])


ADDED = {
    "save": lambda user: membership(user, Role.AUDIT_ADMIN).save(),
    "bulk_create": lambda user: Membership.objects.bulk_create([membership(user, Role.AUDIT_ADMIN)]),
    "raw": lambda user: insert(user, Role.AUDIT_ADMIN),
}


@pytest.mark.parametrize("way", ADDED)
def test_a_second_of_the_three_is_refused(system_admin, way):
    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        ADDED[way](system_admin)
    assert list(system_admin.memberships.values_list("role", flat=True)) == [Role.SYSTEM_ADMIN]


def test_two_of_the_three_in_one_statement_are_refused(plan):
    newcomer = factories.make_user("newcomer")
    both = [membership(newcomer, Role.SYSTEM_ADMIN), membership(newcomer, Role.SECURITY_ADMIN)]
    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        Membership.objects.bulk_create(both)
    assert not newcomer.memberships.exists()


CHANGED = {
    "save": lambda row: Membership(pk=row.pk, user=row.user, role=Role.AUDIT_ADMIN, region=row.region).save(),
    "update": lambda row: Membership.objects.filter(pk=row.pk).update(role=Role.AUDIT_ADMIN),
    "bulk_update": lambda row: Membership.objects.bulk_update([Membership(pk=row.pk, role=Role.AUDIT_ADMIN)], ["role"]),
    "raw": lambda row: connection.cursor().execute(
        "UPDATE tracker_membership SET role = 'audit_admin' WHERE id = %s", [row.pk]
    ),
}


@pytest.mark.parametrize("way", CHANGED)
def test_a_role_is_not_changed_into_a_second_of_the_three(system_admin, way):
    leading = Membership.objects.create(user=system_admin, role=Role.LEADER, region=factories.region(TAIYUAN))
    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        CHANGED[way](leading)
    leading.refresh_from_db()
    assert leading.role == Role.LEADER


def test_a_role_is_not_moved_to_a_person_who_has_another_of_the_three(system_admin):
    other = factories.make_user("audit", Role.AUDIT_ADMIN)
    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        Membership.objects.filter(user=other).update(user=system_admin)


@pytest.mark.only_on("sqlite")
def test_replacing_a_row_is_no_way_around(system_admin):
    leading = Membership.objects.create(user=system_admin, role=Role.LEADER, region=factories.region(TAIYUAN))
    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        connection.cursor().execute(
            "INSERT OR REPLACE INTO tracker_membership (id, user_id, role, region_id) VALUES (%s, %s, %s, %s)",
            [leading.pk, system_admin.pk, Role.AUDIT_ADMIN, leading.region_id],
        )


def test_what_is_no_second_of_the_three_is_taken(system_admin):
    membership(system_admin, Role.SYSTEM_ADMIN, DATONG).save()  # the same role elsewhere
    membership(system_admin, Role.LEADER).save()  # another role
    one = system_admin.memberships.get(role=Role.SYSTEM_ADMIN, region__code=DATONG)
    one.delete()
    Membership.objects.filter(user=system_admin, role=Role.SYSTEM_ADMIN).update(role=Role.AUDIT_ADMIN)
    assert {row.role for row in system_admin.memberships.all()} == {Role.AUDIT_ADMIN, Role.LEADER}


@pytest.mark.only_on("postgresql")  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_not_both_taken(plan):
    newcomer = factories.make_user("newcomer")
    together = threading.Barrier(2, timeout=30)
    refused: list[str] = []

    def give(role: str) -> None:
        try:
            with transaction.atomic():
                User.objects.get(pk=newcomer.pk)
                together.wait()
                insert(newcomer, role)
        except IntegrityError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[role]) for role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1 and APART in refused[0]
    assert newcomer.memberships.count() == 1


def test_whoever_is_slower_is_told_as_if_the_service_had_seen_it(system_admin, monkeypatch):
    """The service looks first; what another administrator gave since, the database sees."""
    keeper = factories.make_user("keeper", Role.SECURITY_ADMIN)
    looking, looks = people._require_apart, iter([False, True])
    monkeypatch.setattr(people, "_require_apart", lambda given: looking(given) if next(looks) else None)
    with pytest.raises(Refused) as refusal:
        people.grant_membership(membership(system_admin, Role.AUDIT_ADMIN), acting_user=keeper, now=NOW)
    assert set(refusal.value.fields) == {"role"}


@pytest.mark.django_db(transaction=True)  # SQLite changes no schema within a transaction that it did not begin itself
def test_an_upgrade_names_who_holds_two_and_stops(system_admin):
    with connection.schema_editor() as editor:
        MIGRATION.remove(None, editor)
    membership(system_admin, Role.AUDIT_ADMIN).save()
    with pytest.raises(RuntimeError, match="system"), connection.schema_editor() as editor:
        MIGRATION.install(None, editor)
    Membership.objects.filter(user=system_admin, role=Role.AUDIT_ADMIN).delete()
    with connection.schema_editor() as editor:
        MIGRATION.install(None, editor)
