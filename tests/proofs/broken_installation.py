"""Proof that the self-test of the frozen application names what is broken, for everything that it looks at.

    python tests/proofs/broken_installation.py dist/clivus

The application is copied, one thing is broken on purpose (a file of it, of the system or of the user, the screen, the
memory, the room on a disk), and `clivus selftest` is asked. What was broken shows in a mount namespace of that process
only, and the computer stays as it is. The known answer and the phantom cannot be broken like that, since the model is
compared before it is asked: tests/inference/test_network.py and tests/commands/test_selftest.py let them fail.

Exit status 0: each time the check that it concerns warns or fails, with the right sentence, which is printed. As root,
on Linux with unshare, prlimit, Xvfb and openbox; five minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from own_screen import own_screen, require
from proof import Proof

_SMALL_SCREEN = "1024x600"
_LITTLE_MEMORY_BYTES = 500 << 20
"""Not enough for a head study; some libraries would end the process."""

_HEADER_BYTES = 64
_EMPTY = "/dev/null"

Harm = Callable[["Copy"], None]


class Copy:
    """An application of its own, and a home for it; the files are links until one is broken."""

    def __init__(self, application: Path, folder: Path) -> None:
        self.tree, self.home = folder / "clivus", folder / "home"
        shutil.copytree(application, self.tree, symlinks=True, copy_function=os.link)
        self.home.mkdir()
        self.settings = self.home / ".config/Clivus"

    def file(self, pattern: str) -> Path:
        """The first file whose name fits, as one that can be changed."""
        places = (path for path in sorted(self.tree.rglob(pattern)) if path.is_file() and not path.is_symlink())
        place = next(places)
        content, mode = place.read_bytes(), place.stat().st_mode
        place.unlink()
        place.write_bytes(content)
        place.chmod(mode)
        return place

    def turn_bits(self, pattern: str) -> None:
        """Other bits in a file but its beginning, of the same size: it looks as before."""
        place = self.file(pattern)
        content = place.read_bytes()
        rest = np.frombuffer(content, np.uint8)[_HEADER_BYTES:]
        place.write_bytes(content[:_HEADER_BYTES] + (~rest).tobytes())


def _nothing(_copy: Copy) -> None:
    """Leave the files as they are: what is broken is around them."""


@dataclass(frozen=True)
class Case:
    """One thing that is broken.

    Attributes:
        what: in words.
        check: the name of the check that has to notice.
        says: a part of the sentence.
        harm: what is done to the copy.
        before: shell commands in the process's own mount namespace, with HOME set.
        environment: what the process has beside that.
        screen: the size of its screen; "" where it has none.
    """

    what: str
    check: str
    says: str
    harm: Harm = _nothing
    before: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    screen: str = ""


def _other_threshold(copy: Copy) -> None:
    """The model that came with Clivus, described otherwise."""
    place = copy.file("manifest.json")
    document = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps(document | {"threshold": 0.999}), encoding="utf-8")


def _gone_model(copy: Copy) -> None:
    """The choice of a model that is on this computer no more."""
    copy.settings.mkdir(parents=True)
    model = {"id": "gone", "version": "1.0.0", "manifest_sha256": "0" * 64}
    text = json.dumps({"schema": "clivus-default-model/1", "model": model})
    (copy.settings / "model.json").write_text(text, encoding="utf-8")


def _no_fonts(copy: Copy) -> None:
    """A fontconfig without a font."""
    (copy.home / "fonts.conf").write_text("<?xml version='1.0'?><fontconfig></fontconfig>", encoding="utf-8")


def _turned(pattern: str) -> Harm:
    return lambda copy: copy.turn_bits(pattern)


def _hidden(library: str) -> str:
    return f"for file in /usr/lib/*/{library}; do mount --bind {_EMPTY} $file; done"


AGAIN = "install Clivus again"
CASES = (
    Case("a full temporary folder", "temporary folder", "make room", before="mount -t tmpfs -o size=4k none /tmp"),
    Case("a small temporary folder", "temporary folder", "may not fit", before="mount -t tmpfs -o size=64m none /tmp"),
    Case("a read-only home", "disk", "cannot be written to", before='mount -t tmpfs -o ro none "$HOME"'),
    Case("a home without room", "disk", "may soon not fit", before='mount -t tmpfs -o size=64m none "$HOME"'),
    Case("little memory", "", "not enough memory", before=f"prlimit --pid $$ --data={_LITTLE_MEMORY_BYTES}"),
    Case("no OpenSSL in the system", "OpenSSL", "OpenSSL", before=_hidden("libcrypto.so.3")),
    Case("a changed file", "installed files", AGAIN, _turned("NOTICE.txt")),
    Case("no sums", "installed files", AGAIN, lambda copy: copy.file("SHA256SUMS").unlink()),
    Case("a damaged catalogue", "languages", AGAIN, _turned("ja.mo")),
    Case("a damaged decoder of JPEG", "decoder JPEG Baseline (Process 1)", AGAIN, _turned("libgdcmjpeg8.so*")),
    Case("a damaged decoder of JPEG-LS", "decoder JPEG-LS Lossless Image Compression", AGAIN, _turned("*charls.so*")),
    Case("a damaged decoder of JPEG 2000", "decoder JPEG 2000 Image Compression", AGAIN, _turned("_openjpeg*.so")),
    Case("a damaged decoder of RLE", "decoder RLE Lossless", AGAIN, _turned("rle.*.so")),
    Case("a damaged model", "bundle", AGAIN, _turned("model.onnx")),
    Case("another threshold", "bundle", "not the one that came with", _other_threshold),
    Case("a default model that is gone", "default model", "choose another default", _gone_model),
    Case("no plugin for the screen", "window", AGAIN, lambda copy: copy.file("libqxcb.so").unlink()),
    Case("a damaged plugin for the screen", "window", AGAIN, _turned("libqxcb.so")),
    Case("a library of the system that is no library", "window", "apt install libgl1", before=_hidden("libGL.so.1")),
    Case("a screen that nobody answers on", "window", "cannot be reached", environment={"DISPLAY": ":4999"}),
    Case("no fonts", "letters", "No font", _no_fonts, environment={"FONTCONFIG_FILE": "$HOME/fonts.conf"}),
    Case("a small screen", "screen", "too small", screen=_SMALL_SCREEN),
    Case("half a copy", "", "missing", lambda copy: copy.file("libpython*").unlink()),
)
"""A case without a check is said before any: by the command line, or by the starter where Python cannot run."""


def main(argv: Sequence[str] | None = None) -> int:
    """Break one thing after the other."""
    parser = argparse.ArgumentParser(description="Break each thing that the self-test of an application looks at.")
    parser.add_argument("application", type=Path, help="folder of the frozen application")
    options = parser.parse_args(argv)
    require("unshare", "prlimit", "mount", "Xvfb", "openbox")
    application, proof = options.application.resolve(), Proof()
    with tempfile.TemporaryDirectory(prefix=".broken-", dir=application.parent) as folder:  # links need one disk
        for number, case in enumerate(CASES):
            copy = Copy(application, Path(folder) / str(number))
            case.harm(copy)
            with own_screen(case.screen) if case.screen else nullcontext("") as display:
                said = _asked(copy, case, {"DISPLAY": display} if display else {})
            proof.holds(case.says in said, f"{case.what}: {said}", f"looked for {case.says!r}")
            shutil.rmtree(copy.tree)
    return proof.status


def _asked(copy: Copy, case: Case, screen: Mapping[str, str]) -> str:
    """What the self-test says at the check that the case concerns, "" where that passes; else all that was said."""
    given = {name: value.replace("$HOME", str(copy.home)) for name, value in case.environment.items()}
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(copy.home), "LANG": "C.UTF-8", **given, **screen}
    script = f'{case.before or ":"} && exec "$0" selftest --json'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-ec", script, str(copy.tree / "clivus")],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout.startswith("{"):
        return done.stderr.strip()
    checks = {one["name"]: one for one in json.loads(done.stdout)["checks"]}
    if case.check not in checks:
        return f"no check {case.check!r} among {', '.join(checks)}"
    found = checks[case.check]
    return "" if found["status"] == "pass" else f"{found['status']}  {found['name']}: {found['message']}"


if __name__ == "__main__":
    sys.exit(main())
