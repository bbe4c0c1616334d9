"""Flags in words, in the reader's language: what is odd, the figures compared, what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.checks import Check, Flag, Severity
from tracker.calculation.quantities import round_half_up
from tracker.documents.wording import exact, listed, points, rate
from tracker.models import Indicator

#: A word for each severity is in `severity_name`; the mark stands beside it where there is little room.
MARKS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.HINT: "i"}


@dataclass(frozen=True)
class FlagMessage:
    """A flag in words. `text` says what is odd, with the figures; `advice` what who enters it can do.

    `is_explained`: the unit has answered a warning with a note.
    """

    severity: Severity
    indicator: str
    text: str
    advice: str = ""
    is_explained: bool = False
    kind: Check | None = None

    def __str__(self) -> str:
        return f"{self.text} {self.advice}".strip()

    @property
    def mark(self) -> str:
        """The severity as a sign."""
        return MARKS[self.severity]

    @property
    def severity_name(self) -> str:
        """The severity in a word or two."""
        return severity_name(self.severity, is_explained=self.is_explained)

    @property
    def stops(self) -> bool:
        """Return True if the return cannot be submitted like this."""
        return self.severity is Severity.ERROR or (self.severity is Severity.WARNING and not self.is_explained)


def severity_name(severity: Severity, *, is_explained: bool = False) -> str:
    """Return what a severity is called."""
    if is_explained and severity is Severity.WARNING:
        return _("Commented")
    return {Severity.ERROR: _("Error"), Severity.WARNING: _("Needs a comment"), Severity.HINT: _("Hint")}[severity]


def describe(flags: Iterable[Flag], notes: Mapping[str, str] | None = None) -> list[FlagMessage]:
    """Describe the flags in words, in their order; `notes` are the unit's, by indicator code.

    Use one query for the names.
    """
    flags = list(flags)
    codes = {code for flag in flags for code in (flag.indicator, flag.about, *flag.others) if code}
    named = {row.code: row for row in Indicator.objects.filter(code__in=codes).select_related("unit")} if codes else {}
    return [
        FlagMessage(
            severity=flag.severity,
            indicator=flag.indicator,
            text=_Sentence(flag, named).text,
            advice=_advice(flag),
            is_explained=flag.severity is Severity.WARNING and bool((notes or {}).get(flag.indicator, "").strip()),
            kind=flag.kind,
        )
        for flag in flags
    ]


def _advice(flag: Flag) -> str:
    if flag.kind is Check.MISSING and flag.severity is Severity.WARNING:
        return _("Enter a number (0 if nothing occurred), or explain in the note why it is missing.")
    if flag.kind is Check.MISSING:
        return _("Enter a number; if there was none, enter 0 (nil return).")
    if flag.severity is Severity.WARNING:
        return _satisfying(flag.kind)
    return {
        Severity.ERROR: _("Correct it: the return cannot be submitted like this."),
        Severity.HINT: _("Check it; nothing needs to be done if it is right."),
    }[flag.severity]


def _satisfying(kind: Check) -> str:
    """Return what to do about a warning, and what a note must say that answers it."""
    if kind in (Check.UNIT_SLIP, Check.FRACTION):
        return _("Check the unit of measure. If it is right, say in the note what made the value so different.")
    if kind in (Check.RANGE, Check.JUMP):
        return _("Check it. If it is right, say in the note what happened in this period.")
    if kind is Check.SHARE:
        return _("Check it. If it is right, name in the note the document or project that explains it.")
    if kind is Check.CUMULATIVE:
        return _("If it is the period's own value, say in the note what made it so large.")
    if kind is Check.OTHER_PLAN:
        return _("Correct the wrong one. If both are right, say in the note why they differ.")
    return _("Check it. If it is right, say why in the note.")


class _Sentence:
    """What a flag says, with amounts in their indicators' units."""

    def __init__(self, flag: Flag, named: Mapping[str, Indicator]) -> None:
        self.flag = flag
        self.figures = flag.figures
        self.named = named
        self.indicator = named.get(flag.about or flag.indicator)

    @property
    def text(self) -> str:
        sentences = {
            Check.MISSING: self.missing,
            Check.MONTH_ON_MONTH: self.month_on_month,
            Check.YEAR_ON_YEAR: self.year_on_year,
            Check.PARTS: self.parts,
            Check.BALANCE: self.balance,
            Check.FALLING: self.falling,
            Check.RATE: self.rate,
            Check.CAPACITY: self.capacity,
            Check.WHOLE_NUMBER: self.whole_number,
            Check.SHARE: self.share,
            Check.WHOLE: self.whole,
            Check.UNIT_SLIP: self.unit_slip,
            Check.RANGE: self.range,
            Check.JUMP: self.jump,
            Check.CUMULATIVE: self.cumulative,
            Check.REPEATED: self.repeated,
            Check.FRACTION: self.fraction,
            Check.OTHER_PLAN: self.other_plan,
        }
        return sentences[self.flag.kind]()

    def missing(self) -> str:
        return _("No figure is entered.")

    def month_on_month(self) -> str:
        words = self.compared()
        if "change" not in self.figures:
            return _("%(value)s, after 0 in the period before.") % words
        if self.figures["change"] > 0:
            return _("%(value)s is %(change)s more than in the period before (%(base)s); usual is %(bounds)s.") % words
        return _("%(value)s is %(change)s less than in the period before (%(base)s); usual is %(bounds)s.") % words

    def year_on_year(self) -> str:
        words = self.compared()
        if "change" not in self.figures:
            return _("%(value)s, after 0 in the same period last year.") % words
        if self.figures["change"] > 0:
            told = _("%(value)s is %(change)s more than in the same period last year (%(base)s); usual is %(bounds)s.")
        else:
            told = _("%(value)s is %(change)s less than in the same period last year (%(base)s); usual is %(bounds)s.")
        return told % words

    def parts(self) -> str:
        return _("%(parts)s: %(total)s together, more than the %(value)s of “%(whole)s”, which contains them.") % {
            "parts": listed(self.name(code) for code in self.flag.others),
            "total": self.amount("total"),
            "whole": self.name(self.flag.about or self.flag.indicator),
            "value": self.amount("value"),
        }

    def balance(self) -> str:
        return _(
            "The material balance does not hold: %(generated)s were generated, but utilised, stored, disposed of and "
            "discarded (without prior-year stock) make %(fate)s; the difference is %(difference)s."
        ) % {
            "generated": self.amount("value"),
            "fate": self.amount("fate"),
            "difference": self.amount("difference"),
        }

    def falling(self) -> str:
        told = _("%(value)s is less than the %(base)s verified last; a count to date does not fall.")
        return told % {"value": self.amount("value"), "base": self.amount("base")}

    def rate(self) -> str:
        words = {"bounds": self.bounds(), "rate": rate(self.figures["rate"])}
        if not self.flag.about:
            return _("%(rate)s does not lie in the range %(bounds)s.") % words
        numerator, denominator = self.flag.others
        return _(
            "“%(name)s” would be %(rate)s (%(numerator)s %(value)s over %(denominator)s %(base)s), not in the range "
            "%(bounds)s."
        ) % {
            **words,
            "name": self.name(self.flag.about),
            "numerator": self.name(numerator),
            "denominator": self.name(denominator),
            "value": self.amount("value", numerator),
            "base": self.amount("base", denominator),
        }

    def capacity(self) -> str:
        told = _("%(value)s is more than this unit's known capacity in such a period, %(capacity)s.")
        return told % {"value": self.amount("value"), "capacity": self.amount("capacity")}

    def whole_number(self) -> str:
        return _("%(value)s: this counts whole things, and there is no part of one.") % {
            "value": f"{self.figures['value'].normalize():f} {self.indicator.unit if self.indicator else ''}".strip()
        }

    def share(self) -> str:
        told = _("%(value)s in one period is %(percent)s of the unit's allocated target (%(share)s).")
        return told % {
            "value": self.amount("value"),
            "percent": rate(self.figures["percent"]),
            "share": self.amount("share"),
        }

    def whole(self) -> str:
        told = _("%(value)s is more than there is: the target is all of %(whole)s.")
        return told % {"value": self.amount("value"), "whole": self.amount("whole")}

    def unit_slip(self) -> str:
        times = Decimal(10) ** abs(int(self.figures["power"]))
        words = {
            "value": self.amount("value"),
            "usual": self.amount("usual"),
            "likely": self.amount("likely"),
            "times": f"{times:,}",
        }
        if self.figures["power"] > 0:
            told = _("%(value)s is about %(times)s times the usual %(usual)s. Did you mean %(likely)s?")
        else:
            told = _("%(value)s is about one in %(times)s of the usual %(usual)s. Did you mean %(likely)s?")
        return told % words

    def range(self) -> str:
        words = {"value": self.amount("value"), "low": self.amount("low"), "high": self.amount("high")}
        if not self.figures["number"]:
            return _("%(value)s is outside the usual range that was set, %(low)s to %(high)s.") % words
        told = _("%(value)s is outside the usual range of this unit, %(low)s to %(high)s (from %(number)s periods).")
        return told % {**words, "number": int(self.figures["number"])}

    def jump(self) -> str:
        words = {
            "value": self.amount("value"),
            "base": self.amount("base"),
            "difference": self.amount("difference"),
        }
        if self.figures["value"] > self.figures["base"]:
            return _("%(value)s is %(difference)s more than in the period before (%(base)s).") % words
        return _("%(value)s is %(difference)s less than in the period before (%(base)s).") % words

    def cumulative(self) -> str:
        told = _(
            "%(value)s looks like the year's cumulative value: %(total)s so far and a usual period of %(usual)s. "
            "Enter the period's own value."
        )
        return told % {name: self.amount(name) for name in ("value", "total", "usual")}

    def repeated(self) -> str:
        told = _("%(value)s for the %(number)s. period in a row.")
        return told % {"value": self.amount("value"), "number": int(self.figures["number"])}

    def fraction(self) -> str:
        told = _("%(value)s looks like a fraction. Did you mean %(likely)s?")
        return told % {"value": self.amount("value"), "likely": self.amount("likely")}

    def other_plan(self) -> str:
        told = _("%(value)s, but the unit reported another value for the same period in another plan.")
        return told % {"value": self.amount("value")}

    def compared(self) -> dict[str, str]:
        """Return the words of a change: by how much in %, of a rate in percentage points."""
        words = {"value": self.amount("value"), "base": self.amount("base"), "bounds": self.bounds()}
        changed = abs(self.figures.get("change", Decimal(0)))
        if self.indicator and self.indicator.unit.dimension == "share":
            return {**words, "change": _("%(points)s points") % {"points": points(changed).lstrip("+")}}
        return {**words, "change": rate(changed)}

    def bounds(self) -> str:
        """Return what the rule allows."""
        return bounds_in_words(*self.flag.bounds)

    def amount(self, name: str, code: str = "") -> str:
        """Return a value with its unit of measure."""
        indicator = self.named.get(code) if code else self.indicator
        if indicator is None:
            return exact(self.figures[name], 2)
        return f"{exact(self.figures[name], indicator.decimals)} {indicator.unit}"

    def name(self, code: str) -> str:
        """Return an indicator's name."""
        return str(self.named.get(code, code))


def bounds_in_words(low: Decimal | None, high: Decimal | None) -> str:
    """ "-50% to 100%"; of one bound alone, "at least" or "at most"; nothing of none."""
    if low is None and high is None:
        return ""
    if high is None:
        return _("at least %(low)s%%") % {"low": _plain(low or Decimal(0))}
    if low is None:
        return _("at most %(high)s%%") % {"high": _plain(high)}
    return _("%(low)s%% to %(high)s%%") % {"low": _plain(low), "high": _plain(high)}


def _plain(bound: Decimal) -> str:
    """Format a bound as people write it: "-50", "12.5"."""
    return f"{round_half_up(bound, 2).normalize():f}"
