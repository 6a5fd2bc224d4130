"""Proof that the .deb installs, works and goes on a Debian without Python, and that the archive works for its users.

    python tests/proofs/deb_on_bare_debian.py dist/clivus_0.4.0_amd64.deb [--archive dist/clivus-0.4.0-….tar.xz]

In a fresh Debian (debootstrap; kept in --work for the next time), in a folder of its own:

1. the package installs, with what it declares, and its self-test runs;
2. an ordinary user runs the self-test and the demonstration, and a window opens on a screen;
3. with a home that cannot be written to, the window opens and the demonstration is read;
4. a newer package that is cut in half, or for which the disk has no room, changes nothing;
5. a newer version replaces it while no window is open, and what the user has saved stays as it was;
6. the older version is refused, and the newer one is still there;
7. removing it leaves no file that was not there before, nor does removing what came along; the user's files stay;
8. the archive, unpacked by the user without any package: the self-test passes where libraries are, and names all that
   are missing where they are not; its menu entry comes and goes.

Exit status 0: all of it holds. As root, with debootstrap, xvfb and xdotool, and Debian's packages; some minutes.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bare_system import READER, BareSystem
from own_screen import own_screen, require
from proof import Proof

_NEWER = "99.0.0"
_WINDOW_S = 120
_LOOK_S = 2
_HOME = f"/home/{READER}"
_AS_READER = f"setpriv --reuid={READER} --regid={READER} --init-groups env HOME={_HOME}"

_READ_ONLY = f"mount --bind {_HOME} {_HOME} && mount -o remount,ro,bind {_HOME}"
"""In the mount namespace of the command that it belongs to."""

_ROOM_MB = 400
"""For the application, and not for a second one beside it, as an upgrade needs it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prove it, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("deb", type=Path, help="the package")
    parser.add_argument("--archive", type=Path, help="the archive")
    parser.add_argument("--suite", default="bookworm", help="the Debian (bookworm, which is 12)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "clivus-bare", help="where it lies")
    options = parser.parse_args(argv)
    require("debootstrap", "unshare", "setpriv", "dpkg-deb", "Xvfb", "xdotool")
    options.work.mkdir(parents=True, exist_ok=True)
    system, proof = BareSystem(options.work.resolve(), options.suite), Proof()
    system.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "xz-utils")  # by which archives unpack
    bare = system.files()
    proof.holds(not any(re.match(r"usr/bin/(python|gcc|cc$)", file) for file in bare), "no Python, no compiler")
    if options.archive:
        _archive_on_bare(system, proof, options.archive)
    package = system.take(options.deb)
    _install(system, proof, package)
    own = _work(system, proof)
    _read_only_home(system, proof)
    newer = system.take(_renumbered(options.deb, options.work))
    _halted_upgrades(system, proof, newer)
    _upgrade(system, proof, package, newer)
    if options.archive:
        _archive_with_libraries(system, proof)
    _remove(system, proof, bare, own)
    return proof.status


def _install(system: BareSystem, proof: Proof, package: str) -> None:
    code, said, seconds = _timed(system, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    proof.holds(code == 0, f"the package installs with what it declares ({seconds:.0f} s)", said)
    proof.holds("found this installation sound" in said, "the self-test ran at its end", said)
    code, said = system.tried("sh", "-c", "man --help >/dev/null 2>&1; test -s /usr/share/man/man1/clivus.1.gz")
    # minbase leaves documentation out only where it is told to.
    proof.holds(code == 0, "the page of `man` is there", said)


def _work(system: BareSystem, proof: Proof) -> dict[str, bytes]:
    """Use it as a reader does; the files that the reader has then."""
    code, said = system.tried("clivus", "selftest", "--json", user=READER)
    bad = [check for check in json.loads(said)["checks"] if check["status"] != "pass"] if code == 0 else said
    # Fonts for Chinese, Japanese and Korean are recommended, and were left out here; the model that ships is no site's.
    as_expected = code == 0 and [check["name"] for check in bad] == ["default model", "letters"]
    proof.holds(as_expected, "the self-test passes for a user, and warns of model and fonts", bad)
    code, said, seconds = _timed(
        system, "clivus", "demo", "--headless", "--out", f"{_HOME}/my readings/demo", user=READER
    )
    proof.holds(code == 0 and "Positive" in said, f"the demonstration is read ({seconds:.0f} s)", said)
    _window(system, proof)
    return system.home()


def _window(system: BareSystem, proof: Proof) -> None:
    with own_screen() as display:
        window = system.start("clivus", environment={"DISPLAY": display})
        _seen(system, proof, window, display, "a window opens")


def _read_only_home(system: BareSystem, proof: Proof) -> None:
    before = system.home()
    command = f"{_READ_ONLY} && exec {_AS_READER} clivus "
    code, said = system.tried("sh", "-c", f"{command} selftest")
    proof.holds(code == 0 and "cannot be written to" in said, "a home that is read-only is a warning", said)
    code, said = system.tried("sh", "-c", f"{command} demo --headless --out /tmp/demo")
    proof.holds(code == 0 and "Positive" in said, "with it the demonstration is read", said)
    with own_screen() as display:
        window = system.start("sh", "-c", command, environment={"DISPLAY": display}, user="root")
        _seen(system, proof, window, display, "and a window opens")
    proof.holds(system.home() == before, "and nothing is written there")


def _halted_upgrades(system: BareSystem, proof: Proof, newer: str) -> None:
    before = system.files(), _version(system)
    half = f"size=$(stat -c %s {newer}) && head -c $((size / 2)) {newer} >/tmp/half.deb && dpkg -i /tmp/half.deb"
    code, said = system.tried("sh", "-c", half)
    proof.holds(code != 0, "a package that is cut in half is refused", said)
    proof.holds((system.files(), _version(system)) == before, "and the older version stays", _version(system))
    # The application on a disk of its own; whatever dpkg leaves there is compared with what was there.
    full = (
        "mkdir /tmp/was && mount --bind /usr/lib/clivus /tmp/was && "
        f"mount -t tmpfs -o size={_ROOM_MB}m none /usr/lib/clivus && cp -a /tmp/was/. /usr/lib/clivus && "
        f"{{ dpkg -i {newer} && exit 99; diff -r --no-dereference /tmp/was /usr/lib/clivus; }}"
    )
    code, said = system.tried("sh", "-c", full)
    proof.holds(
        code == 0 and "No space left" in said, "one for which there is no room is refused, without a trace", said
    )
    code, said = system.tried("clivus", "selftest", user=READER)
    proof.holds(code == 0 and _version(system) == before[1], "and the older version is sound", said)


def _seen(system: BareSystem, proof: Proof, window: subprocess.Popen[str], display: str, what: str) -> None:
    """Wait for the window, and end it."""
    begun = time.monotonic()
    names: list[str] = []
    while not names and window.poll() is None and time.monotonic() - begun < _WINDOW_S:
        time.sleep(_LOOK_S)
        command = ["xdotool", "search", "--onlyvisible", "--name", "Clivus"]
        found = subprocess.run(command, env={"DISPLAY": display}, capture_output=True, text=True, check=False)
        names = found.stdout.split()
    stayed = window.poll() is None
    said = system.end(window)
    proof.holds(bool(names) and stayed, f"{what} ({time.monotonic() - begun:.0f} s)", said)


def _upgrade(system: BareSystem, proof: Proof, older: str, newer: str) -> None:
    before = system.home()
    with own_screen() as display:
        # In one namespace of processes, so that the installer can see the window.
        script = (
            f"{_AS_READER} DISPLAY={display} clivus & "
            f"for second in $(seq {_WINDOW_S}); do ls -l /proc/[0-9]*/exe 2>/dev/null | "
            f"grep -q lib/clivus/_internal/clivus && break; sleep 1; done; dpkg -i {newer}"
        )
        code, said = system.tried("sh", "-c", script)
    proof.holds(code != 0 and "Clivus is open" in said, "a window that is open stops the upgrade", said)
    system.run("dpkg", "--configure", "-a")
    code, said = system.tried("dpkg", "-i", newer)
    proof.holds(code == 0 and _version(system) == _NEWER, "a newer version replaces it", said)
    proof.holds(_saved(system.home()) == _saved(before), "what the reader has saved is as it was")
    code, said = system.tried("dpkg", "-i", older)
    proof.holds(code != 0 and "cannot be read by" in said, "the older version is refused", said)
    proof.holds(_version(system) == _NEWER, "the newer one is still there", _version(system))
    code, said = system.tried("clivus", "selftest", user=READER)
    proof.holds(code == 0, "and is sound", said)


def _remove(system: BareSystem, proof: Proof, bare: set[str], own: dict[str, bytes]) -> None:
    code, said = system.tried("apt-get", "remove", "-y", "-qq", "clivus")
    proof.holds(code == 0, "it can be removed", said)
    left = sorted(file for file in system.files() - bare if "clivus" in file.lower() and not file.startswith("srv/"))
    proof.holds(not left, "no file of it is left", left)
    proof.holds(system.tried("dpkg-query", "--status", "clivus")[0] != 0, "nothing is left to purge")
    code, said = system.tried("apt-get", "autoremove", "-y", "-qq", "--purge")
    left = sorted(file for file in system.files() - bare if not file.startswith("srv/"))
    proof.holds(code == 0 and not left, "nor of what came along with it", left or said)
    kept = system.home()
    proof.holds(all(kept.get(name) == content for name, content in _saved(own).items()), "the reader's files are kept")


def _archive_on_bare(system: BareSystem, proof: Proof, archive: Path) -> None:
    place = system.take(archive)
    begun = time.monotonic()
    system.run("tar", "xf", place, "-C", _HOME, user=READER)
    print(f"unpacked in {time.monotonic() - begun:.0f} s")
    code, said = system.tried("sh", "-c", f"{_HOME}/clivus-*/clivus demo --headless --out {_HOME}/archive", user=READER)
    proof.holds(code == 0 and "Positive" in said, "the archive reads the demonstration without any package", said)
    code, said = system.tried("sh", "-c", f"{_HOME}/clivus-*/clivus selftest", user=READER)
    # Without a screen that is a warning: what needs no window works.
    missing = [line for line in said.splitlines() if not line.startswith("pass")]
    named = code == 0 and all(name in said for name in ("libGL.so.1", "libgl1", "libfontconfig1"))
    proof.holds(named, "its self-test names all that a window lacks", said)
    print(*missing, sep="\n")


def _archive_with_libraries(system: BareSystem, proof: Proof) -> None:
    code, said = system.tried("sh", "-c", f"{_HOME}/clivus-*/clivus selftest", user=READER)
    proof.holds(code == 0, "the archive's self-test passes beside the installed one", said)
    before = set(system.home())
    system.run("sh", "-c", f"sh {_HOME}/clivus-*/menu.sh", user=READER)
    made = set(system.home()) - before
    system.run("sh", "-c", f"sh {_HOME}/clivus-*/menu.sh remove", user=READER)
    left = set(system.home()) - before
    proof.holds(len(made) == 3 and not left, "its menu entry comes and goes", (made, left))


def _timed(system: BareSystem, *command: str, user: str = "root") -> tuple[int, str, float]:
    begun = time.monotonic()
    code, said = system.tried(*command, user=user)
    return code, said, time.monotonic() - begun


def _version(system: BareSystem) -> str:
    return system.run("dpkg-query", "--show", "--showformat=${Version}", "clivus")


def _saved(home: dict[str, bytes]) -> dict[str, bytes]:
    """What the reader has saved, and not what a window notes down for its next start."""
    return {name: content for name, content in home.items() if name.startswith("my readings/")}


def _renumbered(deb: Path, work: Path) -> Path:
    """The same package as a newer version."""
    place = work / f"newer_{deb.name}"
    with tempfile.TemporaryDirectory(dir=work) as folder:
        subprocess.run(["dpkg-deb", "--raw-extract", str(deb), folder], check=True)
        for name in ("control", "preinst"):
            file = Path(folder) / "DEBIAN" / name
            version = deb.name.split("_")[1]
            file.write_text(file.read_text(encoding="utf-8").replace(version, _NEWER), encoding="utf-8")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", folder, str(place)], check=True)
    return place


if __name__ == "__main__":
    sys.exit(main())
