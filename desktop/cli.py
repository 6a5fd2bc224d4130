"""The command `clivus`."""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.arguments import OneSentenceParser
from desktop.commands.screen import NoScreen, ScreenTrial, WindowUnsound, has_screen
from desktop.errors import ClivusError, InstallationUnsound, WrongUse
from desktop.inference.device import Device
from desktop.reading.quoting import quoted
from desktop.reading.roi import PositionRange, Roi
from desktop.strict_json import to_json
from desktop.temporary import sweep_temporary
from desktop.version import VERSION

if TYPE_CHECKING:
    from desktop.reading.saved import Reading  # not at the start: with it comes numpy, which may be what is damaged

_DESCRIPTION = (
    "Does a nasopharyngeal tumour invade the skull base? Reads a head CT. Demonstration, not for clinical use. "
    "Without a command the window opens, with PATH in it."
)
_STATUS = "Exit status: 0 read, 2 wrong use, 3 input refused, 4 installation unsound; the reason stands on stderr."

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""Python takes more for a number: "1_0" for 10, "nan"."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `clivus` with these arguments and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0] not in (*_COMMANDS, "-h", "--help", "--version")):
        arguments.insert(0, "window")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # paths need not be text: say what can be said of them
            stream.reconfigure(errors="backslashreplace")
    # pydicom's remarks on headers repeat what stands in them, names too, and go on past them.
    warnings.filterwarnings("ignore", module="pydicom")
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    try:
        options = _parser().parse_args(_join_negative_values(arguments))
        for left in sweep_temporary():
            print(f"clivus: {left}", file=sys.stderr)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except ClivusError as error:
        print(f"clivus: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_status
    except ImportError as error:  # half a copy, or a package that was removed
        print(
            f"clivus: A part of this installation is missing or damaged ({' '.join(str(error).split())}): install "
            "Clivus again.",
            file=sys.stderr,
        )
        return InstallationUnsound.exit_status
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; nobody is left to tell
        return 1
    except Exception as error:  # a defect of ours: one sentence for the reader all the same
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(
            f"clivus: Something unexpected happened ({type(error).__name__} in {Path(where.filename).name}, line "
            f"{where.lineno}); please report it with what you did.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("clivus: stopped.", file=sys.stderr)
        return 130


def _join_negative_values(arguments: list[str]) -> list[str]:
    """`--range -114:-84` as `--range=-114:-84`: argparse takes a value that begins with a minus for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in ("--range", "--roi") and argument[:1] == "-" and argument[1:2].isdigit():
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = OneSentenceParser(prog="clivus", description=_DESCRIPTION, epilog=_STATUS)
    parser.add_argument("--version", action="version", version=f"clivus {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (explain, declare, run) in _COMMANDS.items():
        sub = commands.add_parser(name, help=explain, description=explain, epilog=_STATUS)
        declare(sub)
        sub.set_defaults(run=run)
    return parser


def _declare_window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar="PATH", nargs="?", type=_path, help="a folder, a file, a DICOMDIR or a zip to open"
    )
    _add_model(parser)


def _window(options: argparse.Namespace) -> int:
    return _open_window(options.path, options.model, None)


def _open_window(path: Path | None, model: Path | None, reading: Reading | None, *, analyse: bool = False) -> int:
    _require_window()
    from desktop.viewer.app import run  # Qt is loaded only when a window is wanted

    return run(path, model, reading, analyse=analyse)


def _require_window() -> None:
    """Try the screen out in another process: Qt ends a program that it cannot show, and damaged parts of it crash.

    Raises:
        NoScreen: no window can be opened here.
        WindowUnsound: the window's parts are missing or damaged.
    """
    if not has_screen():
        raise NoScreen("There is no screen to open a window on: use `clivus read`, or `clivus demo --headless`.")
    with ScreenTrial() as trial:
        # What the window needs beside Qt is loaded meanwhile, so that the trial costs next to nothing.
        importlib.import_module("desktop.inference.analyse")
        importlib.import_module("desktop.report")
        if trouble := trial.end().trouble:
            raise trouble


def _declare_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="without a window, as where there is no screen")
    parser.add_argument(
        "--out", metavar="DIR", type=_path, default=Path("clivus-demo"), help="where study and result go (%(default)s)"
    )


def _demo(options: argparse.Namespace) -> int:
    from desktop.commands.demo import make_demo

    demo = make_demo(options.out)
    if not options.headless and has_screen():
        try:
            return _open_window(demo.study, None, demo.reading, analyse=True)
        except (NoScreen, WindowUnsound) as error:
            print(f"clivus: {error} The demonstration goes on without a window.", file=sys.stderr)
    from desktop.commands.reading import read_case
    from desktop.report.wording import model_line, run_line, use_line, verdict_line

    reading = demo.reading
    result, _ = read_case(
        demo.study, reading, reading.roi, reading.range, None, Device.AUTO, options.out / "result", _progress
    )
    truth = "invasion" if demo.invaded else "no invasion"
    print(verdict_line(result), run_line(result), f"The phantom's truth: {truth}.", sep="\n")
    print(f"{use_line(result.manifest)} {model_line(result)}\nStudy, reading and result are in {options.out}.")
    return 0


def _declare_scan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=_path, help="a folder, of any depth, a file, a DICOMDIR or a zip")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _scan(options: argparse.Namespace) -> int:
    from desktop.commands.scanning import scan_document, scan_text
    from desktop.imaging.scan import scan_for_images
    from desktop.imaging.sources import Source

    with Source.open(options.path) as source:
        found = scan_for_images(source)
    print(to_json(scan_document(found), ascii_only=True) if options.json else scan_text(found))
    return 0


def _declare_read(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=_path, help="a folder, of any depth, a file, a DICOMDIR or a zip")
    parser.add_argument("--series", metavar="UID", help="which series, as `clivus scan` names it")
    marks = parser.add_mutually_exclusive_group(required=True)
    marks.add_argument("--reading", metavar="FILE", type=_path, help="a saved reading: series, ROI and range")
    marks.add_argument("--roi", metavar="COL,ROW,WIDTH,HEIGHT", type=_roi, help="in pixels of the stored slice")
    parser.add_argument("--range", metavar="LOW:HIGH", type=_range, help="in mm of position; belongs to --roi")
    _add_model(parser)
    parser.add_argument(
        "--device", type=Device, choices=list(Device), default=Device.AUTO, help="where the network runs (%(default)s)"
    )
    parser.add_argument("--out", metavar="DIR", type=_path, required=True, help="where result.json and the picture go")
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object on stdout, as always")


def _read(options: argparse.Namespace) -> int:
    from desktop.commands.reading import read_case

    if options.reading is not None:
        if options.range is not None:
            raise WrongUse("--range belongs to --roi; a saved reading has its own range: leave one of them out.")
        from desktop.reading.saved import Reading

        reading = Reading.load(options.reading)
        wanted: str | Reading | None = _meant(reading, options.series)
        roi, span = reading.roi, reading.range
    else:
        if options.range is None:
            raise WrongUse("--roi needs --range LOW:HIGH, in mm of position, as `clivus scan` shows it.")
        wanted, roi, span = options.series, options.roi, options.range
    _, saved = read_case(options.path, wanted, roi, span, options.model, options.device, options.out, _progress)
    print(to_json(saved.document, ascii_only=True))
    return 0


def _meant(reading: Reading, series: str | None) -> str | Reading:
    """What finds the series of a saved reading, where `--series` may name one too."""
    if series is None:
        return reading
    if reading.names_slice or series.partition(":")[0] != reading.series.partition(":")[0]:
        if series != reading.series:
            raise WrongUse(
                f"--series names another series than the reading, {quoted(reading.series)}: leave one of them out."
            )
        return reading
    return series  # the reading itself cannot tell the stacks of its series apart


def _declare_selftest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _selftest(options: argparse.Namespace) -> int:
    from desktop.commands.selftest import self_test

    found = self_test()
    if options.json:
        print(to_json(found.document(), ascii_only=True))
    else:
        for check in found.checks:
            print(f"{check.status:4}  {check.name}: {check.measured}. {check.message}")
    if not found.sound:
        failed = [check for check in found.checks if check.status == "fail"]
        names = ", ".join(check.name for check in failed)
        raise InstallationUnsound(f"The self-test failed ({names}): {failed[0].message}")
    return 0


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="BUNDLE", type=_path, help="a bundle's folder instead of the shipped one")


def _path(text: str) -> Path:
    if not text:  # to Path it would be the current folder
        raise argparse.ArgumentTypeError("an empty path: name a folder or a file")
    return Path(text)


def _numbers(text: str, separator: str, count: int) -> list[float]:
    parts = text.split(separator)
    if len(parts) != count:
        raise argparse.ArgumentTypeError(f"{text!r}: {count} numbers with {separator!r} between them are expected")
    if not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r}: only numbers are expected")
    return [float(part) for part in parts]


def _roi(text: str) -> Roi:
    try:
        return Roi(*_numbers(text, ",", 4))
    except ClivusError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _range(text: str) -> PositionRange:
    try:
        return PositionRange(*_numbers(text, ":", 2))
    except ClivusError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} slices judged", end="\n" if done == total else "", file=sys.stderr, flush=True)


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]] = {
    "window": ("Open the window, with PATH in it.", _declare_window, _window),
    "demo": ("Read a phantom study from end to end.", _declare_demo, _demo),
    "scan": ("List every series found, suitable or not and why, and every file skipped.", _declare_scan, _scan),
    "read": ("Read a case without a window and print the result as JSON.", _declare_read, _read),
    "selftest": (
        "Check this installation: files, decoders, model, known answer, window.",
        _declare_selftest,
        _selftest,
    ),
}
