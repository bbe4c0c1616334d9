"""The bulletin: its sentences by worked examples, its form, and its locked numbers."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from django.utils import translation
from docx.oxml.ns import qn
from docx.shared import Twips

from tests.documents.made_figures import MONTHS, TOP, made_figures
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import Cells
from tracker.documents import wording
from tracker.documents.bulletin import (
    BulletinText,
    build_bulletin,
    disagreements,
    text_as_json,
    text_from_json,
)
from tracker.documents.bulletin.paper import AFTER, BulletinPaper, proposed_texts, slots_of
from tracker.documents.bulletin.text import Part, fill
from tracker.documents.word import write_bulletin
from tracker.documents.word.bulletin import tag_of
from tracker.documents.word.official import LINE

AMOUNTS = {
    ("i0", "p0", "2020-01"): "0.2",
    ("i0", "p0", "2020-02"): "0.4",
    ("i0", "p1", "2020-01"): "1.5",
    ("i0", "p1", "2020-02"): "1.5",
}


def text_of(language: str = "zh-hans", amounts=AMOUNTS, names=("煤矸石综合利用量",), **more) -> BulletinText:
    with translation.override(language):
        return build_bulletin(made_figures(list(names), amounts=amounts, **more))


def sentences(text: BulletinText) -> dict[str, str]:
    return {sentence.key: sentence.text for sentence in text.sentences}


def figures(text: BulletinText) -> dict[tuple[str, str], str]:
    return {(one.key, figure): said for one in text.sentences for figure, said in one.figures.items()}


def written(tmp_path: Path, text: BulletinText | None = None, language: str = "zh-hans", **texts: str):
    text = text or text_of(language)
    with translation.override(language):
        proposed = proposed_texts(text, issuer="山西省工业和信息化厅", kind="month") | texts
        write_bulletin(BulletinPaper(text.title, text, proposed, date(2020, 9, 8), language), tmp_path / "b.docx")
    return docx.Document(str(tmp_path / "b.docx"))


def test_the_sentences_are_those_of_a_worked_example():
    """A target of 12, of which each city has 6. Verified: 0.6 in Taiyuan, 3 in Datong. 60 of 366 days have passed."""
    assert sentences(text_of()) == {
        "coverage": "2020年2月应报报表2份，已核定1份。",
        "levels": "参加评级的目标1项，其中达到序时进度的1项，二级预警的0项，一级预警的0项，等级暂定或未评级的0项。",
        "target:i0": (
            "截至2020年2月，煤矸石综合利用量累计3.6万吨，完成目标12万吨的30.00%，比序时进度快13.61个百分点，"
            "预警等级为三级（正常），剩余月份月均需完成0.84万吨（已核定4/4份）。"
        ),
        "regions:i0": "煤矸石综合利用量完成率由高到低依次为：大同市50.00%、太原市10.00%。",
        "lagging:p0": (
            "太原市：煤矸石综合利用量累计0.6万吨，比序时进度少0.38万吨，慢6.39个百分点（二级），"
            "剩余月份月均需完成0.54万吨。"
        ),
        "returns:all": "各单位均按时报送。",
    }


def with_march(*, has_last_year: bool) -> BulletinText:
    """The same a month later, with last year's months or without."""
    found = made_figures(["煤矸石综合利用量"], amounts=AMOUNTS)
    march = {("i0", "p0", "2020-03"): Aggregate(Decimal("0.9"), Coverage(1, 1))}
    march |= {("i0", "p1", "2020-03"): Aggregate(Decimal("1.5"), Coverage(1, 1))}
    rules, codes = found.book.cells.rules, found.book.codes_in_plan
    before = {("i0", place, code): Aggregate(Decimal(1), Coverage(1, 1)) for place in ("p0", "p1") for code in codes}
    book = replace(
        found.book,
        periods=(*MONTHS, Span("2020-03", date(2020, 3, 1), date(2020, 3, 31))),
        cells=Cells(rules, {**found.book.cells.leaves, **march}),
        last_year=Cells(rules, before if has_last_year else {}),
    )
    with translation.override("zh-hans"):
        return build_bulletin(replace(found, book=book))


def test_a_forecast_by_last_years_seasons_has_a_range_with_its_probability():
    """1.7, 1.9 and 2.4 against 2 each: v² = 0.0325, 18 to come by nine months of 2, and t is 1.886: 24 ± 4.08."""
    said = sentences(with_march(has_last_year=True))["target:i0"]
    assert "，计划期末预计24万吨（八成可能在19.92万吨至28.08万吨之间）" in said


def test_a_forecast_at_the_mean_month_has_no_range():
    assert "，计划期末预计24万吨（已核定" in sentences(with_march(has_last_year=False))["target:i0"]


def test_the_english_brief_form_says_the_same():
    said = sentences(text_of("en"))
    assert (
        "3.60 万吨, 30.00% of the target of 12.00 万吨, 13.61 percentage points ahead of schedule" in said["target:i0"]
    )
    assert "0.84 万吨 needed in each month left" in said["target:i0"]
    assert said["regions:i0"].endswith("by completion rate from high to low: 大同市 50.00%, 太原市 10.00%.")


def test_one_changed_value_changes_exactly_the_numbers_that_depend_on_it():
    """Taiyuan's February is 0.9 instead of 0.4; a second target, and Datong, have nothing to do with it."""
    names = ("煤矸石综合利用量", "粉煤灰综合利用量")
    amounts = AMOUNTS | {("i1", place, month): "1" for _i, place, month in AMOUNTS}
    before = figures(text_of(names=names, amounts=amounts))
    after = figures(text_of(names=names, amounts=amounts | {("i0", "p0", "2020-02"): "0.9"}))
    differing = {
        figure for key, figure in before.keys() | after.keys() if before.get((key, figure)) != after.get((key, figure))
    }
    # Taiyuan is on schedule by then: what said that it lags is gone.
    assert differing == {f"i0@{TOP}:{column}" for column in ("cumulative", "completion", "gap", "need")} | {
        f"i0@p0:{column}" for column in ("completion", "cumulative", "shortfall", "gap", "level", "need")
    }


def test_a_place_without_data_is_named_and_never_ranked():
    said = sentences(text_of(amounts={key: value for key, value in AMOUNTS.items() if key[1] == "p0"}))
    assert (
        said["regions:i0"] == "煤矸石综合利用量完成率由高到低依次为：太原市10.00%；尚无核定数、不参加排名的：大同市。"
    )


@pytest.mark.parametrize(
    "more",
    [{"amounts": {}}, {"amounts": {}, "cities": ()}, {"names": (), "amounts": {}}, {"without_share": ("p0", "p1")}],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_figures_of_any_kind_make_a_document(tmp_path, more, language):
    text = text_of(language, **more)
    assert text_from_json(text_as_json(text)) == text
    assert written(tmp_path, text, language).paragraphs


def test_two_hundred_targets_with_long_names_make_a_document(tmp_path):
    names = [f"{'很长的指标名称' * 10}{n}"[-76:] for n in range(200)]
    amounts = {(f"i{n}", "p0", "2020-02"): "0.01" for n in range(200)}
    document = written(tmp_path, text_of(names=names, amounts=amounts))
    assert len(document.paragraphs) > 400


def test_disagreements_name_the_sentence_and_the_figures():
    issued, now = text_of(), text_of(amounts=AMOUNTS | {("i0", "p1", "2020-02"): "1.6"})
    found = {one.then: one for one in disagreements(issued, now)}
    ranking = found["煤矸石综合利用量完成率由高到低依次为：大同市50.00%、太原市10.00%。"]
    assert ranking.now == "煤矸石综合利用量完成率由高到低依次为：大同市51.67%、太原市10.00%。"
    assert ranking.figures == [("i0@p1:completion", "50.00%", "51.67%")]
    assert disagreements(issued, issued) == []
    assert disagreements(issued, BulletinText("", (), ""))[0].now == ""


def test_a_template_is_filled_in_parts():
    assert fill("%(a)s is 5%% of %(b)s", a="x", b=Part("7", "f@p:c")) == (Part("x is 5% of "), Part("7", "f@p:c"))
    assert fill("%(a)s", a="100%%(b)s") == (Part("100%%(b)s"),)


def test_every_number_is_locked_and_tagged_with_its_figure(tmp_path):
    document = written(tmp_path)
    controls = list(document.element.body.iter(qn("w:sdt")))
    tagged = {
        (one.find(".//" + qn("w:tag")).get(qn("w:val")), "".join(t.text for t in one.iter(qn("w:t"))))
        for one in controls
    }
    assert tagged == {(figure, said) for (_key, figure), said in figures(text_of()).items()}
    assert {one.find(".//" + qn("w:lock")).get(qn("w:val")) for one in controls} == {"sdtContentLocked"}


def test_the_page_has_the_geometry_of_gb_t_9704(tmp_path):
    document = written(tmp_path)
    section = document.sections[0]
    assert (section.page_width, section.page_height) == (Twips(11906), Twips(16838))
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert margins == (Twips(2098), Twips(1474), Twips(1984), Twips(1587))
    assert round(section.top_margin.mm) == 37
    assert round(section.left_margin.mm) == 28
    grid = section._sectPr.find(qn("w:docGrid"))
    assert {name: grid.get(qn(f"w:{name}")) for name in ("type", "linePitch", "charSpace")} == {
        "type": "linesAndChars",
        "linePitch": "580",
        "charSpace": "-848",
    }
    height = 16838 - 2098 - 1984
    assert height // LINE == 21 or height / LINE >= 21.99  # 22 lines of 29 points in 225 mm
    assert round(22 * LINE / 20 * 25.4 / 72, 2) == 225.07
    assert document.settings.odd_and_even_pages_header_footer
    footers = [section.footer, section.even_page_footer]
    assert [footer.paragraphs[0].text.replace(" ", "") for footer in footers] == ["—1—"] * 2
    assert [footer.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val")) for footer in footers] == ["right", "left"]


def test_faces_and_sizes_are_the_official_ones(tmp_path):
    document = written(tmp_path)

    def look(words: str) -> tuple[str, str]:
        run = next(run for line in document.paragraphs for run in line._p.iter(qn("w:r")) if words in (run.text or ""))
        fonts = run.find(".//" + qn("w:rFonts"))
        return fonts.get(qn("w:eastAsia")), run.find(".//" + qn("w:sz")).get(qn("w:val"))

    assert look("的通报") == ("方正小标宋简体", "44")
    assert look("一、总体情况") == ("黑体", "32")
    assert look("现将目标完成情况通报如下") == ("仿宋_GB2312", "32")
    with zipfile.ZipFile(tmp_path / "b.docx") as package:
        table = package.read("word/fontTable.xml").decode()
    assert re.search('w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>', table)


def test_what_stands_around_the_sentences_follows_the_standard(tmp_path):
    document = written(
        tmp_path,
        addressee="各市工信局：",
        annex="各市完成情况表。\n未报送单位名单",
        document_number="晋工信〔2020〕8号",
        contact="张三，0351-0000000",
    )
    lines = [line.text for line in document.paragraphs]
    assert "各市工信局：" in lines
    assert "附件：1. 各市完成情况表" in lines
    assert "2. 未报送单位名单" in lines
    assert lines.index("山西省工业和信息化厅") + 1 == lines.index("2020年9月8日")
    assert "（张三，0351-0000000）" in lines
    day = next(line for line in document.paragraphs if line.text == "2020年9月8日")
    assert day._p.pPr.find(qn("w:ind")).get(qn("w:rightChars")) == "400"


def test_text_that_xml_cannot_hold_and_markup_stay_text(tmp_path):
    document = written(tmp_path, opening="\x00\x0b<w:p/>&amp;\u2028]]>")
    assert any("<w:p/>&amp;" in line.text for line in document.paragraphs)


def test_a_draft_and_generated_figures_are_marked(tmp_path):
    text = text_of(is_demonstration=True)
    paper = BulletinPaper(text.title, text, {}, date(2020, 9, 8), "zh-hans", draft="草稿，未出具")
    with translation.override("zh-hans"):
        write_bulletin(paper, tmp_path / "d.docx")
    lines = [line.text for line in docx.Document(str(tmp_path / "d.docx")).paragraphs]
    assert lines[0].startswith("演示数据")
    assert lines[1] == "草稿，未出具"


def test_a_section_of_free_text_alone_is_left_out_when_empty(tmp_path):
    document = written(tmp_path, **{AFTER % "demands": ""})
    assert not any("下一步工作要求" in line.text for line in document.paragraphs)
    assert AFTER % "demands" in list(slots_of(text_of()))


def test_long_identities_keep_apart_within_the_length_of_a_tag():
    long = [f"{'x' * 60}{n}@140000:forecast_high" for n in (1, 2)]
    assert len({tag_of(one) for one in long}) == 2
    assert all(len(tag_of(one)) <= 64 for one in long)


@pytest.mark.parametrize(("kind", "said"), [("month", "剩余月份的月度任务量"), ("quarter", "剩余各期的任务量")])
def test_a_new_draft_names_the_periods_that_are_left(kind, said):
    with translation.override("zh-hans"):
        assert said in proposed_texts(text_of("zh-hans"), issuer="主管部门", kind=kind)[AFTER % "demands"]


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("zh-hans", "累计新增就业", "新增就业"),
        ("zh-hans", "新增就业", "新增就业"),
        ("en", "累计新增就业", "累计新增就业"),
    ],
)
def test_a_cumulative_amount_is_called_so_once(language, name, said):
    with translation.override(language):
        assert wording.subject_of_total(name) == said
