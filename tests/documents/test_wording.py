"""Figures in words."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Level
from tracker.documents import wording


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (Decimal("6611.785"), 2, "6,611.79"),
        (Decimal("66.5"), 0, "67"),
        (Decimal(0), 2, "0.00"),
        (None, 2, "—"),
    ],
)
def test_an_amount_is_rounded_once_and_missing_is_not_zero(value, decimals, printed):
    assert wording.amount(value, decimals) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("-0.555"), "-0.56"),
        (Decimal("12.5"), "+12.50"),
        (Decimal("-0.001"), "0.00"),
        (Decimal(0), "0.00"),
        (None, "—"),
    ],
)
def test_points_are_signed_unless_they_round_to_zero(value, printed):
    assert wording.points(value) == printed


def test_a_level_has_a_word_and_a_mark():
    with translation.override("zh-hans"):
        assert wording.marked_level(Level.I) == "▲ 一级"
        assert wording.marked_level(None) == "未评级"
        assert wording.brief_level(Level.III) == "●\u00a0三级"


def test_a_month_is_named_as_the_language_has_it():
    with translation.override("zh-hans"):
        assert wording.period_name(date(2020, 8, 1)) == "2020年8月"
    with translation.override("en"):
        assert wording.period_name(date(2020, 8, 1)) == "August 2020"


def test_days_and_moments_are_written_as_the_language_has_them_in_shanghai():
    late = datetime(2020, 9, 7, 16, 30, tzinfo=ZoneInfo("UTC"))
    with translation.override("zh-hans"):
        assert (wording.day(date(2020, 9, 8)), wording.moment(late)) == ("2020年9月8日", "2020年9月8日 00:30")
    with translation.override("en"):
        assert (wording.day(date(2020, 9, 8)), wording.moment(late)) == ("8 Sep 2020", "8 Sep 2020, 00:30")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_files_have_moments_alike_in_every_language(language):
    with translation.override(language):
        assert wording.stamp(datetime(2020, 9, 7, 16, 30, tzinfo=ZoneInfo("UTC"))) == "2020-09-08 00:30"


def test_words_are_listed_with_the_languages_separator():
    with translation.override("zh-hans"):
        assert wording.listed(["忻州市", "吕梁市"]) == "忻州市、吕梁市"


def test_coverage_names_both_numbers():
    assert "9/11" in wording.coverage(Coverage(9, 11))


@pytest.mark.parametrize(
    ("language", "then", "words"),
    [
        ("zh-hans", Level.III, "◆\u00a0二级 恶化"),
        ("zh-hans", Level.I, "◆\u00a0二级 好转"),
        ("en", Level.III, "◆\u00a0II worse"),
    ],
)
def test_a_brief_level_says_in_words_which_way_it_moved(language, then, words):
    with translation.override(language):
        assert wording.brief_level(Level.II, then) == words
        assert wording.brief_level(Level.II, Level.II) == words.rpartition(" ")[0]


def test_a_brief_level_that_is_not_graded_for_missing_returns_stays_short():
    with translation.override("en"):
        assert wording.provisional_level(None, is_brief=True) == "Not graded*"
