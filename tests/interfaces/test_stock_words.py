"""Words that once stood on the screens by accident do not come back: Django's own, informal ones, names of tables."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.access.world import make_world
from tests.factories import NOW
from tracker.models import User

CATALOGUES = sorted(path for place in settings.LOCALE_PATHS for path in Path(place).rglob("*.po"))
#: By the glossary: what is not to be written, and where it may stand for something else.
AVOIDED = {
    "你": None,
    "填报人": None,
    "一次性密码": None,
    "发送计划": None,
    "停收": None,
    "欠报": None,
    "行政区": "行政区划",
    "地市": None,
    "点名": None,
    "走势": None,
    "暂行": None,
    "完整率": None,
    "逾期上报": None,
    "加码": None,
    "任务进程": "定时任务进程",
    "工作进程": None,
    "调度进程": None,
    "系统工程师": None,
    "技术人员": None,
    "链头": None,
    "封存": None,
    "入库": None,
    "佐证附件": None,
    "合成指标": None,
    "约束方式": None,
    "恰为": None,
    "指标口径": None,
    "往年数据": None,
    "安装管理员": None,
    "第二步验证": None,
    "个地区：": None,
    "推算过程": None,
}
#: Headings, names for those who hear the page, and labels.
NAMED = {"h1", "h2", "h3", "legend", "caption", "label", "th"}
#: What is a name or a code, whatever the reader's language.
CODES = re.compile(
    r"^(SHA-256|Message-ID|.*@|Excel|CSV|HTML|URL|English|TLS|GB/T|own-|admin|[\w.+-]+@[\w.-]+|[a-z]+[_-][\w-]+)"
)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[2].name}/{path.name}")
def test_the_catalogues_keep_to_the_glossary(path: Path) -> None:
    found = [
        (word, text)
        for entry in polib.pofile(str(path))
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        for word, instead in AVOIDED.items()
        if word in (text.replace(instead, "") if instead else text)
    ]
    assert found == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[2].name}/{path.name}")
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    compiled, written = polib.mofile(str(path.with_suffix(".mo"))), polib.pofile(str(path))
    assert single_words(compiled) == single_words(written)


def single_words(catalogue: Iterable[polib.POEntry]) -> dict[tuple[str | None, str], str]:
    return {(entry.msgctxt, entry.msgid): entry.msgstr for entry in catalogue if not entry.msgid_plural}


class Read(HTMLParser):
    """The words of a page, each with the element or the attribute that holds it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[tuple[str, str]] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        is_hidden = "visually-hidden" in (named.get("class") or "")
        self.inside.append("heard" if is_hidden else tag)
        for name in ("aria-label", "alt", "title", "placeholder"):
            if named.get(name):
                self.words.append(("heard", str(named[name])))

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside.pop()

    def handle_data(self, text: str) -> None:
        if text.strip() and self.inside and self.inside[-1] not in ("script", "style"):
            self.words.append((self.inside[-1], text.strip()))


def addresses() -> Iterator[str]:
    """Every screen of the administration that the world has a row for."""
    for model in apps.get_app_config("tracker").get_models():
        name, row = model._meta.model_name, model._base_manager.first()
        for kind, args in (("changelist", []), ("add", []), *((k, [row and row.pk]) for k in ("change", "delete"))):
            try:
                if row is not None or not args:
                    yield reverse(f"admin:tracker_{name}_{kind}", args=args)
            except NoReverseMatch:
                continue


@pytest.mark.whole
@time_machine.travel(NOW, tick=False)
def test_screens_have_no_stock_words(db: None, client: Client) -> None:
    make_world()
    client.force_login(User.objects.get(username="admin"))
    faults, asked = [], 0
    for address in (*addresses(), reverse("admin:index"), reverse("events"), reverse("account_password")):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        asked += 1
        page = Read()
        page.feed(answer.content.decode())
        for place, text in page.words:
            is_chinese = re.search(r"[\u4e00-\u9fff]", text)
            is_english = re.search(r"[A-Za-z]{3,}", text) and not is_chinese and not CODES.match(text)
            if " object (" in text or "增加" in text or "你" in text or (place in (*NAMED, "heard") and is_english):
                faults.append((address, place, text[:60]))
    assert asked > 60
    assert faults == []


def test_signing_out_ends_with_our_words(db: None, client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    told = client.post(reverse("admin:logout")).content.decode()
    assert "您已退出登录" in told
    assert "感谢" not in told


def test_kinds_of_objects_in_the_log_have_chinese_names() -> None:
    from tracker.filters.events import kinds_of_objects

    assert [name for _model, name in kinds_of_objects() if re.search("[A-Za-z]", name)] == []
