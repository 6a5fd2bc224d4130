"""`clivus-train reproduce-paper`."""

import csv
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image

from training.cli import main
from training.paper import reproduction
from training.paper.files import write_reproduction
from training.paper.printed import PAPER
from training.paper.text import report

FILES = ["paper.csv", "paper.json", "roc.csv", "roc.png", "roc.svg"]


@pytest.fixture
def once(monkeypatch, found):
    """Computed once for all of these tests."""
    monkeypatch.setattr(reproduction, "reproduce", lambda: found)


@pytest.mark.usefixtures("once")
def test_it_prints_the_report(capsys, found):
    assert main(["reproduce-paper"]) == 0
    told = capsys.readouterr()
    assert told.out == report(found)
    assert told.err == ""


def test_the_report_has_every_printed_number_beside_the_recomputed_one(found):
    lines = report(found).splitlines()
    for cell in PAPER.results:
        figure = f"{cell.value} ({cell.interval})"
        (line,) = [
            line
            for line in lines
            if line.split()[:2] == [cell.reader, cell.measure] and "match" not in line and line.count(figure) == 2
        ]
        assert " yes " in line
        assert " series " in line or " patient " in line
    assert "18 of 18 values and 18 of 18 intervals of the results, 3 of 3 p values, 3 of 3" in lines[-2]


def test_the_report_has_every_finding_by_number(found):
    told = report(found)
    for n, finding in enumerate(found.findings, 1):
        assert f"\n({n}) {finding.name}\n" in told
        assert " ".join(finding.computed.split()) in " ".join(told.split())


def test_rates_of_all_three_stand_in_one_unit(found):
    told = report(found)
    assert "accuracy     series   0.973 (0.858-0.999) 36/37  0.838 (0.680-0.938) 31/37" in told
    assert "accuracy     patient  0.967 (0.828-0.999) 29/30  0.833 (0.653-0.944) 25/30" in told


@pytest.mark.usefixtures("once")
def test_json_is_one_object_and_nothing_else(capsys, found, shown_as):
    assert main(["reproduce-paper", "--json"]) == 0
    told = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    shown_as("paper.json", told)
    assert told["schema"] == "clivus-paper/1"
    assert told["reproduced"] is True
    assert len(told["rows"]) == len(found.rows)
    assert told["rows"][0]["value"]["exact"] == [pytest.approx(314.5 / 330)]
    assert {finding["name"] for finding in told["findings"]} == {finding.name for finding in found.findings}


@pytest.mark.usefixtures("once")
def test_the_folder(tmp_path, capsys, found):
    out = tmp_path / "paper"
    assert main(["reproduce-paper", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert (out / "paper.json").read_text(encoding="utf-8").startswith("{")
    with (out / "paper.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(found.rows)
    assert rows[0]["interval_printed"] == rows[0]["interval_recomputed"] == "0.861-1.045"
    assert {row["matches"] for row in rows} == {"yes", "no"}
    assert all(row["unit"] for row in rows)
    with (out / "roc.csv").open(encoding="utf-8", newline="") as lines:
        points = list(csv.DictReader(lines))
    assert [(point["reader"], point["cutoff"]) for point in points[:3]] == [("CNN", "2"), ("CNN", "1"), ("CNN", "0")]
    assert [point["reader"] for point in points[3:]] == ["senior", "junior"]
    assert "report" not in capsys.readouterr().err


def test_the_picture_can_be_looked_at(tmp_path, found):
    write_reproduction(found, tmp_path / "paper")
    with Image.open(tmp_path / "paper" / "roc.png") as picture:
        assert picture.size == (960, 960)
        blue = sum(pixel[:3] == (0, 114, 178) for pixel in picture.convert("RGB").get_flattened_data())
    assert blue > 2000  # the curve is there
    assert "<svg" in (tmp_path / "paper" / "roc.svg").read_text(encoding="utf-8")


def test_the_files_are_the_same_every_time(tmp_path, found):
    """Computed anew in another process, with another order of hashes."""
    write_reproduction(found, tmp_path / "one")
    code = f"from training.cli import main; assert main(['reproduce-paper', '--out', {str(tmp_path / 'two')!r}]) == 0"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


@pytest.mark.usefixtures("once")
def test_a_folder_with_something_in_it_is_refused_before_anything_is_printed(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["reproduce-paper", "--out", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "exists already" in told.err


@pytest.mark.parametrize("asked", [[], ["--json"]], ids=["text", "json"])
def test_what_should_match_and_does_not_is_an_error_in_one_sentence(monkeypatch, capsys, found, asked):
    first = found.rows[0]
    broken = replace(first, value=replace(first.value, recomputed="0.954", matches=False))
    monkeypatch.setattr(reproduction, "reproduce", lambda: replace(found, rows=(broken, *found.rows[1:])))
    assert main(["reproduce-paper", *asked]) == 4
    told = capsys.readouterr()
    assert told.err.startswith(
        "clivus-train: 1 figure should match the paper to the printed digit and does not (CNN AUC by"
    )
    assert told.err.count("\n") == 1
    if asked:
        assert json.loads(told.out)["reproduced"] is False
    else:
        assert "17 of 18 values" in told.out


@pytest.mark.parametrize("missing", ["scipy", "matplotlib"])
def test_without_the_training_extra_one_sentence_says_so(tmp_path, missing):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from training.cli import main\n"
        f"sys.exit(main(['reproduce-paper', '--out', {str(tmp_path / 'paper')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stderr == (
        f'clivus-train: Training needs {missing}, which is not installed here: run `pip install ".[training]"` where '
        "Clivus' sources are.\n"
    )


def test_it_does_not_load_torch(tmp_path):
    code = (
        "import sys\n"
        "from training.cli import main\n"
        f"assert main(['reproduce-paper', '--out', {str(tmp_path / 'paper')!r}]) == 0\n"
        "sys.exit('torch' in sys.modules or 'matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)


def test_help_tells_the_whole_of_it(capsys):
    with pytest.raises(SystemExit) as left:
        main(["reproduce-paper", "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 120
    for said in ("18 values and 18 intervals", "3 p values", "--json", "--out DIR", "roc.svg", "Exit status: 0 "):
        assert said in told
