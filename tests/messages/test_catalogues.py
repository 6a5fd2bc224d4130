"""packaging/catalogues.py: the catalogues hold the texts of the source, and each kind of fault is found."""

from __future__ import annotations

import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = """
from desktop.messages import counted, message, tr
def say(n, name):
    tr("Open")
    message("{a} of {b}", a=1, b=2)
    counted("{number} slice of {a}", "{number} slices of {a}", n, a=1)
"""


@pytest.fixture
def run(tool, tmp_path, monkeypatch, capsys):
    """A function that runs the command on a little tree; its exit status and what it said."""
    (tmp_path / "desktop").mkdir()
    (tmp_path / "desktop/say.py").write_text(SOURCE)

    def command(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["catalogues.py", "--root", str(tmp_path), *arguments])
        status = tool.main()
        return status, capsys.readouterr().err

    return command


@pytest.fixture
def german(run, tmp_path):
    """A catalogue that was begun and translated."""
    (tmp_path / "desktop/messages/catalogues").mkdir(parents=True)
    assert run("--new", "de") == (0, "")
    file = tmp_path / "desktop/messages/catalogues/de.po"
    text = file.read_text()
    for english, translation in {"Open": "Öffnen", "{a} of {b}": "{a} von {b}"}.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{translation}"')
    file.write_text(text)
    assert run() == (0, "")
    assert run("--check") == (0, "")
    return file


def test_the_catalogues_of_this_tree_are_in_step(tool, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["catalogues.py", "--check"])
    status = tool.main()
    assert (status, capsys.readouterr().err) == (0, "")


def test_a_second_run_changes_nothing(run, german):
    before = {file.name: file.read_bytes() for file in german.parent.iterdir()}
    assert run() == (0, "")
    assert {file.name: file.read_bytes() for file in german.parent.iterdir()} == before


def test_a_text_that_was_changed_waits_for_the_translator(run, german, tmp_path):
    (tmp_path / "desktop/say.py").write_text(SOURCE.replace('"Open"', '"Open it"'))
    assert run("--check")[1].startswith("de.po does not hold the texts of the source")
    assert run() == (0, "")
    assert "fuzzy" in german.read_text()
    assert run("--check") == (0, "")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('tr(f"Open {name}")', "desktop/say.py:7: the text is not a literal"),
        ("message(name)", "the text is not a literal"),
        ('counted("{number} slice", name, n)', "the text is not a literal"),
        ('tr("{a} and {c}", a=1)', "nothing is given for c"),
        ('tr("Close", a=1)', "no text uses a"),
        ('tr("{a")', "the text cannot be formatted"),
        ('tr("{}", a=1)', "a field is not a plain name"),
    ],
)
def test_a_call_that_cannot_be_translated_is_named(run, german, tmp_path, line, says):
    (tmp_path / "desktop/say.py").write_text(f"{SOURCE}    {line}\n")
    for arguments in ([], ["--check"]):
        status, said = run(*arguments)
        assert (status, says in said) == (1, True), said


@pytest.mark.parametrize(
    ("translation", "says"),
    [("{a} von {c}", "has a field c"), ("{a} von {b", "cannot be formatted"), ("{a} %s {b}", "%-fields")],
)
def test_a_translation_with_another_field_is_named(run, german, translation, says):
    german.write_text(german.read_text().replace("{a} von {b}", translation))
    status, said = run("--check")
    assert (status, says in said) == (1, True), said


def test_a_release_has_complete_languages_in_full(run, german, tool, monkeypatch):
    monkeypatch.setattr(tool, "COMPLETE", ("de",))
    counted = "{number} slice of {a}"
    assert run("--check") == (1, f"de.po: {counted!r} is not translated, and a release has de in full.\n")
    text = german.read_text().replace('msgstr[0] ""', 'msgstr[0] "{number} Schicht"')
    german.write_text(text)
    run()
    assert run("--check")[0] == 1, "one form of two"
    german.write_text(text.replace('msgstr[1] ""', 'msgstr[1] "{number} Schichten"'))
    run()
    assert run("--check") == (0, "")
    german.write_text(german.read_text().replace('msgid "Open"', '#, fuzzy\nmsgid "Open"'))
    run()
    assert run("--check") == (1, "de.po: 'Open' is fuzzy, and a release has de in full.\n")


def test_the_languages_of_a_release_have_one_form_for_all_numbers(run, tool, tmp_path):
    (tmp_path / "desktop/messages/catalogues").mkdir(parents=True)
    assert tool.COMPLETE == ("ja", "zh_CN")
    for one in tool.COMPLETE:
        assert run("--new", one) == (0, "")
        text = (tmp_path / f"desktop/messages/catalogues/{one}.po").read_text()
        assert "nplurals=1; plural=0;" in text
        assert "msgstr[1]" not in text


def test_who_has_reviewed_stays_in_the_header(run, german):
    assert '"X-Clinical-Review: none\\n"' in german.read_text()
    german.write_text(german.read_text().replace("Review: none", "Review: Dr. Ä. Ösel, 2027-01-05"))
    assert run() == (0, "")
    assert '"X-Clinical-Review: Dr. Ä. Ösel, 2027-01-05\\n"' in german.read_text()
    with german.with_suffix(".mo").open("rb") as stream:
        assert GNUTranslations(stream).info()["x-clinical-review"] == "Dr. Ä. Ösel, 2027-01-05"
    assert run("--check") == (0, "")


def test_a_stale_or_damaged_compiled_catalogue_is_named(run, german):
    german.write_text(german.read_text().replace("Öffnen", "Aufmachen"))
    assert run("--check") == (1, "de.mo is not compiled from de.po: run `python packaging/catalogues.py`.\n")
    run()
    german.with_suffix(".mo").write_bytes(b"damaged")
    assert run("--check")[0] == 1
    german.with_suffix(".mo").unlink()
    assert run("--check")[0] == 1


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Open", "[Öþéñ~~]"),
        ("{a} of {b:.1f} mm", "[{a} öƒ {b:.1f} ṁṁ ~~~~~]"),
        ("usage: ", "[ûšáĝé:~~] "),
        ("{a}, {b}", "{a}, {b}"),
        ("&Save as <b>%(prog)s</b>: `clivus read`", None),
    ],
)
def test_the_pseudo_language(tool, text, strange):
    import pseudo  # beside the tool

    found = pseudo.pseudo(text)
    assert strange in (found, None)
    if strange is None:
        for kept in ("&S", "<b>", "%(prog)s", "</b>", "`clivus read`"):
            assert kept in found
        assert len(found) >= 1.3 * len(text)
