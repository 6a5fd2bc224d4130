"""The command `clivus-train`."""

import os
import subprocess
import sys

import pytest

from training.cli import main


@pytest.mark.parametrize(
    "command",
    [["demo-model"], ["fit", "cohort", "--split", "split.json"], ["export", "run"]],
    ids=lambda asked: asked[0],
)
def test_without_the_training_extra_one_sentence_says_so(tmp_path, command):
    """It ended in a traceback where only the application was installed."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from training.cli import main\n"
        f"sys.exit(main([*{command!r}, '--out', {str(tmp_path / 'model')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "Training needs torch" in done.stderr


def test_imagenet_weights_that_cannot_be_had_are_one_sentence_and_leave_nothing(tmp_path):
    """The whole command, where the download fails at once: a proxy that is not there."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    code = (
        "import sys\nfrom training.cli import main\n"
        f"sys.exit(main(['demo-model', '--weights', 'imagenet', '--out', {str(tmp_path / 'out' / 'model')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | nowhere | {"TORCH_HOME": str(tmp_path / "cache")},
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "imagenet" in done.stderr.lower()
    assert not list(tmp_path.rglob("*.pth*"))
    assert not (tmp_path / "out" / "model").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["demo-model"],
        ["pretrain"],
        ["phantoms"],
        ["cohort"],
        ["cohort", "check"],
        ["cohort", "split"],
        ["cohort", "export"],
        ["fit"],
        ["evaluate"],
        ["export"],
        ["keys"],
        ["sign"],
        ["reproduce-paper"],
    ],
    ids=" ".join,
)
def test_help_tells_the_whole_of_it(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 120
    assert len(told.split()) > 100
    assert command == ["cohort"] or "Exit status: 0 " in told
    assert "COHORT is a table" in told or "cohort" not in command


@pytest.mark.parametrize(
    "asked", [[], ["cohort"], ["nothing"], ["demo-model"], ["demo-model", "--out", "x", "--workers", "0"]]
)
def test_wrong_use_is_one_sentence(asked, capsys):
    assert main(asked) == 2
    told = capsys.readouterr()
    assert told.err.startswith("clivus-train: ")
    assert told.err.count("\n") == 1
