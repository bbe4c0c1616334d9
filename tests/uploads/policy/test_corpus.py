"""The reader reaches these figures on the corpus: a rule that loses one of them is no improvement.

The rules grew on `growing`. `held` was written before they were tuned; `corpus/README.md` has its first figures.
"""

import tomllib

import pytest

from tests.uploads.policy.scorer import documents, score_half

#: Percent that each half reaches, by what is scored.
GROWING = {
    "value precision": 100,
    "value recall": 100,
    "bound, clause precision": 100,
    "bound, clause recall": 100,
    "clauses": 100,
    "base": 100,
    "base year": 100,
    "year": 100,
    "place": 100,
    "lead": 100,
    "tables": 100,
    "nature": 100,
    "noun": 100,
    "traps avoided": 100,
}
HELD = GROWING | {"noun": 97}
del HELD["nature"]  # no document of this half states it


@pytest.mark.parametrize(("half", "wanted"), [("growing", GROWING), ("held", HELD)])
def test_the_reader_reaches_its_figures(half, wanted):
    score = score_half(half)
    reached = {name: score[name] for name in wanted}
    assert {name: share for name, share in reached.items() if share < wanted[name]} == {}, "\n".join(score.notes)


@pytest.mark.parametrize("half", ["growing", "held"])
def test_each_half_has_documents_of_three_formats_in_both_languages(half):
    paths = documents(half)
    assert len(paths) >= 6
    assert {path.suffix for path in paths} == {".txt", ".docx", ".pdf"}
    assert any(path.stem.startswith("english") for path in paths)


@pytest.mark.parametrize("half", ["growing", "held"])
def test_every_answer_names_a_clause_of_its_document(half):
    for path in documents(half):
        answers = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
        assert {one["clause"] for one in answers["target"]} <= set(answers["clauses"]), path.name
