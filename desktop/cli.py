"""The command `clivus`."""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import onnx_models
from desktop.arguments import OneSentenceParser, translate_argparse
from desktop.commands import audit, bundle, diagnostics, learn, many_cases, project, study
from desktop.commands.actions import declare_json, run_action
from desktop.commands.screen import ScreenTrial, has_screen
from desktop.commands.start_failures import NoScreen, WindowUnsound, no_screen, show_to_person
from desktop.errors import ClivusError, InstallationUnsound, PartMissing, WrongUse
from desktop.events import PROGRAM
from desktop.imaging import dicom
from desktop.inference.device import Device
from desktop.memory import keep_few_heaps
from desktop.memory_limit import require_memory, want_of_memory_told
from desktop.messages import Message, choose, message, sentences, shown, tr
from desktop.object_kinds import Kind
from desktop.quoting import quoted
from desktop.reading.roi import PositionRange, Roi
from desktop.settings_file import kept_language
from desktop.strict_json import to_json
from desktop.temporary import sweep_temporary
from desktop.version import VERSION
from desktop.work import Work

if TYPE_CHECKING:
    # Imported later: they import numpy, and a damaged numpy must be reported.
    from desktop.inference.result import Result
    from desktop.reading.saved import Reading
    from desktop.report import SavedReport
    from desktop.report.dicom.wanted import Objects
    from desktop.report.told import Told
    from desktop.trail.acts import Whose

_DESCRIPTION = message(
    "Does a nasopharyngeal tumour invade the skull base? Clivus reads a head CT. Demonstration, not for clinical use. "
    "Without a command, the window opens and shows PATH."
)
_STATUS = message(
    "Exit status: 0 read, 2 wrong use, 3 input refused, 4 installation unsound, 5 some of many cases not read. The "
    "reason is printed on stderr."
)

_PATH = message("a folder and all folders in it, a file, a DICOMDIR or a zip archive")

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A decimal number. Python also accepts "1_0" (as 10) and "nan"."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `clivus` with these arguments in the reader's language, and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0] not in (*COMMANDS, "-h", "--help", "--version")):
        arguments.insert(0, "window")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a path may contain bytes that are not text
            stream.reconfigure(errors="backslashreplace")
    if remark := choose(os.environ, kept_language()):
        _say(remark)
    translate_argparse()
    # pydicom's warnings repeat the values of headers, names of patients among them.
    warnings.filterwarnings("ignore", module="pydicom")
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    try:
        options = _parser().parse_args(_join_negative_values(arguments))
        require_memory()
        for left in sweep_temporary():
            _say(left.message)
        run: Callable[[argparse.Namespace], int] = options.run
        with want_of_memory_told():
            return run(options)
    except ClivusError as error:
        return _ended(error)
    except ImportError as error:  # an incomplete copy, or a package that was removed
        return _ended(PartMissing(error))
    except BrokenPipeError:
        sys.stderr.close()  # the reader of the output has ended
        return 1
    except Exception as error:  # a defect in Clivus: one sentence too
        where = traceback.extract_tb(error.__traceback__)[-1]
        _say(
            message(
                "An unexpected error occurred ({kind} in {file}, line {line}): please report it with what you did.",
                kind=type(error).__name__,
                file=Path(where.filename).name,
                line=where.lineno,
            )
        )
        return 1
    except KeyboardInterrupt:
        _say(message("stopped."))
        return 130


def _ended(error: ClivusError) -> int:
    """Say why, and return the exit status."""
    _say(error.message)
    return error.exit_status


def _say(text: Message) -> None:
    """One line on stderr."""
    print(f"clivus: {' '.join(shown(text).split())}", file=sys.stderr)


def _join_negative_values(arguments: list[str]) -> list[str]:
    """`--range -114:-84` as `--range=-114:-84`: argparse reads a value that begins with a minus as an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in ("--range", "--roi") and argument[:1] == "-" and argument[1:2].isdigit():
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = OneSentenceParser(prog="clivus", description=shown(_DESCRIPTION), epilog=shown(_STATUS))
    parser.add_argument(
        "--version", action="version", version=f"clivus {VERSION}", help=tr("print the version and exit")
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (explain, declare, run) in COMMANDS.items():
        sub = commands.add_parser(name, help=shown(explain), description=shown(explain), epilog=shown(_STATUS))
        declare(sub)
        sub.set_defaults(run=run)
    return parser


def _declare_window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        type=_path,
        help=tr("a folder, a file, a DICOMDIR, a zip archive, a saved reading, a project or a model to open"),
    )
    _add_model(parser)


def _window(options: argparse.Namespace) -> int:
    try:
        return _open_window(options.path, options.model, None)
    except (NoScreen, WindowUnsound) as error:
        show_to_person(error)
        raise


def _open_window(path: Path | None, model: Path | None, reading: Reading | None, *, analyse: bool = False) -> int:
    _require_window()
    from desktop.viewer.app import run  # Qt is loaded only when a window is wanted
    from desktop.viewer.desk.start import Start

    paths = () if path is None else (path,)
    return run(Start(paths, model=model, reading=reading, analyse=analyse), _draw_head)


def _draw_head(folder: Path) -> Path:
    """Write the demonstration's study for the window's start page."""
    from desktop.commands.demo import make_demo

    return make_demo(folder / "demo").study


def _require_window() -> None:
    """Try the screen in another process: Qt ends a program that it cannot show, and damaged parts of Qt crash.

    Raises:
        NoScreen: no window can be opened here.
        WindowUnsound: the window's parts are missing or damaged.
    """
    if not has_screen():
        raise no_screen()
    with ScreenTrial() as trial:
        # Meanwhile, load what the window needs besides Qt, so that the trial takes almost no extra time.
        importlib.import_module("desktop.inference.analyse")
        importlib.import_module("desktop.report")
        if trouble := trial.end().trouble:
            raise trouble


def _declare_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--headless", action="store_true", help=tr("run without a window, as on a computer without a screen")
    )
    out = Path("clivus-demo")
    explain = tr("the folder for study and result ({default})", default=out)
    parser.add_argument("--out", metavar="DIR", type=_path, default=out, help=explain)


def _demo(options: argparse.Namespace) -> int:
    from desktop.commands.demo import make_demo

    demo = make_demo(options.out)
    if not options.headless and has_screen():
        try:
            return _open_window(demo.study, onnx_models.default_bundle(), demo.reading, analyse=True)
        except (NoScreen, WindowUnsound) as error:
            _say(sentences([error.message, message("The demonstration goes on without a window.")]))
    from desktop.headless.one_case import read_case
    from desktop.models.default_network import opened
    from desktop.report.wording import model_line, run_line, use_line, verdict_line
    from desktop.trail.acts import By, Whose

    reading = demo.reading
    network = opened(onnx_models.default_bundle())  # also where a site has a model, which knows no synthetic heads
    marks = reading.roi, reading.range
    result, saved = read_case(demo.study, reading, marks, network, options.out / "result", Work(_progress))
    _record(result, saved, Whose(By.DEMO))
    truth = tr("The phantom's truth: invasion.") if demo.invaded else tr("The phantom's truth: no invasion.")
    lines = verdict_line(result), run_line(result), sentences([use_line(result.manifest), model_line(result)])
    print(*map(shown, lines[:2]), truth, shown(lines[2]), sep="\n")
    print(tr("Study, reading and result are in {folder}.", folder=options.out))
    return 0


def _record(result: Result, saved: SavedReport, whose: Whose) -> None:
    """Write what was read and exported into the trail."""
    from desktop.trail.acts import exported, judged
    from desktop.trail.recorder import Recorder
    from desktop.trail.trail_file import TrailPlace

    Recorder(TrailPlace.here(), _say).record(judged(result, whose), exported(result, saved.files, whose))


def _declare_scan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=_path, help=shown(_PATH))
    declare_json(parser)


def _scan(options: argparse.Namespace) -> int:
    from desktop.commands.scanning import scan_document, scan_text
    from desktop.imaging.scan import scan_for_images
    from desktop.imaging.sources import Source

    with Source.open(options.path) as source:
        found = scan_for_images(source)
    print(to_json(scan_document(found), ascii_only=True) if options.json else scan_text(found))
    return 0


def _declare_suggest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=_path, help=shown(_PATH))
    parser.add_argument("--series", metavar="UID", help=tr("the series, as `clivus scan` names it"))
    declare_json(parser)


def _suggest(options: argparse.Namespace) -> int:
    from desktop.commands.suggesting import suggest_for, suggestion_text
    from desktop.suggestion.suggestion_json import suggestion_document

    volume, found = suggest_for(options.path, options.series)
    print(
        to_json(suggestion_document(volume, found), ascii_only=True) if options.json else suggestion_text(volume, found)
    )
    return 0


def _declare_read(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", nargs="?", type=_path, help=shown(_PATH))
    many_cases.declare(parser)
    parser.add_argument("--series", metavar="UID", help=tr("the series, as `clivus scan` names it"))
    marks = parser.add_mutually_exclusive_group()
    marks.add_argument("--reading", metavar="FILE", type=_path, help=tr("a saved reading: series, ROI and range"))
    marks.add_argument("--roi", metavar="COL,ROW,WIDTH,HEIGHT", type=_roi, help=tr("in pixels of the stored slice"))
    explain = tr("ROI and range as `clivus suggest` finds them; the result says that no reader has looked at them")
    marks.add_argument("--suggest", action="store_true", help=explain)
    parser.add_argument("--range", metavar="LOW:HIGH", type=_range, help=tr("in mm of position; goes with --roi"))
    _add_model(parser)
    explain = tr("where the network runs ({default})", default=Device.AUTO)
    devices = [device.value for device in Device]
    parser.add_argument("--device", choices=devices, default=Device.AUTO.value, help=explain)
    explain = tr(
        "also measure whether the verdict stays when the ROI is placed as a second reader might (takes about 20 times "
        "as long)"
    )
    parser.add_argument("--stability", action="store_true", help=explain)
    explain = tr("also write the report as a PDF, in the language of the messages")
    parser.add_argument("--pdf", action="store_true", help=explain)
    explain = tr("name the patient in the PDF: name, number and date of birth")
    parser.add_argument("--pdf-identity", action="store_true", help=explain)
    explain = tr("also write the result as DICOM objects, into the folder dicom: a structured report and a picture")
    parser.add_argument("--dicom", action="store_true", help=explain)
    parser.add_argument(
        "--dicom-objects",
        metavar="KINDS",
        type=_kinds,
        help=tr(
            "which DICOM objects, with commas between them: {kinds} (structured report, picture, parametric map, "
            "presentation state, PDF)",
            kinds=list(Kind),
        ),
    )
    explain = tr("the folder for result.json and the picture, or for all cases and their table")
    parser.add_argument("--out", metavar="DIR", type=_path, required=True, help=explain)
    explain = tr("print nothing but the JSON object on stdout (always so)")
    parser.add_argument("--json", action="store_true", help=explain)


def _read(options: argparse.Namespace) -> int:
    _require_one_or_many(options)
    if options.cases is not None:
        return many_cases.read_cases(options)
    from desktop.headless.one_case import read_case
    from desktop.inference.remarks import near_chance_line
    from desktop.models.default_network import opened
    from desktop.report.model_facts import of_another_model
    from desktop.trail.acts import By, Whose

    wanted: str | Reading | None
    reading, whose = None, Whose(By.READ)
    if options.suggest and options.range is not None:
        raise WrongUse(message("--range goes with --roi, and --suggest finds both: leave one of them out."))
    if options.suggest:
        wanted, marks = options.series, None
    elif options.reading is not None:
        if options.range is not None:
            raise WrongUse(
                message("--range goes with --roi, and a saved reading has its own range: leave one of them out.")
            )
        from desktop.reading.saved import Reading

        reading = Reading.load(options.reading).require_confirmed(options.reading)
        wanted, marks = _series_of(reading, options.series), (reading.roi, reading.range)
        whose = Whose(By.READ, reading.origin.confirmed_by or PROGRAM)
    else:
        if options.range is None:
            raise WrongUse(
                message("--roi needs --range LOW:HIGH, in mm of position: see the positions in `clivus scan`.")
            )
        wanted, marks = options.series, (options.roi, options.range)
    network = opened(options.model, Device(options.device))
    stability = Work(_progress_of_stability) if options.stability else None
    told = _told(reading, options.pdf_identity)
    result, saved = read_case(
        options.path,
        wanted,
        marks,
        network,
        options.out,
        Work(_progress),
        stability,
        told=told if options.pdf else None,
        objects=_objects(options, told),
    )
    _record(result, saved, whose)
    if remark := near_chance_line(result.manifest):
        _say(remark)
    stored = None if reading is None else reading.result
    if stored is not None and (remark := of_another_model(stored, result.manifest, result.verdict)):
        _say(remark)
    if options.stability and "stability" not in saved.document:
        _say(message("The stability was not measured, since there is no verdict."))
    print(to_json(saved.document, ascii_only=True))
    return 0


def _told(reading: Reading | None, identity: bool) -> Told:
    """What the PDF tells beside the result."""
    from desktop.report.told import Told

    now = datetime.now().astimezone()
    if reading is None:
        return Told(now, identity=identity)
    return Told(
        now,
        identity=identity,
        before_model=reading.before_model,
        answer=reading.verdict,
        remark=reading.remark,
        key_slices=reading.key_slices,
    )


def _objects(options: argparse.Namespace, told: Told) -> Objects | None:
    """The DICOM objects that are asked for."""
    from desktop.report.dicom.wanted import Objects

    if options.dicom_objects is not None:
        return Objects.of(told, options.dicom_objects)
    return Objects.of(told) if options.dicom else None


def _require_one_or_many(options: argparse.Namespace) -> None:
    """Refuse options that do not go together: of one case, and of a list."""
    of_one = [options.path, options.series, options.reading, options.roi, options.range, options.stability or None]
    of_one += [options.dicom or None, options.dicom_objects]
    if options.cases is not None and any(value is not None for value in of_one):
        raise WrongUse(message("--cases names series and readings itself: leave out PATH and what goes with one case."))
    if options.cases is None and (options.part != (1, 1) or options.workers is not None):
        raise WrongUse(message("--part and --workers go with --cases."))
    if options.cases is not None and options.pdf:
        raise WrongUse(message("--pdf goes with one case: leave out --cases, or --pdf."))
    if options.pdf_identity and not options.pdf:
        raise WrongUse(message("--pdf-identity goes with --pdf."))
    if options.cases is None and options.path is None:
        raise WrongUse(message("Name what to read: PATH, or --cases TABLE for many cases."))
    if options.cases is None and not (options.reading or options.roi or options.suggest):
        raise WrongUse(message("Say where to look: --reading FILE, --roi with --range, or --suggest."))


def _series_of(reading: Reading, series: str | None) -> str | Reading:
    """The series to read: by the name in `--series` if it is given, otherwise by the reading itself."""
    if series is None:
        return reading
    if reading.names_slice or series.partition(":")[0] != reading.series.partition(":")[0]:
        if series != reading.series:
            raise WrongUse(
                message(
                    "--series names another series than the reading, {series}: leave one of them out.",
                    series=quoted(reading.series),
                )
            )
        return reading
    return series  # the reading does not say which stack of its series it belongs to


def _declare_selftest(parser: argparse.ArgumentParser) -> None:
    declare_json(parser)
    explain = tr("also write one page to sign and file, in the language of the messages")
    parser.add_argument("--pdf", metavar="FILE", type=_path, help=explain)
    parser.add_argument("--site", metavar="NAME", default="", help=tr("the site's name on that page"))


def _selftest(options: argparse.Namespace) -> int:
    from desktop.commands.selftest import check_line, save_page, self_test

    keep_few_heaps()  # where memory is limited, each thread's own heap counts as 64 MB
    dicom.require()  # before the network's peak, after which there may be none left for it
    found = self_test()
    if options.pdf is not None:
        save_page(found, options.site, options.pdf)
    if options.json:
        print(to_json(found.document(), ascii_only=True))
    else:
        for check in found.checks:
            print(check_line(check))
    if not found.sound:
        failed = [check for check in found.checks if check.status == "fail"]
        raise InstallationUnsound(
            message(
                "The self-test failed ({checks}): {reason}",
                checks=[check.label for check in failed],
                reason=failed[0].message,
            )
        )
    return 0


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        metavar="BUNDLE",
        type=_path,
        help=tr("a model's folder or file, or the ID@VERSION of an installed one, instead of the default"),
    )


def _path(text: str) -> Path:
    if not text:  # Path("") is the current folder
        raise argparse.ArgumentTypeError(tr("an empty path: name a folder or a file"))
    return Path(text)


def _numbers(text: str, separator: str, count: int) -> list[float]:
    parts = text.split(separator)
    if len(parts) != count:
        raise argparse.ArgumentTypeError(
            tr(
                "{text!r}: {count} numbers with {separator!r} between them are expected",
                text=text,
                count=count,
                separator=separator,
            )
        )
    if not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise argparse.ArgumentTypeError(tr("{text!r}: only numbers are expected", text=text))
    return [float(part) for part in parts]


def _roi(text: str) -> Roi:
    try:
        return Roi.everywhere(*_numbers(text, ",", 4))
    except ClivusError as error:
        raise argparse.ArgumentTypeError(shown(error.message)) from None


def _range(text: str) -> PositionRange:
    try:
        return PositionRange(*_numbers(text, ":", 2))
    except ClivusError as error:
        raise argparse.ArgumentTypeError(shown(error.message)) from None


def _kinds(text: str) -> tuple[Kind, ...]:
    try:
        return tuple(dict.fromkeys(Kind(part.strip()) for part in text.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr("{text!r}: some of {kinds} are expected, with commas between them", text=text, kinds=list(Kind))
        ) from None


def _progress(done: int, total: int) -> None:
    _show_progress(tr("{done} of {total} slices judged", done=done, total=total), done == total)


def _progress_of_stability(done: int, total: int) -> None:
    _show_progress(tr("{done} of {total} rectangles judged", done=done, total=total), done == total)


def _show_progress(text: str, last: bool) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}", end="\n" if last else "", file=sys.stderr, flush=True)


COMMANDS: dict[str, tuple[Message, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]] = {
    "window": (message("Open the window and show PATH."), _declare_window, _window),
    "demo": (message("Read a phantom study from end to end."), _declare_demo, _demo),
    "scan": (
        message("List every series found, whether it is suitable and why not, and every file skipped."),
        _declare_scan,
        _scan,
    ),
    "suggest": (
        message(
            "Suggest ROI and range from the anatomy, or say why nothing is suggested (exit status 0 too): for a reader "
            "to look at."
        ),
        _declare_suggest,
        _suggest,
    ),
    "read": (message("Read a case without a window and print the result as JSON."), _declare_read, _read),
    "project": (
        message("Keep a department's cases, their readings by several readers, and its studies, in one file."),
        project.declare,
        run_action,
    ),
    "study": (message("Begin a reader study of a project, and take its tables out."), study.declare, run_action),
    "bundle": (
        message("Verify, install, compare and choose the models that judge, on this computer."),
        bundle.declare,
        run_action,
    ),
    "learn": (
        message(
            "Learn a model of the site's own from the settled cases of a project: the network stays as it is, and its "
            "final layer is learned anew. Three of ten patients are left out, and the model is measured on them."
        ),
        learn.declare,
        learn.run,
    ),
    "audit": (
        message("Look into the trail of what was read on this computer, and whether it holds."),
        audit.declare,
        run_action,
    ),
    "selftest": (
        message("Check this installation: computer, files, decoders, model, a phantom's reading, window."),
        _declare_selftest,
        _selftest,
    ),
    "diagnostics": (
        message("Write a file to send when something fails: this installation's state, and nothing of a patient."),
        diagnostics.declare,
        diagnostics.run,
    ),
}
