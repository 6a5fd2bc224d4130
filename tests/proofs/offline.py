"""Proof that an open window sends nothing and notes nothing down: `python tests/proofs/offline.py [--program PATH]`.

The demonstration is opened and judged in a real window on a screen of its own (Xvfb), without `CI`, which silences some
telemetry, in a new home and temporary folder, without a network, so that nothing leaves even if it is tried. strace
lists each network call of the program and of all it starts; home, cache and temporary folder are compared before and
after. Exit status 0: no call has an internet address, and no file appeared or changed but settings and trail.

With --program the proof is of that program, such as `dist/clivus/clivus` of the frozen application; with --code of a
piece of Python, without a window. `--code "import onnxruntime"` shows that the proof can fail.

Needs Linux with strace, and Xvfb for a window; as root or where user namespaces are allowed. A minute.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_INTERNET = re.compile(r"AF_INET6?\b|AF_PACKET|sin6?_addr")
"""Sockets and addresses that could lead out of the computer. AF_UNIX is the screen's and the session's."""

_KNOWN = tuple(
    f"home/{name}"
    for name in (
        ".config/Clivus/settings.json",
        ".config/Clivus/trail-end.json",
        ".local/share/Clivus/trail.sqlite",
    )
)
"""What is to be written: how the reader likes the window; which series was read, as a digest, and what was answered."""

_ASKED = re.compile(r"[\w\\.-]*(?:microsoft|events|telemetry)[\w\\.-]*")
"""Of what was sent, what shows whom it was for."""


@dataclass(frozen=True)
class JudgedSeries:
    """What a program did while it was watched.

    Attributes:
        internet: network calls with an internet address, as strace has them.
        local: how many other network calls there were: none would mean that nothing was watched.
        files: files that appeared or changed in home and temporary folder, without settings and trail.
        stayed: whether it ran until it was ended.
        loaded: whether onnxruntime was in memory at the end: else nothing was judged, and nothing proved.
    """

    internet: list[str]
    local: int
    files: list[str]
    stayed: bool
    loaded: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Watch, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(sys.executable).with_name("clivus")
    watched = parser.add_mutually_exclusive_group()
    watched.add_argument("--program", metavar="PATH", type=Path, default=here, help="whose window (%(default)s)")
    watched.add_argument("--code", metavar="PYTHON", help="Python to run instead, and to wait after")
    parser.add_argument("--seconds", type=float, default=60, help="how long to watch (%(default)s)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="offline-proof-") as folder, screen(options.code is None) as display:
        if options.code is None:
            command = [str(options.program.resolve()), "demo", "--out", f"{folder}/demo"]
        else:
            command = [sys.executable, "-c", f"{options.code}\nimport time\ntime.sleep({options.seconds + 60})"]
        seen = watch(command, options.seconds, Path(folder), display)
    print(f"{' '.join(command[:2])}, watched for {options.seconds:g} s")
    ready = seen.stayed and seen.loaded and seen.local > 0
    for name, good, found in (
        ("open to the end, onnxruntime at work", ready, f"{seen.loaded}, {seen.local} local network calls"),
        ("no internet address in any call", not seen.internet, f"{len(seen.internet)} calls {asked(seen.internet)}"),
        (
            "no file but settings and trail",
            not seen.files,
            f"{len(seen.files)} {seen.files[:6]}",
        ),
    ):
        print(f"{'PASS' if good else 'FAULT':5} {name}: {found}")
    return 0 if ready and not seen.internet and not seen.files else 1


def watch(command: list[str], seconds: float, folder: Path, display: str) -> JudgedSeries:
    """Run the command for so long under strace, without a network and with a home of its own, and end it."""
    home, temp, log = folder / "home", folder / "temp", folder / "calls"
    home.mkdir()
    temp.mkdir()
    before = digests(home, temp)
    environment = {"HOME": str(home), "TMPDIR": str(temp), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "200", "-e", "trace=%network", "-o", str(log)]
    process = subprocess.Popen(
        [*apart, *strace, *command],
        cwd=folder,
        env=environment | ({"DISPLAY": display} if display else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # so that it can be ended with all that it started
    )
    try:
        process.wait(seconds)
        stayed = loaded = False
    except subprocess.TimeoutExpired:
        stayed = True
        loaded = any(_holds_onnxruntime(child.pid) for child in psutil.Process(process.pid).children(recursive=True))
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    calls = log.read_text(errors="replace").splitlines() if log.exists() else []
    internet = [call for call in calls if _INTERNET.search(call)]
    after = digests(home, temp)
    changed = {path.relative_to(folder).as_posix() for path in after if before.get(path) != after[path]}
    files = sorted(changed - set(_KNOWN))
    return JudgedSeries(internet, len(calls) - len(internet), files, stayed, loaded)


def _holds_onnxruntime(process: int) -> bool:
    try:
        return "onnxruntime_pybind11" in Path(f"/proc/{process}/maps").read_text(errors="replace")
    except OSError:  # it has just ended
        return False


def digests(*folders: Path) -> dict[Path, str]:
    """Every file below the folders, with the digest of what it holds."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() or path.is_symlink()]
    return {path: hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest() for path in files}


def asked(calls: list[str]) -> str:
    """Whom the calls were for, where they say it."""
    return " ".join(sorted({name for call in calls for name in _ASKED.findall(call)})[:3])


@contextmanager
def screen(wanted: bool) -> Iterator[str]:
    """An X server of our own while the block runs; its name."""
    for tool in ("strace", "unshare", *(["Xvfb"] if wanted else [])):
        if shutil.which(tool) is None:
            raise SystemExit(f"The proof needs {tool}: install it.")
    if not wanted:
        yield ""
        return
    seen, said = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(said), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[said],
        stderr=subprocess.DEVNULL,
    )
    os.close(said)
    try:
        with os.fdopen(seen) as lines:
            yield f":{lines.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
