"""What is said: verdict, case, reader, checks, stability."""

from __future__ import annotations

from desktop.imaging.eligibility import Check
from desktop.imaging.patient_words import names_patient, patient_texts
from desktop.imaging.series import Series
from desktop.inference.familiarity import Level
from desktop.inference.remarks import near_chance_line
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import message, shown, tr
from desktop.reading.run import Verdict
from desktop.report.model_facts import figures_by_patient, learned_from, made_for, meaning_of_figures
from desktop.report.pdf.pieces import FOR
from desktop.report.pdf.sheet import BODY, INK, LEFT, QUIET, SMALL, WIDTH, Colour, Sheet, height_of, minute_of
from desktop.report.told import Told
from desktop.report.wording import (
    averaging_line,
    licence_line,
    run_line,
    short_use_line,
    stability_line,
    verdict_line,
)

_VERDICT_SIZE = 15.0
_INSET = 6.0
"""mm, behind the bar in the colour of the verdict."""

_COLOURS: dict[Verdict, Colour] = {
    Verdict.POSITIVE: FOR,
    Verdict.NEGATIVE: (0, 114, 178),
    Verdict.INDETERMINATE: (150, 120, 20),
}
"""Beside the words, which say the same."""

_STATUSES = {"fail": message("fails"), "warn": message("caution")}

_ANSWERS = {
    None: message("not given"),
    Verdict.POSITIVE: message("positive"),
    Verdict.NEGATIVE: message("negative"),
    Verdict.INDETERMINATE: message("indeterminate"),
}

_LEVELS = {
    Level.FAMILIAR: message("familiar to the model"),
    Level.UNUSUAL: message("unusual for the model"),
    Level.UNKNOWN: message("unknown to the model"),
}


def verdict(sheet: Sheet, result: Result) -> None:
    """The verdict, how it comes about, and how good the model is, by patient."""
    sheet.write(tr("Does the tumour invade the skull base? What a program answers for this patient:"), colour=QUIET)
    sheet.skip(1.5)
    top, left, width = sheet.y, LEFT + _INSET, WIDTH - _INSET
    sheet.write(shown(verdict_line(result)), size=_VERDICT_SIZE, left=left, width=width)
    sheet.skip(1)
    sheet.write(shown(run_line(result)), colour=INK if result.withheld is None else QUIET, left=left, width=width)
    reason = result.withheld or next((check for check in result.checks if check.status == "fail"), None)
    if reason is not None:  # the others stand under the checks
        sheet.write(shown(reason.message), left=left, width=width)
    sheet.box(LEFT, top, 2, sheet.y - top, fill=_COLOURS[result.verdict])
    sheet.skip(3)
    manifest = result.manifest
    for side, figures in figures_by_patient(manifest):
        told = [tr("{name} {figure}", name=figure.name, figure=figure.told) for figure in figures]
        sheet.write(tr("{side}: {figures}.", side=side, figures="; ".join(told)), size=SMALL)
    for remark in (meaning_of_figures(manifest), near_chance_line(manifest)):
        if remark is not None:
            sheet.write(shown(remark), size=SMALL)


def case(sheet: Sheet, result: Result, told: Told) -> None:
    """Whose case it is, which series, which model, and where it ran."""
    region, manifest = result.region, result.manifest
    series = region.volume.series
    sheet.heading(message("Case, series and model"))
    pairs = [(message("Case"), told.key_for(series.name))]
    if told.identity:
        pairs.append((message("Patient"), " · ".join(patient_texts(series.patient))))
    pairs += [
        (message("Read on"), minute_of(told.read_at)),
        (message("Series"), _description(sheet, series, told.identity)),
        (message("Series UID"), series.name),
        (message("Slices judged"), _judged(result)),
        (message("ROI"), _roi(result)),
        (message("Score {name}", name=result.cutoff.score_name), f"{result.score:.4f}"),
        (message("Model"), f"{manifest.id} {manifest.version}"),
        (message("SHA-256 of the model"), manifest.sha256),
        (message("Use of the model"), shown(short_use_line(manifest))),
        (message("Learned from"), shown(learned_from(manifest))),
        (message("Made for"), shown(made_for(manifest))),
    ]
    pairs += [(message("How it answers"), shown(line)) for line in [averaging_line(manifest)] if line]
    pairs += [(message("Licence"), shown(line)) for line in [licence_line(manifest)] if line]
    pairs.append((message("Device"), str(result.used).upper()))
    sheet.facts(pairs)


def reader(sheet: Sheet, result: Result, told: Told) -> None:
    """What the reader said, before and after the model's answer was on the screen."""
    sheet.heading(message("Reader"))
    before, answer = told.before_model, _answer(result, told)
    if before is None:
        pairs = [(message("Answer"), answer)]
    else:
        pairs = [
            (message("Without the model's answer"), shown(_ANSWERS[before.verdict])),
            (message("With the model's answer"), answer),
        ]
    if told.remark:
        pairs.append((message("Remark"), _printable(told.remark)))
    sheet.facts(pairs)


def checks(sheet: Sheet, result: Result) -> None:
    """What is wrong first, each with its sentence; then what is right, by name."""
    sheet.heading(message("Checks and cautions"))
    passed = [check for check in result.checks if check.status == "pass"]
    for check in (check for status in ("fail", "warn") for check in result.checks if check.status == status):
        _caution(sheet, check)
    if passed:
        names = tr("{names}", names=[check.label for check in passed])
        sheet.write(tr("Passed ({number}): {names}", number=len(passed), names=names), size=SMALL, colour=QUIET)


def steadiness(sheet: Sheet, result: Result, stability: Stability | None) -> None:
    """How much the verdict depends on the ROI, and how well the model knows such heads."""
    sheet.heading(message("Stability and familiarity"))
    measured = tr("not measured") if stability is None else shown(stability_line(stability))
    sheet.facts([(message("Stability"), measured), (message("Familiarity"), _familiarity(result))])


def _familiarity(result: Result) -> str:
    found, limits = result.familiarity, result.manifest.familiarity
    if found is None or limits is None:
        return tr("the model came without a reference")
    return tr(
        "{level}: distance {distance:.2f} (caution above {warn:.2f}, no verdict above {refuse:.2f}), farther than "
        "{percentile:.1f} % of the patients that it learned from",
        level=_LEVELS[found.level],
        distance=found.score,
        warn=limits.warn,
        refuse=limits.refuse,
        percentile=found.percentile,
    )


def _caution(sheet: Sheet, check: Check) -> None:
    label = tr("{name}: {status}", name=check.label, status=_STATUSES[check.status])
    width = 46.0
    lines = sheet.lines(shown(check.message), WIDTH - width, BODY), sheet.lines(label, width - 5, BODY)
    sheet.room_for(max(map(len, lines)) * height_of(BODY) + 1)
    top = sheet.y
    for place, texts in zip((LEFT + width, LEFT + 3), lines, strict=True):
        for number, line in enumerate(texts):
            sheet.text(place, top + number * height_of(BODY), line)
    sheet.skip(max(map(len, lines)) * height_of(BODY))
    sheet.box(LEFT, top + 0.4, 1.4, sheet.y - top - 0.4, fill=FOR if check.status == "fail" else (230, 180, 60))
    sheet.skip(1)


def _judged(result: Result) -> str:
    region = result.region
    return tr(
        "{number} of {total} slices, from {low:.1f} to {high:.1f} mm, {spacing:.2f} mm apart",
        number=len(result.slices),
        total=len(region.volume.hu),
        low=result.slices[0].position_mm,
        high=result.slices[-1].position_mm,
        spacing=region.spacing_mm,
    )


def _description(sheet: Sheet, series: Series, identity: bool) -> str:
    """What the scanner calls the series: nobody can change it, and it must not stand in the way of the report."""
    text = _printable(series.description)
    if not identity and names_patient(text, series.patient):
        return tr("(left out, since it names the patient)")
    if not sheet.can_draw(text):
        return tr("(in letters that the fonts of the report lack)")
    return text or tr("(no description)")


def _roi(result: Result) -> str:
    area = tr("{area:.1f} cm² on the strongest slice", area=result.region.areas_cm2[result.strongest])
    return tr("{area}; suggested by the program, and looked at by nobody", area=area) if result.suggested else area


def _answer(result: Result, told: Told) -> str:
    given = shown(_ANSWERS[told.answer])
    if told.answer is None:
        return given
    agrees = tr("{answer} (as the model)", answer=given)
    return agrees if told.answer is result.verdict else tr("{answer} (the model differs)", answer=given)


def _printable(text: str) -> str:
    """Without signs that break the line or turn the text around it."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
