"""Names in any script, in headers and in paths."""

import numpy as np
import pytest

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

NAMES = {
    "Latin 1": (["ISO_IR 100"], "Müller-Lüdenscheidt^Zoë", "Schädel nativ"),
    "Latin 2": (["ISO_IR 101"], "Łukasiewicz^Żaneta", "Czaszka bez środka"),
    "Cyrillic": (["ISO_IR 144"], "Люкceмбypг^Иван", "Голова"),
    "Greek": (["ISO_IR 126"], "Διονυσιος^Ελενη", "Κεφαλη"),
    "Arabic": (["ISO_IR 127"], "قباني^لنزار", "الرأس"),
    "Japanese": (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう", "頭部"),
    "Shift-JIS": (["ISO_IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "頭部"),
    "Korean": (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동", "머리"),
    "GB18030": (["GB18030"], "Wang^XiaoDong=王^小东", "头部平扫"),
    "UTF-8": (["ISO_IR 192"], "Wang^XiaoDong=王^小東=Ünal", "頭 CT ½"),
}


@pytest.mark.parametrize("script", NAMES)
def test_names_in_headers_are_read_as_they_were_written(write_stack, head, tmp_path, script):
    charset, name, description = NAMES[script]
    write_stack(tmp_path, head, SpecificCharacterSet=charset, PatientName=name, SeriesDescription=description)
    (series,) = scan(Source.open(tmp_path)).series
    assert series.patient.name == name
    assert series.description == description


@pytest.mark.parametrize("charset", [["ISO 99"], ["ISO_IR 192"], ["GB18030", "ISO 2022 IR 87"], ["\\\\"]], ids=str)
def test_a_wrong_character_set_costs_no_slice(write_stack, head, tmp_path, charset):
    files = write_stack(tmp_path, head, SpecificCharacterSet=["ISO_IR 100"], PatientName="Müller^Zoë")
    for file in files:
        data = file.read_bytes()
        file.write_bytes(data.replace(b"ISO_IR 100", charset[0].encode().ljust(10)[:10]))
    (series,) = scan(Source.open(tmp_path)).series
    np.testing.assert_array_equal(load(series).hu, head)


@pytest.mark.parametrize(
    "name", ["Zoë Ünal", "山田太郎", "头部平扫", "Голова", "a b  c", "100%", "ﾔﾏﾀﾞ", "e\u0301", "x" * 200, "😀"]
)
def test_paths_in_any_script(write_stack, head, tmp_path, name):
    write_stack(tmp_path / name / name, head)
    (series,) = scan(Source.open(tmp_path / name)).series
    assert name in series.slices[0].shown
    np.testing.assert_array_equal(load(series).hu, head)


def test_a_path_that_is_no_text_at_all(write_stack, head, tmp_path):
    folder = write_stack(tmp_path / "plain", head)[0].parent
    odd = tmp_path / "sch\udcfcdel"  # Latin 1 bytes on a UTF-8 system
    folder.rename(odd)
    (series,) = scan(Source.open(odd)).series
    series.slices[0].shown.encode("utf-8")
    np.testing.assert_array_equal(load(series).hu, head)


def test_a_very_long_path(write_stack, head, tmp_path):
    deep = tmp_path.joinpath(*["f" * 100] * 12)
    write_stack(deep, head)
    (series,) = scan(Source.open(tmp_path)).series
    np.testing.assert_array_equal(load(series).hu, head)


def test_control_characters_do_not_reach_the_terminal(write_stack, head, tmp_path):
    write_stack(tmp_path, head, SeriesDescription="a\x1b[31mb\r\nc\x07", PatientName="x\x1b^y")
    (series,) = scan(Source.open(tmp_path)).series
    assert series.description.isprintable()
    assert series.patient.name.isprintable()
