"""The sentence of a bulletin on the overall ranking of regions."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.overall_ranking import OverallRank, OverallRule
from tracker.documents import wording
from tracker.documents.bulletin.text import Part, Sentence, fill, joined, listed
from tracker.documents.compliance.overall import OverallRanking, basis_of, list_template, placed_template


def overall_sentence(ranking: OverallRanking) -> Sentence:
    """Return the sentence: the ranked regions with what they are ranked by, the best first, and the others apart."""
    separator = pgettext("list separator", ", ")
    ranked = [_placed(ranking.rule, code, name, one) for code, name, one in ranking.ordered if one.rank is not None]
    without = ranking.without_rank
    before, after = list_template(ranking.rule).split("%(list)s")
    found = [*fill(before), *listed(ranked, separator), *fill(after)]
    if without:
        found += fill(_("; without complete data and not ranked: %(names)s"), names=wording.listed(without))
    return Sentence("regions:overall", joined([*found, Part(_("."))]))


def _placed(rule: OverallRule, code: str, name: str, one: OverallRank) -> tuple[Part, ...]:
    basis = {column: Part(words, f"overall@{code}:{column}") for column, words in basis_of(rule, one).items()}
    return fill(placed_template(rule), rank=Part(str(one.rank), f"overall@{code}:rank"), place=name, **basis)
