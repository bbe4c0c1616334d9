"""Writes characters.txt: every character that the charts in mail can draw. Run from the repository's root.

What a plan or a screen can hold today, and what names of places and indicators are likely to need: the first level
of GB 2312 (3,755 characters) with its punctuation, what the fixtures and the catalogue hold, and names of places.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = [*Path("fixtures").glob("*.toml"), Path("tracker/locale/zh_Hans/LC_MESSAGES/django.po")]
PUNCTUATION, FIRST_LEVEL = range(0xA1, 0xA4), range(0xB0, 0xD8)
SIGNS = "▲◆●■□│—–−·…“”‘’≥≤×÷±²³↑↓→‰〓\u00a0"
PLACES = (
    "亳濮漯衢郴泸涪儋琼沂淄滁泗睢邳盱眙忻汾岚隰泽沁霍崞峙岢芮绛稷垣壶榆昔祁兖郓郯莒菏岱莱牟淇濉沭涟泾婺瓯嵊鄞邕钦梧"
    "湟漳涿滦廊邢邯饶郸藁邑蠡阜枣亓邝邬邰邸鄢鄱鄯酃闽阆隍雒颍鄄岷嵩崂峄峨嵫洮浠浏浔涞淅渑溧溆滏漷澧濠瀍灞牂珲璧畲碚"
)


def main() -> None:
    """Write the list, sorted, on one line."""
    octets = [bytes([row, cell]) for row in (*PUNCTUATION, *FIRST_LEVEL) for cell in range(0xA1, 0xFF)]
    found = {one.decode("gb2312", "ignore") for one in octets} | set(map(chr, range(0x20, 0x7F)))
    for source in SOURCES:
        found |= set(source.read_text(encoding="utf-8"))
    found |= set(SIGNS) | set(PLACES)
    shown = sorted(one for one in found if len(one) == 1 and (one.isprintable() or one in "\u3000\u00a0"))
    (FOLDER / "characters.txt").write_text("".join(shown), encoding="utf-8")


if __name__ == "__main__":
    main()
