"""综合排名: the regions ranked over all graded targets, and in a region's own report the places that it takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.levels import Level
from tracker.calculation.overall_ranking import OverallRank, OverallRule, overall_ranking
from tracker.calculation.progress import TargetProgress
from tracker.documents import wording
from tracker.documents.shape import Column, Kind, Row, Sheet, Value

#: So many regions from each end stand in a sentence.
BOTH_ENDS = 3


@dataclass(frozen=True)
class TargetRank:
    """The rank of one region by one target, of so many ranked regions; None without complete data."""

    indicator: str
    rank: int | None
    ranked: int


@dataclass(frozen=True)
class OverallRanking:
    """The ranking of a plan's regions, in the order of the plan. `own` is the code of the report's region if ranked.

    `by_target` are the ranks that this region takes by each target.
    """

    rule: OverallRule
    ranks: Sequence[tuple[str, str, OverallRank]]
    own: str = ""
    by_target: Sequence[TargetRank] = ()

    @property
    def ordered(self) -> list[tuple[str, str, OverallRank]]:
        """Return code, name and rank of each region: those with a rank from the best, then those without."""
        return sorted(self.ranks, key=lambda one: (one[2].rank is None, one[2].rank or 0, one[0]))

    @property
    def without_rank(self) -> list[str]:
        """Return the names of the regions that have graded targets and no rank: something of theirs is missing."""
        return [name for _code, name, one in self.ordered if one.rank is None and one.targets]

    @property
    def ranked(self) -> int:
        """Return how many regions have a rank."""
        return sum(rank.rank is not None for _code, _name, rank in self.ranks)

    @property
    def in_brief(self) -> str:
        """Return a sentence for a brief or a mail: both ends of the ranking, in a region's own its rank.

        Empty where no region has a rank.
        """
        if self.own:
            return _("Overall rank: %(rank)s.") % {"rank": self.own_in_words}
        ranked = [
            placed_template(self.rule) % {"rank": one.rank, "place": name, **basis_of(self.rule, one)}
            for _code, name, one in self.ordered
            if one.rank is not None
        ]
        if not ranked:
            return ""
        without = self.without_rank
        ends = [ranked] if len(ranked) <= 2 * BOTH_ENDS else [ranked[:BOTH_ENDS], ranked[-BOTH_ENDS:]]
        said = " … ".join(wording.listed(names) for names in ends)
        found = [list_template(self.rule) % {"list": said}]
        if without:
            found.append(_("; without complete data and not ranked: %(names)s") % {"names": wording.listed(without)})
        return "".join([*found, _(".")])

    @property
    def own_in_words(self) -> str:
        """Return the rank of the report's region: "3 of 8 ranked regions"; empty where it has none to take."""
        found = next((rank for code, _name, rank in self.ranks if code == self.own), None)
        if found is None:
            return ""
        if found.rank is None:
            return _("not ranked: returns are missing")
        return _("%(rank)s of %(count)s ranked regions") % {"rank": found.rank, "count": self.ranked}


def rank_regions(
    rule: OverallRule,
    standings: Mapping[str, Sequence[TargetProgress]],
    names: Mapping[str, str],
    own: str = "",
    by_target: Sequence[TargetRank] = (),
) -> OverallRanking:
    """Return the ranking of regions from where the graded targets of each stand."""
    found = overall_ranking(standings, rule)
    return OverallRanking(rule, [(code, names[code], found[code]) for code in standings], own, by_target)


def list_template(rule: OverallRule) -> str:
    """Return the sentence around the ranked regions, which says what stands behind each name."""
    if rule is OverallRule.LEVELS:
        return _("Overall ranking, with the number of targets at level I and at level II: %(list)s")
    return _("Overall ranking, with the mean gap in percentage points: %(list)s")


def placed_template(rule: OverallRule) -> str:
    """Return the words about a ranked region: its rank, its name, and what it is ranked by first."""
    if rule is OverallRule.LEVELS:
        return pgettext("overall ranking", "%(rank)s. %(place)s (%(level_one)s, %(level_two)s)")
    return pgettext("overall ranking", "%(rank)s. %(place)s (%(mean_gap)s)")


def basis_of(rule: OverallRule, one: OverallRank) -> dict[str, str]:
    """Return what a region is ranked by first, in words by name."""
    if rule is OverallRule.LEVELS:
        return {"level_one": str(one.levels[Level.I]), "level_two": str(one.levels[Level.II])}
    return {"mean_gap": wording.points(one.mean_gap)}


def overall_sheet(ranking: OverallRanking, plan: str) -> Sheet:
    """Return the sheet: all regions in the whole's report, the own ranks in a region's."""
    return _of_own(ranking, plan) if ranking.own else _of_all(ranking, plan)


def rule_in_words(rule: OverallRule) -> str:
    """Return the sentence that says by what regions are ranked."""
    if rule is OverallRule.LEVELS:
        return _(
            "Ranked by the number of targets at level I, then at level II, the fewest first, then by the mean gap."
        )
    return _("Ranked by the mean of the gaps to the schedule over all graded targets, in percentage points.")


def _of_all(ranking: OverallRanking, plan: str) -> Sheet:
    group = _("Targets at level")
    return Sheet(
        name=_("Overall ranking"),
        title=_("%(plan)s: overall ranking of regions") % {"plan": plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Region")),
            Column(pgettext("place in an order", "Rank"), Kind.COUNT),
            Column(_("Mean gap (points)"), Kind.POINTS),
            *(Column(wording.level_name(level), Kind.COUNT, group=group) for level in Level),
            Column(_("Targets with final level"), Kind.COUNT),
        ],
        rows=[
            Row(
                [
                    number,
                    name,
                    one.rank,
                    one.mean_gap,
                    *(one.levels[level] for level in Level),
                    f"{one.complete}/{one.targets}",
                ]
            )
            for number, (_code, name, one) in enumerate((each for each in ranking.ordered if each[2].targets), 1)
        ],
        notes=_notes(ranking),
        frozen_columns=2,
        is_optional=True,
    )


def _of_own(ranking: OverallRanking, plan: str) -> Sheet:
    return Sheet(
        name=_("Overall ranking"),
        title=_("%(plan)s: ranks among the regions") % {"plan": plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Indicator")),
            Column(pgettext("place in an order", "Rank"), Kind.COUNT),
            Column(_("Ranked regions"), Kind.COUNT),
        ],
        rows=list(_own_rows(ranking)),
        notes=_notes(ranking),
        frozen_columns=2,
        is_optional=True,
    )


def _own_rows(ranking: OverallRanking) -> Iterator[Row]:
    for code, _name, one in ranking.ranks:
        if code == ranking.own:
            values: list[Value] = ["", _("Overall"), one.rank, ranking.ranked]
            yield Row(values, is_total=True)
    for number, by in enumerate(ranking.by_target, 1):
        yield Row([number, by.indicator, by.rank, by.ranked])


def _notes(ranking: OverallRanking) -> list[str]:
    return [
        rule_in_words(ranking.rule),
        _(
            "Equal regions share a rank and the following rank is skipped. A region of which a return is missing has "
            "no overall rank."
        ),
    ]
