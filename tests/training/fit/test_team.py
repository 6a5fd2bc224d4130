"""A fit that is really killed, really stopped, and really run by two processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from desktop.learning.images import Images
from training.fit.adam import AdamFit, TrainingRows
from training.fit.configuration import Adam, Configuration
from training.fit.record import Run, RunRefused
from training.fit.run import fit_run
from training.fit.stopping import Stopped

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
import torch
from desktop.errors import ClivusError
from training.fit.adam import AdamFit, TrainingRows
from training.fit.configuration import read_configuration
from desktop.learning.images import Images
from training.fit.run import fit_run
from training.fit.stopping import Stopped
import training.fit.features as features

def read(path):
    held = np.load(path)
    keys = (tuple(map(str, held[k])) for k in ("sop_uid", "case", "patient"))
    return Images(held["hu"], held["positive"], *keys, held["position_mm"], held["spacing_mm"])

here, out, threads, at_once = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
features.AT_ONCE = at_once
try:
    fit_run(read(here / "train.npz"), read(here / "validation.npz"), read_configuration(here / "fit.toml"), out)
except ClivusError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_status)
"""


@pytest.fixture
def given(tmp_path, train, validation) -> Callable[[Configuration], Path]:
    """A function that lays images and configuration out for the script."""

    def lay_out(configuration: Configuration) -> Path:
        (tmp_path / "fit.toml").write_text(configuration.text())
        (tmp_path / "fit.py").write_text(SCRIPT)
        for name, images in (("train", train), ("validation", validation)):
            np.savez(tmp_path / f"{name}.npz", **{key: np.asarray(value) for key, value in vars(images).items()})
        return tmp_path

    return lay_out


def start(here: Path, out: Path, *launcher: str, at_once: int = 32) -> subprocess.Popen[str]:
    command = [sys.executable, *launcher, str(here / "fit.py"), str(here), str(out)]
    return subprocess.Popen(
        [*command, str(torch.get_num_threads()), str(at_once)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_epochs(process: subprocess.Popen[str], out: Path, epochs: int) -> None:
    deadline = time.monotonic() + 180
    while not (out / "log.csv").exists() or len((out / "log.csv").read_text().splitlines()) <= epochs:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.002)


LONG = Adam(learning_rate=1e-3, batch=8, epochs=40)


def assert_same(one: Path, other: Path) -> None:
    for name in ("network.pt", "log.csv", "checkpoint.pt"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.fixture(scope="module")
def uninterrupted(train: Images, validation: Images, brief, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("uninterrupted") / "run"
    fit_run(train, validation, replace(brief, fit=LONG), out)
    return out


def assert_goes_on(out: Path, train: Images, validation: Images, configuration: Configuration, whole: Path) -> None:
    epochs = len((out / "log.csv").read_text().splitlines()) - 1
    assert 5 <= epochs < configuration.fit.epochs
    with pytest.raises(RunRefused, match="is not complete"):
        Run.load(out)
    resumed = fit_run(train, validation, configuration, out)
    assert resumed is not None
    assert len(resumed.environment) == 2
    assert_same(out, whole)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_killed_fit_goes_on_and_ends_bit_for_bit_as_without(given, train, validation, brief, tmp_path, uninterrupted):
    configuration = replace(brief, fit=LONG)
    out = tmp_path / "run"
    process = start(given(configuration), out)
    wait_for_epochs(process, out, 5)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert_goes_on(out, train, validation, configuration, uninterrupted)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_stopped_fit_goes_on_and_ends_bit_for_bit_as_without(
    train, validation, brief, tmp_path, uninterrupted, monkeypatch
):
    configuration = replace(brief, fit=LONG)
    inner = AdamFit.run_epoch

    def stopped(self: AdamFit, training: TrainingRows) -> float:
        if self.epoch == 5:
            signal.raise_signal(signal.SIGTERM)
        return inner(self, training)

    monkeypatch.setattr(AdamFit, "run_epoch", stopped)
    with pytest.raises(Stopped, match=r"^Stopped as asked; what was done is saved in"):
        fit_run(train, validation, configuration, tmp_path / "run")
    monkeypatch.undo()
    assert_goes_on(tmp_path / "run", train, validation, configuration, uninterrupted)


def test_two_processes_give_the_features_and_the_model_of_one(given, train, validation, brief, tmp_path, monkeypatch):
    monkeypatch.setattr("training.fit.features.AT_ONCE", 5)
    alone = fit_run(train, validation, brief, tmp_path / "one")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    process = start(given(brief), tmp_path / "two", *launcher, at_once=5)
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 0, said
    together = Run.load(tmp_path / "two")
    assert together.environment[0]["processes"] == 2
    for side in ("train", "validation"):
        ours, theirs = (np.load(tmp_path / n / "features" / side / "00000.npy") for n in ("one", "two"))
        np.testing.assert_array_equal(ours, theirs, err_msg=side)
    assert alone is not None
    layers = [
        torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["layers"][0]["weight"]
        for name in ("one", "two")
    ]
    torch.testing.assert_close(*layers, atol=1e-6, rtol=0)
    assert [one.value for one in alone.metrics] == [one.value for one in together.metrics]
    assert said.count("Final layer: done") == 1, "only the first process speaks"
