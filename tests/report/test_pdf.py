"""The PDF says what result.json says, in every language, names nobody unasked, and draws every glyph or is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from gettext import GNUTranslations

import numpy as np
import pytest
from fpdf import FPDF
from pypdfium2 import PdfDocument

from desktop.imaging.series import Patient
from desktop.inference.stability import Spread, measure
from desktop.messages import choose
from desktop.messages.language import CATALOGUES
from desktop.reading.as_json import BeforeModel
from desktop.reading.run import Verdict
from desktop.report import save_report
from desktop.report.document import result_document
from desktop.report.pdf.line_breaks import lines_of
from desktop.report.pdf.typeface import GlyphMissing, Typeface
from desktop.report.pdf.writing import pdf_report
from desktop.report.told import Told

READ_AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)

USE = {
    "en": "Demonstration, not for clinical use.",
    "ja": "デモンストレーション用。臨床使用不可。",
    "zh_CN": "仅供演示，不得用于临床。",
}

WINDOW_ALONE = {"\n", "▸", "◂"}
"""What folds and unfolds there."""


@pytest.fixture(autouse=True)
def in_english():
    yield
    choose({"CLIVUS_LANGUAGE": "en"})


def bare(text: str) -> str:
    """Without blanks: lines break anywhere."""
    return "".join(text.split())


def pages(content: bytes) -> list[str]:
    """The text of each page, as the viewer of a browser finds it."""
    with closing(PdfDocument(content)) as document:
        return [bare(page.get_textpage().get_text_range()) for page in document]


def named(result, **values: str):
    """The result of somebody's series."""
    volume = result.region.volume
    series = replace(volume.series, **{"patient": Patient("", "", "")} | values)
    return replace(result, region=replace(result.region, volume=replace(volume, series=series)))


@pytest.mark.parametrize("language", USE)
def test_the_text_says_what_result_json_says_on_pages_that_say_what_it_is_not_for(result, network, language):
    stability = measure(result, network, Spread(3, 0.05, draws=1), np.array([[1.0, -0.5, 0.25]]))
    data = result_document(result, stability)
    series = result.region.volume.series
    choose({"CLIVUS_LANGUAGE": language})
    notes = {series.slices[3].key: "斜台左侧骨质破坏", series.slices[5].key: "蝶形骨洞底"}
    told = Told(READ_AT, "P034", False, BeforeModel(None), Verdict.POSITIVE, "Łukasz Ångström, Ωμέγα", notes)
    found = pages(pdf_report(result, stability, told))
    for number, page in enumerate(found, start=1):
        assert bare(USE[language]) in page
        assert "P034" in page
        assert f"Page{number}of{len(found)}" in page or language != "en"
    text = "".join(found)
    model, run, roi = data["model"], data["run"], data["roi"]
    for value in (
        data["series"],
        model["id"],
        model["version"],
        model["sha256"],
        data["device"]["used"].upper(),
        f"{run['mm']:.1f}mm",
        f"{roi['area_cm2']:.1f}cm²",
        f"{data['score']:.4f}",
        f"{data['familiarity']['distance']:.2f}",
        f"{data['maps']['scale']:.2g}",
        f"{data['stability']['shift_mm']:g}mm",
        "2026-11-2709:30+00:00",
        *(bare(note) for note in (*notes.values(), told.remark)),
    ):
        assert str(value) in text
    first = result.slices[0].index + 1
    for number, one in enumerate(data["slices"], start=first):
        assert f"{number}{one['position_mm']:.1f}{one['probability']:.4f}" in text
    if language == "en":
        assert f"{run['slices']}slices({run['mm']:.1f}mm)" in text
        assert "Withoutthemodel'sanswernotgivenWiththemodel'sanswerpositive(asthemodel)" in text
        for check in data["checks"]:
            assert bare(check["name"]) in text


def test_what_stops_a_verdict_and_what_to_be_careful_with_are_told_in_full(result):
    first, second, *rest = result.checks
    failed, warned = replace(first, status="fail"), replace(second, status="warn")
    told = replace(result, verdict=Verdict.INDETERMINATE, checks=(failed, warned, *rest))
    page = pages(pdf_report(told, None, Told(READ_AT)))[0]
    for check in (failed, warned):
        assert bare(str(check.message)) in page
    assert "Indeterminate" in page
    assert "Stabilitynotmeasured" in page


def test_every_text_of_every_language_is_drawn():
    for file in sorted(CATALOGUES.glob("*.mo")):
        with file.open("rb") as stream:
            texts = "".join(GNUTranslations(stream)._catalog.values())
        with closing(Typeface(FPDF(), file.stem)) as typeface:
            assert [sign for sign in sorted({*texts} - WINDOW_ALONE) if not typeface.has(sign)] == [], file.stem


@pytest.mark.parametrize("language", ["ja", "zh_CN"])
def test_japan_and_china_see_their_own_forms(language):
    """Else a reader in one of the countries reads the other's characters, which Unicode does not tell apart."""
    with closing(Typeface(FPDF(), language)) as typeface:
        ((font, _),) = typeface.runs("骨直")
    assert font == {"ja": "notosanscjk0", "zh_CN": "notosanscjk1"}[language]


def test_the_patient_is_named_only_where_that_was_asked_for(result):
    person = Patient("Yamada^Tarou=山田^太郎=やまだ^たろう", "4711-K", "19510203")
    somebody = named(result, patient=person, description="CT YAMADA neck")
    text = "".join(pages(pdf_report(somebody, None, Told(READ_AT))))
    for secret in ("Yamada", "YAMADA", "山田", "やまだ", "4711-K", "1951"):
        assert secret not in text
    text = "".join(pages(pdf_report(somebody, None, Told(READ_AT, identity=True))))
    for wanted in ("Yamada,Tarou(山田太郎)", "4711-K", "born1951-02-03", "CTYAMADAneck"):
        assert wanted in text


def test_a_character_that_no_font_has_is_a_sentence_and_nothing_is_written(result, tmp_path):
    thai = named(result, description="ศีรษะ")
    assert "(inlettersthatthefontsofthereportlack)" in pages(pdf_report(thai, None, Told(READ_AT)))[0]
    with pytest.raises(GlyphMissing, match=r'lack the character "ศ" \(U\+0E28\) in "ศีรษะ"'):
        save_report(result, tmp_path / "out", told=Told(READ_AT, remark="ศีรษะ"))
    assert not (tmp_path / "out").exists()


def test_the_same_reading_gives_the_same_file_and_an_archive_takes_it(result):
    told = Told(READ_AT, "P034", remark="斜台")
    content = pdf_report(result, None, told)
    assert pdf_report(result, None, told) == content
    assert b'pdfaid:part="2" pdfaid:conformance="U"' in content
    assert b"/OutputIntents" in content
    assert b"/Lang (en)" in content
    fonts = len(re.findall(rb"/Type /FontDescriptor", content))
    assert fonts == len(re.findall(rb"/FontFile[23] ", content)) == len(re.findall(rb"/ToUnicode ", content)) == 2


def test_a_thousand_slices_are_listed_one_by_one(result):
    weak = replace(result.slices[0], logit=-9.0, probability=0.0001, positive=False)
    more = tuple(replace(weak, index=100 + number, position_mm=number / 2) for number in range(1000))
    found = pages(pdf_report(replace(result, slices=(*result.slices, *more)), None, Told(READ_AT)))
    text = "".join(found)
    assert len(found) < 16
    assert all(f"{101 + number}{number / 2:.1f}0.0001negative" in text for number in range(1000))


def test_the_maps_are_those_of_the_result(result):
    """Evidence for invasion is orange on the page of the maps; without any, only the colour scale is."""
    flat = replace(result, maps=replace(result.maps, evidence=np.zeros_like(result.maps.evidence)))
    found, left = (orange(pdf_report(one, None, Told(READ_AT))) for one in (result, flat))
    assert found > 10 * left > 0


def orange(content: bytes) -> int:
    """Pixels of that colour on the page of the maps."""
    with closing(PdfDocument(content)) as document:
        page = next(page for page in document if "Grad-CAM" in page.get_textpage().get_text_range())
        red, blue = (np.asarray(page.render().to_pil(), np.int16)[..., channel] for channel in (0, 2))
    middle = slice(red.shape[1] // 3, 2 * red.shape[1] // 3)
    return int((red - blue > 60)[:, middle].sum())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("頭蓋底に浸潤する。", ["頭蓋底に浸潤", "する。"]),
        ("これは七文字半。", ["これは七文", "字半。"]),
        ("2.25.31431725", ["2.25.31", "431725"]),
        ("", [""]),
    ],
)
def test_lines_break_between_words_and_no_line_begins_with_a_stop(text, lines):
    wide = re.compile(r"[\u3000-\u9fff]")
    width = 7 if not wide.search(text) else 6 if text.startswith("頭") else 5
    assert lines_of(text, width, len) == lines


def test_the_library_is_imported_where_python_has_no_ssl():
    code = (
        "import sys; sys.modules['ssl'] = None; from desktop.report.pdf.fpdf_library import FPDF; print(FPDF.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "FPDF\n", done.stderr
