"""The starter of the application on Linux: a script that says why Clivus cannot start where Python or Qt cannot.

PyInstaller's program lies in `_internal`, and the script in its place: it is what menus, `/usr/bin/clivus` and a double
click start.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contents import INTERNAL, PROGRAM
from elftools.elf.elffile import ELFFile
from floor import FLOOR

from desktop.cli import COMMANDS
from desktop.commands import start_failures
from desktop.errors import ClivusError, PartMissing
from desktop.messages import OWN_VARIABLE, find, offered
from desktop.system_libraries import SYSTEM_LIBRARIES, Packages

HERE = Path(__file__).resolve().parent

SIZES_FILE = "SIZES"
"""In `_internal`: the size and the name of each of its files, which the script compares at every start."""

_REPLACEABLE = ("PySide6", "shiboken6")
"""Folders of what the LGPL lets people replace by versions of their own, of any size."""

_OPTIONS = ("-h", "--help", "--version")


def add_starter(tree: Path) -> None:
    """Write the script and the list of sizes into the application in `tree`, which does not change after that."""
    internal = tree / INTERNAL
    files = (path for path in sorted(internal.rglob("*")) if path.is_file() and path != internal / SIZES_FILE)
    sizes = [
        f"{file.stat().st_size} {file.relative_to(internal)}\n" for file in files if not _is_replaceable(file, internal)
    ]
    (internal / SIZES_FILE).write_text("".join(sizes), encoding="utf-8", newline="\n")
    place = tree / PROGRAM
    place.write_text(starter(_loader(internal / PROGRAM)), encoding="utf-8", newline="\n")
    place.chmod(0o755)


def starter(loader: str) -> str:
    """The script, for a program that `loader` loads."""
    text = (HERE / "starter.sh").read_text(encoding="utf-8")
    major, minor = FLOOR["GLIBC"]
    headless = [*(name for name in COMMANDS if name != "window"), *_OPTIONS]
    fields = {
        "INTERNAL": INTERNAL,
        "PROGRAM": PROGRAM,
        "SIZES": SIZES_FILE,
        "SHOW": start_failures.SHOW,
        "LOADER": loader,
        "GLIBC_MAJOR": str(major),
        "GLIBC_MINOR": str(minor),
        "HEADLESS": " | ".join(headless),
        "PACKAGES": "\n".join(_package_lines()),
        "LANGUAGES": "\n".join(_language_lines()),
        "SENTENCES": "\n".join(_sentence_lines()),
    }
    for name, value in fields.items():
        text = text.replace(f"@{name}@", value)
    return text


def _is_replaceable(file: Path, internal: Path) -> bool:
    """Whether this is one of Qt's files, or a link to one."""
    return file.resolve().relative_to(internal.resolve()).parts[0] in _REPLACEABLE


def _loader(program: Path) -> str:
    """What the kernel starts a program by."""
    with program.open("rb") as stream:
        return next(str(part.get_interp_name()) for part in ELFFile(stream).iter_segments("PT_INTERP"))


def _package_lines() -> Iterator[str]:
    for library, packages in SYSTEM_LIBRARIES.items():
        yield f'        {library}) debian="$debian {packages.debian}" rhel="$rhel {packages.rhel}" ;;'


def _language_lines() -> Iterator[str]:
    for language in offered():
        # zh_CN is for all of Chinese that is left: see desktop.messages.language.
        yield f"    {language.partition('_')[0]}*) echo {language} ;;"


def _sentence_lines() -> Iterator[str]:
    """The sentences in every language, with variables of the script in their fields."""
    for language in offered():
        catalogue = find({OWN_VARIABLE: language}).catalogue
        for name, error in _failures().items():
            sentence = _quoted(error.message.rendered(catalogue))
            yield f"    {name}.{language}) status={error.exit_status} sentence={sentence} ;;"


def _failures() -> dict[str, ClivusError]:
    """What the script says, by the name that it has there."""
    needed = ".".join(map(str, FLOOR["GLIBC"]))
    return {
        "system_too_old": start_failures.system_too_old(_variable("found"), needed),
        "part_missing": PartMissing(_variable("part")),
        "no_screen": start_failures.no_screen(),
        "unreachable": start_failures.unreachable([_variable("screens")]),
        "libraries_missing": start_failures.libraries_missing(
            [_variable("libraries")], Packages(_variable("debian"), _variable("rhel"))
        ),
    }


_MARK = "\0"
"""Around names of variables, until all else is quoted."""


def _variable(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"


def _quoted(sentence: str) -> str:
    """As a word of the shell: text between single quotes, variables between double ones."""
    parts = sentence.split(_MARK)
    words = [
        f'"${part}"' if number % 2 else "'" + part.replace("'", "'\\''") + "'" for number, part in enumerate(parts)
    ]
    return "".join(words)
