"""Our style sheets and scripts hold nothing newer than Chromium 90, which many an office PC still runs.

The number beside each is the first Chromium that has it. What merely looks plainer where it is not known
(`accent-color`) is allowed.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

OURS = Path(settings.BASE_DIR) / "tracker" / "static" / "tracker"
STYLES = sorted(OURS.glob("*.css"))
SCRIPTS = sorted(OURS.glob("*.js"))

NEWER_STYLE = {
    ":has()": r":has\(",  # 105
    "nesting": r"(?m)^\s*&|\{[^{}@]*&[\s.:>\[]",  # 112
    "color-mix()": r"color-mix\(",  # 111
    "light-dark()": r"light-dark\(",  # 123
    "oklch() and the like": r"\b(oklch|oklab|lch|lab|hwb)\(",  # 101 and later
    "cascade layers": r"@layer\b",  # 99
    "container queries": r"@container\b|container-type",  # 105
    "small, large and dynamic viewports": r"\d(dvh|svh|lvh|dvw|svw|lvw)\b",  # 108
    "ranges in media queries": r"@media[^{]*[<>]",  # 104
    "subgrid": r"\bsubgrid\b",  # 117
    "text-wrap": r"text-wrap\s*:",  # 114
    "individual transforms": r"(?m)^\s*(rotate|scale|translate)\s*:",  # 104
    "overflow: clip beside the axes": r"overflow-clip-margin",  # 90 and later
    "scroll-driven animation": r"animation-timeline",  # 115
    "@scope, @starting-style, @property": r"@(scope|starting-style)\b",  # 118, 117
}
NEWER_SCRIPT = {
    ".at()": r"\.at\(",  # 92
    ".findLast()": r"\.findLast(Index)?\(",  # 97
    ".toSorted() and the like": r"\.(toSorted|toReversed|toSpliced|with)\(",  # 110
    "Object.hasOwn()": r"Object\.hasOwn\(",  # 93
    "Object.groupBy()": r"(Object|Map)\.groupBy\(",  # 117
    "structuredClone()": r"\bstructuredClone\(",  # 98
    "private names asked with in": r"#\w+ in ",  # 91
    "static blocks": r"\bstatic\s*\{",  # 94
    "the d flag of expressions": r"/[gimsuy]*d[gimsuy]*\.(exec|test)\(",  # 90 and later
    "Error causes": r"new \w*Error\([^)]*\{\s*cause",  # 93
    "crypto.randomUUID()": r"randomUUID\(",  # 92
    "Array.fromAsync()": r"Array\.fromAsync\(",  # 121
    "Promise.withResolvers()": r"Promise\.withResolvers\(",  # 119
    "modules, and await outside functions": r"(?m)^(import|export|await)\b",  # await: 89, modules only
    "popovers": r"\b(showPopover|hidePopover|togglePopover)\(",  # 114
    "scheduler": r"\bscheduler\.",  # 94
    "AbortSignal.timeout()": r"AbortSignal\.(timeout|any)\(",  # 103
}


#: A rule for those that know a selector: up to two rules deep.
ASKED_FOR = re.compile(r"@supports selector\([^{]*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
REMARK = re.compile(r"/\*.*?\*/|^[ \t]*//[^\n]*", re.DOTALL | re.MULTILINE)


def without_remarks(text: str) -> str:
    """What every browser reads: without remarks, and without what is asked for by @supports."""
    return ASKED_FOR.sub("", REMARK.sub("", text))


def newer_in(text: str, newer: dict[str, str]) -> list[str]:
    return [name for name, pattern in newer.items() if re.search(pattern, without_remarks(text))]


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_is_for_old_browsers_too(path):
    assert newer_in(path.read_text(encoding="utf-8"), NEWER_STYLE) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_for_old_browsers_too(path):
    assert newer_in(path.read_text(encoding="utf-8"), NEWER_SCRIPT) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (".card:has(a) { color: red }", ":has()"),
        (".card {\n  & a { color: red }\n}", "nesting"),
        ("a { color: color-mix(in srgb, red, blue) }", "color-mix()"),
        ("@media (width > 30rem) { a { color: red } }", "ranges in media queries"),
        ("a { height: 100dvh }", "small, large and dynamic viewports"),
    ],
)
def test_what_is_newer_is_found_in_a_style_sheet(text, name):
    assert newer_in(text, NEWER_STYLE) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("const last = values.at(-1);", ".at()"),
        ("if (Object.hasOwn(one, 'a')) go();", "Object.hasOwn()"),
        ("const copy = structuredClone(one);", "structuredClone()"),
        ("await go();", "modules, and await outside functions"),
    ],
)
def test_what_is_newer_is_found_in_a_script(text, name):
    assert newer_in(text, NEWER_SCRIPT) == [name]


def test_remarks_are_not_read():
    assert newer_in("/* not :has( */ a { color: red }", NEWER_STYLE) == []


def test_what_a_browser_is_asked_for_first_may_be_new():
    asked = "@supports selector(:has(a)) {\n  @media print {\n    td:has(b) { color: red; }\n  }\n}\n"
    assert newer_in(asked, NEWER_STYLE) == []
    assert newer_in(asked + "td:has(b) { color: red; }", NEWER_STYLE) == [":has()"]


def test_there_is_something_to_look_at():
    assert len(STYLES) > 5
    assert len(SCRIPTS) > 5
