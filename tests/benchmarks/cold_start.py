"""How long the frozen application takes to start from a cold disk, beside the one that pip has installed.

    python tests/benchmarks/cold_start.py dist/clivus [--rounds 5]

By turns, after the system has forgotten every file that it had read: from the start of the program to its window on a
screen (Xvfb), and to the end of `clivus selftest`. As root, on Linux, with Xvfb, openbox and xdotool.

Exit status 1: the median is more than 1.5 times that of Python with the same program.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

MOST = 1.5
_CACHES = Path("/proc/sys/vm/drop_caches")
_ALL = "3"
_LONGEST_S = 120

sys.path.insert(0, str(Path(__file__).parents[1] / "proofs"))

from own_screen import own_screen, require  # noqa: E402 - of a folder of scripts


def main() -> int:
    """Start both by turns, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("application", type=Path, help="folder of the frozen application")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is started (5)")
    options = parser.parse_args()
    require("xdotool")
    programs = {"frozen": [str(options.application.resolve() / "clivus")], "pip": [sys.executable, "-m", "desktop"]}
    broken = False
    with tempfile.TemporaryDirectory(prefix="clivus-cold-") as home, own_screen() as display:
        environment = os.environ | {"HOME": home, "DISPLAY": display}
        environment.pop("QT_QPA_PLATFORM", None)
        for what, seconds in {"window": _to_window, "self-test": _to_end}.items():
            taken: dict[str, list[float]] = {name: [] for name in programs}
            for _ in range(options.rounds):
                for name, program in programs.items():
                    os.sync()
                    _CACHES.write_text(_ALL, encoding="ascii")
                    taken[name].append(seconds(program, environment))
            frozen, pip = (median(taken[name]) for name in programs)
            print(
                f"{what}: frozen {frozen:.2f} s, pip {pip:.2f} s, ratio {frozen / pip:.2f} (at most {MOST})", flush=True
            )
            broken |= frozen > MOST * pip
    return int(broken)


def _to_window(program: list[str], environment: dict[str, str]) -> float:
    """Seconds until a window of the program is on the screen."""
    begin = perf_counter()
    with subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            found = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Clivus"]
            subprocess.run(found, env=environment, stdout=subprocess.DEVNULL, timeout=_LONGEST_S, check=True)
            return perf_counter() - begin
        finally:
            started.kill()


def _to_end(program: list[str], environment: dict[str, str]) -> float:
    """Seconds that the self-test takes."""
    begin = perf_counter()
    done = subprocess.run([*program, "selftest"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
