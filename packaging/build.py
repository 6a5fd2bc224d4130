"""Freeze Clivus into one folder and prove that it works: `python packaging/build.py [--variant cpu|gpu] [--out dist]`.

Needs `pip install --no-binary pyinstaller ".[packaging]"`, for the variant gpu ".[gpu,packaging]". The folder `clivus`
in --out is the whole application; it needs no Python. Beside it lies its bill of materials. The proof runs it as a
stranger would: no environment, another folder. `installers.py` makes of it what people install. With --compare, the
files are compared with those of an earlier build.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bom import bill
from bootloader import require_own_bootloader
from compare import differences, sums_of
from contents import BOM_FILE, HAS_STARTER, INTERNAL, PROGRAM, SUMS_FILE, refuse_training
from licences import collect_licences
from origins import Origins
from signing import sign

from desktop.checksum import file_sha256

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

VARIANTS = ("cpu", "gpu")

_TIMEOUT_S = 300
_WINDOW_S = 20
"""The window must be up this long after its start, with the demonstration in it."""

_SIGNED = {"win32": (".exe", ".dll", ".pyd"), "darwin": (".dylib", ".so")}
"""How files end that these systems want signed one by one."""

_OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
_OFFSCREEN_SAYS = "This plugin does not support"
"""How Qt's offscreen platform begins its remarks on what has no meaning there; others are ours to answer for."""

OBJECTS = ("sr", "sc", "pm", "pr")
"""Kinds of DICOM objects, each of which needs other parts of highdicom."""

_KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "NUMBER_OF_PROCESSORS")
"""What a program cannot start without on Windows."""


def main(argv: Sequence[str] | None = None) -> int:
    """Build, prove, and say how large and how long."""
    parser = argparse.ArgumentParser(description="Freeze Clivus into one folder and prove that it works.")
    explain = "for the processor alone, or with the CUDA libraries, some gigabytes (cpu)"
    parser.add_argument("--variant", choices=VARIANTS, default="cpu", help=explain)
    parser.add_argument("--out", metavar="DIR", type=Path, default=ROOT / "dist", help="where `clivus` goes (dist)")
    explain = "the --out of an earlier build: list the files that differ, and fail if some do"
    parser.add_argument("--compare", metavar="DIR", type=Path, help=explain)
    options = parser.parse_args(argv)
    started = time.monotonic()
    require_own_bootloader()
    before = sums_of(options.compare / PROGRAM) if options.compare else None
    tree, origins = freeze(options.out.resolve(), options.variant)
    frozen = time.monotonic()
    if sys.platform == "linux":
        from elf import forget_search_paths
        from floor import check_floor, lower_hypot

        for library in (tree / INTERNAL).glob("libpython*.so.*"):
            # A Python compiled for itself carries 15 MB for debuggers. Wheels' libraries are left as they came.
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)
            lower_hypot(library)
        for module in (tree / INTERNAL).glob("python3*/lib-dynload/*.so"):
            lower_hypot(module)
        forget_search_paths(tree)
        check_floor(tree)
    collect_licences(tree, ROOT, origins)
    if HAS_STARTER:
        from linux.starter import add_starter

        add_starter(tree)
    if sys.platform in _SIGNED:  # before the sums, since it changes the files
        of_the_kind = _SIGNED[sys.platform]
        sign(path for path in sorted(tree.rglob("*")) if path.suffix in of_the_kind or path == tree / PROGRAM)
    files = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()]
    refuse_training(str(path.relative_to(tree)) for path in files)
    write_sums(tree)
    document = json.dumps(bill(tree, origins), indent=2, sort_keys=True)
    tree.with_name(BOM_FILE).write_text(document + "\n", encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory(prefix="clivus-proof-") as folder:
        prove(tree / (f"{PROGRAM}.exe" if sys.platform == "win32" else PROGRAM), Path(folder))
    size_mb = sum(path.stat().st_size for path in files) / 1e6
    proved = time.monotonic()
    print(
        f"{tree}: {size_mb:.0f} MB in {len(files)} files, built in {frozen - started:.0f} s, "
        f"proved in {proved - frozen:.0f} s."
    )
    if before is not None:
        found = differences(before, sums_of(tree))
        print(*found or [f"The same files, byte for byte, as in {options.compare}."], sep="\n")
        return 1 if found else 0
    return 0


def freeze(out: Path, variant: str) -> tuple[Path, Origins]:
    """Run PyInstaller; the application's folder, and where its parts came from.

    Raises:
        SystemExit: PyInstaller failed, and said why.
    """
    # Fixed hashes and dates: the same sources and packages give the same files.
    environment = {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "315532800"} | os.environ
    with tempfile.TemporaryDirectory(prefix="clivus-build-") as work:
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
        place = out / PROGRAM if HAS_STARTER else out
        command += ["--distpath", str(place), "--workpath", work, str(HERE / "clivus.spec")]
        sources = Path(work) / "sources.json"
        command += ["--", "--sources", str(sources), "--variant", variant]
        done = subprocess.run(command, cwd=ROOT, env=environment | {"PYINSTALLER_CONFIG_DIR": work}, check=False)
        if done.returncode:
            raise SystemExit(f"PyInstaller failed with exit status {done.returncode}.")
        return out / PROGRAM, Origins(json.loads(sources.read_text(encoding="utf-8")))


def write_sums(tree: Path) -> None:
    """List the SHA-256 of every file, for the self-test and for `sha256sum --check SHA256SUMS`.

    Links count as the files they lead to: a copy may have lost them.
    """
    lines = []
    for path in sorted(tree.rglob("*")):
        if path.is_file() and path != tree / SUMS_FILE:
            lines.append(f"{file_sha256(path)}  {path.relative_to(tree).as_posix()}\n")
    (tree / SUMS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")


def prove(program: Path, folder: Path) -> None:
    """Run the frozen program in an otherwise empty folder: self-test, demonstration, PDF, DICOM objects, signature,
    window.

    Raises:
        SystemExit: something is not as it should be.
    """
    home = folder / "Zoë Ünal"  # a home as people have them: not ASCII, with a space
    home.mkdir()
    for screen in ({}, _OFFSCREEN):
        check_selftest(run(program, ["selftest", "--json"], home, screen))
    run(program, ["demo", "--headless", "--out", "demo"], home, {})
    report = home / "demo" / "result"
    missing = [name for name in ("result.json", "strongest_slice-*.png") if not list(report.glob(name))]
    if missing:
        raise SystemExit(f"The demonstration wrote no {', '.join(missing)}.")
    marks = ["--reading", "demo/reading.json", "--out", "pages", "--pdf"]
    run(program, ["read", "demo/study", *marks], home, {"CLIVUS_LANGUAGE": "ja"})
    if not list((home / "pages").glob("report-*.pdf")):
        raise SystemExit("The reading wrote no PDF.")
    asked = ["--reading", "demo/reading.json", "--dicom-objects", ",".join(OBJECTS)]
    run(program, ["read", "demo/study", *asked, "--out", "objects"], home, {})
    missing = [name for name in OBJECTS if not (home / "objects" / "dicom" / f"{name}.dcm").is_file()]
    if missing:
        raise SystemExit(f"No DICOM object was written of the kinds {', '.join(missing)}.")
    check_signature(program, home)
    open_window(program, ["demo", "--out", "window"], home)


def check_signature(program: Path, home: Path) -> None:
    """Let the frozen program tell by which key a model is signed; the library for that is loaded at no other time.

    Raises:
        SystemExit: it cannot.
    """
    shutil.copytree(ROOT / "onnx_models" / "phantom-resnet50", home / "signed")
    key = home / "keys" / "private-key.json"
    for words in (["keys", "--out", key.parent], ["sign", home / "signed", "--key", key]):
        subprocess.run([sys.executable, "-m", "training.cli", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    if json.loads(run(program, ["bundle", "verify", "signed", "--json"], home, {}))["signature"] is None:
        raise SystemExit("The signature of a signed model was not found.")


def run(program: Path, arguments: Sequence[str], home: Path, environment: dict[str, str]) -> str:
    """Run to the end and return stdout.

    Raises:
        SystemExit: it failed, or wrote anything on stderr.
    """
    done = subprocess.run(
        [program, *arguments],
        cwd=home,
        env=bare_environment(home) | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode or done.stderr:
        raise SystemExit(f"`{_shown(program, arguments)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def open_window(program: Path, arguments: Sequence[str], home: Path) -> None:
    """Start the window where nobody sees it and end it after a while.

    Raises:
        SystemExit: it ended by itself, or wrote anything on stderr.
    """
    process = subprocess.Popen(
        [program, *arguments],
        cwd=home,
        env=bare_environment(home) | _OFFSCREEN,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    ended = True
    try:
        process.wait(_WINDOW_S)
    except subprocess.TimeoutExpired:
        ended = False
        process.kill()
    output, remarks = process.communicate()
    errors = [line for line in remarks.splitlines() if not line.startswith(_OFFSCREEN_SAYS)]
    if ended or errors:
        status = f"ended with {process.returncode}" if ended else "complained"
        raise SystemExit(f"The window of `{_shown(program, arguments)}` {status}:\n{output}{remarks}")


def bare_environment(home: Path) -> dict[str, str]:
    """The environment of somebody who has nothing installed: no display, no library path, no Python."""
    if sys.platform == "win32":
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {"USERPROFILE": str(home), "PATH": str(Path(kept["SYSTEMROOT"]) / "System32")}
    return {"HOME": str(home), "PATH": "/usr/bin:/bin"}


_MAY_WARN = ("default model", "device", "disk", "memory", "screen")
"""Of the self-test: the shipped model is a demonstration, and the rest is of the computer that builds."""


def check_selftest(text: str) -> None:
    """Every check of `selftest --json` must pass; a warning is not enough for what we ship, but for what is of this
    computer or known.

    Raises:
        SystemExit: one does not, or `text` is not the one JSON object.
    """
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError:
        raise SystemExit(f"`selftest --json` printed something else than one JSON object:\n{text}") from None
    bad = [
        check
        for check in document["checks"]
        if check["status"] == "fail" or (check["status"] == "warn" and check["name"] not in _MAY_WARN)
    ]
    if bad or not document["checks"]:
        raise SystemExit("The self-test does not pass:\n" + "\n".join(f"{x['name']}: {x['message']}" for x in bad))


def _shown(program: Path, arguments: Sequence[str]) -> str:
    return " ".join([program.name, *arguments])


if __name__ == "__main__":
    sys.exit(main())
