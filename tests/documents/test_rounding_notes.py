"""Notes on printed figures that are rounded each by itself, on every paper that prints them."""

from django.utils import translation

from tests.documents.made_figures import made_figures
from tracker.calculation.progress import AggregationRule
from tracker.documents.brief import build_brief
from tracker.documents.bulletin import build_bulletin
from tracker.documents.compliance import build_compliance_report
from tracker.documents.dispatch import build_dispatch_report

ADDS = "列示的分项之和与合计略有出入的，系因四舍五入。"
SUBTRACTS = "列示数相减略有出入的，系因四舍五入。"
NAMES = ["合计", "甲", "乙"]
SUM = {"i0": AggregationRule(parts=("i1", "i2"))}


def papers(amounts: dict[tuple[str, str, str], str]) -> dict[str, str]:
    """Return the notes of every paper on a sum of two parts."""
    with translation.override("zh-hans"):
        found = made_figures(NAMES, cities=["太原市"], amounts=amounts, rules=SUM)
        return {
            "compliance": "".join(build_compliance_report(found).sheets[0].notes),
            "dispatch": "".join(build_dispatch_report(found).sheets[0].notes),
            "bulletin": build_bulletin(found).basis,
            "brief": "".join(build_brief(found, "zh-hans").foot),
        }


def amounts(first: str, second: str) -> dict[tuple[str, str, str], str]:
    """Return the amounts of two parts in February, after nothing in January."""
    parts = {"i1": first, "i2": second}
    found = {(part, "p0", "2020-02"): value for part, value in parts.items()}
    return found | {(part, "p0", "2020-01"): "0" for part in parts}


def test_parts_that_print_another_sum_than_their_total_are_told_on_every_paper():
    """0.004 and 0.004 print 0.00 and 0.00, their sum 0.01."""
    assert {name for name, notes in papers(amounts("0.004", "0.004")).items() if ADDS not in notes} == set()


def test_where_all_adds_up_nothing_is_told():
    assert {name for name, notes in papers(amounts("1.5", "0.5")).items() if ADDS in notes} == set()


def test_rates_that_print_another_difference_are_told_on_every_paper():
    """2.4675 of 12 is 20.5625 %, at 60 of 366 days 16.3934 %: 20.56 - 16.39 prints 4.17, and so does the gap."""
    assert {name for name, notes in papers(amounts("2.4675", "0")).items() if SUBTRACTS in notes} == set()
    # 2.4678 of 12 is 20.565 %, printed 20.57 %; less 16.39 % that is 4.18 points, and the gap prints 4.17.
    assert {name for name, notes in papers(amounts("2.4678", "0")).items() if SUBTRACTS not in notes} == set()
