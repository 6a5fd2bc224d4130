"""The self-test's first look: a temporary folder that is full, read-only, or not there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

import pytest

from desktop.commands import selftest
from desktop.temporary_room import temporary_trouble

ASK = "from desktop.temporary_room import temporary_trouble; found = temporary_trouble(); "
ASK += "print(f'{found.folder}: {found.reason}' if found else '')"


@pytest.fixture
def python() -> Callable[..., str]:
    """A function that runs code in a process of its own and gives what it prints."""

    def run(code: str, before: Sequence[str] = (), **environment: str) -> str:
        command = [*before, sys.executable, "-c", code]
        return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True).stdout

    return run


def test_a_folder_with_room_is_no_trouble():
    assert temporary_trouble() is None


# The interpreter may lie in /tmp itself, as in CI: it is bound to its place again.
LITTLE = (
    "mount -t tmpfs tmpfs /mnt; mkdir /mnt/kept; mount --bind '{prefix}' /mnt/kept; "
    "mount -t tmpfs -o size=64k tmpfs /tmp; mkdir -p '{prefix}'; mount --bind /mnt/kept '{prefix}'; "
    "mount --bind /tmp /var/tmp; cd /tmp"
)


@pytest.mark.parametrize(
    ("further", "reason"),
    [("true", "No space left on device"), ("mount -o remount,ro /tmp", "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_full_and_a_read_only_one_are_named_with_the_reason(with_files_of_its_own, further, reason, python):
    setup = f"{LITTLE.format(prefix=sys.prefix)}; {further}"
    said = python(ASK, with_files_of_its_own(setup), TMPDIR="")
    assert said == f"/tmp: {reason}\n"


def test_one_that_does_not_exist_is_replaced_by_the_systems(python):
    assert python(ASK, TMPDIR="/no") == "\n"


def test_the_self_test_names_it_first_and_blames_no_installation(monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: (_ for _ in ()).throw(OSError(28, "No room")))
    monkeypatch.setattr(tempfile, "tempdir", "/full")
    check = selftest._temporary_folder()
    assert (check.name, check.status) == ("temporary folder", "fail")
    assert str(check.message).startswith("The temporary folder ")
    assert str(check.message).endswith("(No room): make room there, or name another folder in TMPDIR.")


def test_little_room_warns(monkeypatch):
    monkeypatch.setattr(selftest, "LITTLE_ROOM_BYTES", 2**60)
    assert selftest._temporary_folder().status == "warn"
