"""`clivus-train cohort` and `phantoms` as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from desktop.learning.cohort.split import Split
from training.cli import main


def test_check_as_json_and_as_text(small, cohort, capsys):
    assert main(["cohort", "check", str(small), "--json", "--split", str(small / "split.json")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "clivus-cohort-check/1"
    assert report["numbers"]["test, negative"]["patients"] == 1
    case = cohort.one("positive")
    cohort.edit(case, slice_labels=[])
    assert main(["cohort", "check", str(cohort.table), "--json"]) == 3
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["case"], problem["kind"]) == (case, "label")
    assert main(["cohort", "check", str(cohort.table)]) == 3
    assert f"Problems (1):\n- Case {case}: it is positive" in capsys.readouterr().out


def test_split_is_written_once(small, tmp_path, capsys):
    out = tmp_path / "split.json"
    asked = ["cohort", "split", str(small), "--test", "0.34", "--out", str(out)]
    assert main([*asked, "--seed", "1"]) == 0
    assert "test: 1 positive and 1 negative patients" in capsys.readouterr().out
    assert main(asked) == 2
    assert "--force" in capsys.readouterr().err
    assert Split.load(out).seed == 1
    assert main([*asked, "--force"]) == 0
    assert Split.load(out).seed == 0


def test_export(cohort, tmp_path, capsys):
    cohort.one("negative")
    out = tmp_path / "pictures"
    assert main(["cohort", "export", str(cohort.table), "--out", str(out), "--format", "jpeg"]) == 0
    assert f"{len(list(out.glob('*.jpg')))} pictures" in capsys.readouterr().out
    assert main(["cohort", "export", str(cohort.table), "--out", str(out)]) == 2


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        (["cohort", "check", "nowhere"], 3, "cannot be opened"),
        (["cohort", "split", "nowhere", "--out", "x"], 3, "cannot be opened"),
        (["phantoms", "--out", "x", "--seed", "-1"], 2, "There are cohorts of phantoms for the seeds"),
        (["phantoms", "--out", "x" * 5000], 3, "cannot be written"),
    ],
)
def test_refusals_are_one_sentence(asked, status, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(asked) == status
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_cohorts_need_no_torch(small, tmp_path):
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from training.cli import main\n"
        f"sys.exit(main(['cohort', 'check', {str(small)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
