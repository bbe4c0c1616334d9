"""Numbers with their units in an English sentence: 4,500 homes, $1.2 billion, 45 percent, two thirds, halved."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tracker.uploads.policy.quantities import Quantity

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d,.])|\d+(?:\.\d+)?"
SCALES = {
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
    "m": 1_000_000,
    "bn": 1_000_000_000,
    "k": 1_000,
}
WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "one": 1,
}  # fmt: skip
FRACTIONS = {
    "half": "50", "one half": "50", "a third": "33.33", "one third": "33.33", "two thirds": "66.67",
    "a quarter": "25", "one quarter": "25", "three quarters": "75", "a fifth": "20", "one fifth": "20",
    "two fifths": "40", "three fifths": "60", "four fifths": "80", "a tenth": "10",
}  # fmt: skip
CURRENCIES = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "CNY": "CNY",
    "RMB": "CNY",
    "USD": "USD",
    "EUR": "EUR",
}
MEASURES = (
    r"percentage points?|per cent|percent|%|metric tons?|(?:kilo|mega|giga)?tonnes?(?: of (?:CO2e?|"
    r"carbon dioxide)(?: equivalent)?)?|tons?|Mt ?CO2e?|MtCO2e|tCO2e?|kt|Mt|kg|kilograms?|"
    r"g(?:rams?)?(?: CO2(?:e|eq)?)?|pounds?|lbs?|"
    r"MWh|GWh|TWh|kWh|MW|GW|kW|megawatt[- ]hours?|megawatts?|gigawatts?|gigawatt[- ]hours?|kilowatt[- "
    r"]hours?|square (?:kilomet(?:re|er)s?|miles?|met(?:re|er)s?|feet)|"
    r"kilomet(?:re|er)s?|km2|km|miles?|met(?:re|er)s?|hectares?|acres?|ha|lit(?:re|er)s?|gallons?|cubic "
    r"met(?:re|er)s?|acre[- ]feet|m3|µg/m3|μg/m3|mg/L|dB|degrees?|"
    r"hours?|days?|weeks?|months?|years?|minutes?"
)
PER = (
    r"(?:(?:\s+(?:per|a|an|each)\s+|\s*/\s*)(?:capita|person|year|day|month|hour|household|resident|"
    r"annum|tonne|ton|kWh|MWh|km|mile|hectare|m3|unit|square met(?:re|er)|inhabitant|week))*"
)
#: Rates are units too: 25 per 100,000 population.
RATE = (
    r"\s*per\s+(?:\d{1,3}(?:,\d{3})+|million|thousand)"
    r"(?:\s+(?:population|people|inhabitants|residents|live births|births))?"
)
QUANTITY = re.compile(
    rf"(?<![\w.,/-])(?P<currency>US\$|[$€£¥]|(?:USD|EUR|CNY|"
    rf"RMB)\s)?\s?(?P<first>{NUMBER})(?P<plus>\+)?(?:\s?(?P<unit1>%|per ?cent(?!age)))?"
    rf"(?:\s?(?:-|\u2013|\u2014|to|and)\s?(?P<second>{NUMBER}))?\s?(?P<scale>thousand|million|billion|"
    rf"trillion|m\b|bn\b|k\b)?(?:[\s-]?(?P<unit>(?:{MEASURES})(?![A-Za-z]){PER}))?(?P<rate>{RATE})?(?P<more>\+)?"
)
WORD = re.compile(
    rf"\b(?P<number>{'|'.join(WORDS)})(?:\s(?P<scale>hundred|thousand|million|"
    rf"billion))?\s(?:(?P<unit>{MEASURES})\b|(?=[a-z]))",
    re.IGNORECASE,
)
FRACTION = re.compile(rf"\b(?P<text>{'|'.join(sorted(FRACTIONS, key=len, reverse=True))})\b(?!-)", re.IGNORECASE)
#: Nine in ten, 9 out of 10.
IN_TEN = re.compile(
    r"\b(?P<above>\w+)\s+(?:in|out of)\s+(?:every\s+)?(?P<below>ten|10|100|five|four|three)\b", re.IGNORECASE
)
CHANGED = re.compile(
    r"\b(?P<verb>halv(?:e|ed|ing)|doubl(?:e|ed|ing)|tripl(?:e|ed|ing)|trebl(?:e|ed|ing)|quadrupl(?:e|ed|"
    r"ing))\b",
    re.IGNORECASE,
)
TIMES = {"doubl": 2, "tripl": 3, "trebl": 3, "quadr": 4}
YEAR = re.compile(r"^(?:19|20)\d\d$")
#: Spellings of units, and the usual one.
USUAL = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^(?:percent|per cent|%)$", "%"),
        (r"^percentage points?$", "percentage points"),
        (r"^(?:metric tons?|tonnes?)(?= |$|/)", "t"),
        (r"^kilotonnes?|^kt$", "kt"),
        (r"^megatonnes?", "Mt"),
        (r"^(?:kilograms?)", "kg"),
        (r"^kilomet(?:re|er)s?", "km"),
        (r"^megawatts?$", "MW"),
        (r"^gigawatts?$", "GW"),
        (r"^megawatt[- ]hours?", "MWh"),
        (r"^gigawatt[- ]hours?", "GWh"),
        (r"^kilowatt[- ]hours?", "kWh"),
        (r"^hectares?$", "ha"),
        (r"^(?:lbs?)\b", "pounds"),
        (r"^tons?\b", "tons"),
    )
)


def find_quantities(sentence: str) -> list[Quantity]:
    """Return the amounts of the sentence in order. Years are none."""
    found = sorted([*_numbers(sentence), *_words(sentence)], key=lambda one: (one.start, -one.end))
    kept: list[Quantity] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _numbers(sentence: str) -> Iterator[Quantity]:
    at = 0
    while found := QUANTITY.search(sentence, at):
        at = max(found.end(), found.start() + 1)
        unit = usual(found["unit"] or found["unit1"] or "") + (found["rate"] or "").strip()
        if _is_year(found, sentence):
            at = found.end("first")
            continue
        second = found["second"]
        end = found.end()
        if second and (not _is_range(sentence, found) or YEAR.match(second)):
            shorter = QUANTITY.match(sentence[: found.start("second")].rstrip(" -\u2013\u2014"), found.start())
            second, at = None, found.end("first")
            unit = usual(found["unit1"] or "")
            end = found.end("unit1") if found["unit1"] else found.end("first")
            if shorter:
                at = max(at, end)
        scale = SCALES.get(found["scale"] or "", 1) if end == found.end() else 1
        end = found.start() + len(sentence[found.start() : end].rstrip())
        if currency := found["currency"]:
            unit = CURRENCIES[currency.strip()] + (unit if unit.startswith("/") else "")
        value = _times(_decimal(found["first"]), scale)
        high = _times(_decimal(second), scale) if second else None
        yield Quantity(found.start(), end, value, unit, high, bool(found["plus"] or found["more"]))


def _is_year(found: re.Match[str], sentence: str) -> bool:
    if found["currency"] or found["unit1"]:
        return False
    if found["second"] and YEAR.match(found["first"]) and not YEAR.match(found["second"]):
        return True  # "in 2022 to 60%"
    return bool(YEAR.match(found["first"])) and not found["unit"] and not found["scale"]


def _is_range(sentence: str, found: re.Match[str]) -> bool:
    between = sentence[found.end("first") : found.start("second")]
    if re.search(r"\band\b", between):
        return bool(re.search(r"\bbetween\s+(?:US\$|[$€£¥])?$", sentence[: found.start()], re.IGNORECASE))
    if re.search(r"\bto\b", between):
        return not re.search(r"\bfrom\s+(?:US\$|[$€£¥])?$", sentence[: found.start()], re.IGNORECASE)
    return _decimal(found["first"]) < _decimal(found["second"])


def _words(sentence: str) -> Iterator[Quantity]:
    for found in CHANGED.finditer(sentence):
        verb = found["verb"].lower()
        if verb.startswith("halv"):
            yield Quantity(found.start(), found.end(), Decimal(50), "%", is_worded=True)
        else:
            yield Quantity(found.start(), found.end(), Decimal(TIMES[verb[:5]]), "times", is_worded=True)
    for found in FRACTION.finditer(sentence):
        is_change = re.search(r"\bby\s+(?:at least |about |almost )?$", sentence[: found.start()])
        if is_change or re.match(r"\s+(?:of|the)\b", sentence[found.end() :]):
            yield Quantity(found.start(), found.end(), Decimal(FRACTIONS[found["text"].lower()]), "%", is_worded=True)
    for found in IN_TEN.finditer(sentence):
        above, below = (int(text) if text.isdigit() else WORDS.get(text.lower(), 0) for text in found.groups())
        if 0 < above < below:
            yield Quantity(found.start(), found.end(), Decimal(above * 100) / below, "%", is_worded=True)
    for found in WORD.finditer(sentence):
        value = WORDS[found["number"].lower()] * SCALES.get(
            (found["scale"] or "").lower(), 100 if found["scale"] else 1
        )
        if value > 1:
            yield Quantity(
                found.start(),
                found.end() - (0 if found["unit"] else 1),
                Decimal(value),
                usual(found["unit"] or ""),
                is_worded=True,
            )


def usual(unit: str) -> str:
    """Return the unit in its usual spelling: `usual("tonnes a year")` is t/year."""
    plain = re.sub(r"\s+(?:per|a|an|each)\s+|\s*/\s*", "/", unit.strip())
    for pattern, spelling in USUAL:
        plain = pattern.sub(spelling, plain)
    return plain


def _times(value: Decimal, scale: int) -> Decimal:
    """Return the product without needless decimals: 2.4 billion is 2400000000."""
    product = value * scale
    return product.to_integral_value() if product == product.to_integral_value() else product


def _decimal(text: str) -> Decimal:
    return Decimal(re.sub(r"[, ]", "", text))
