"""Checks that need only the headers of a series (paper, "Study population" and "CT and MRI images")."""

from __future__ import annotations

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import MAXIMUM_THICKNESS_MM, MINIMUM_SLICES, Check
from desktop.imaging.eligibility.kernels import sharpness
from desktop.imaging.eligibility.stack import alignment, doubled_slices, series_spacing, series_thickness
from desktop.imaging.series import Series
from desktop.messages import counted, listed, message, verbatim

UPRIGHT_DEG = 1.0
"""Tilt below this moves a slice by at most 0.9 mm over 50 mm of range: less than the precision of drawing an ROI."""

MAXIMUM_TILT_DEG = 31.0
"""Gantries tilt by at most 30 degrees; one degree allows for rounded positions. A broken export shifts each slice by
millimetres: 2 mm between slices of 3 mm are 34 degrees."""

MAXIMUM_SIDEWAYS_DEG = 3.0
"""A gantry tilts only about the left-right axis, so slices from a scanner are never sheared sideways: 0.0 in all stacks
measured, including tilted ones. This much shifts a slice by 2.6 mm over 50 mm of range, half the width of a carotid
artery. A broken export or resampling shifts each slice by a pixel or more: 0.5 mm with slices of 4 mm are 7 degrees."""

MAXIMUM_LOSSY_RATIO = 12.0
"""No national recommendation allows more for head CT: German consensus conference 2008 1:5 (brain) and 1:8 (other CT),
Canadian Association of Radiologists 2008 1:12 (neuro CT). Less loss is a warning: it may remove faint erosion, and the
network was not trained on it."""

HOUNSFIELD_UNITS = {"HU", "HOUNSFIELD", "HOUNSFIELD UNIT", "HOUNSFIELD UNITS"}
UNSPECIFIED_UNIT = "US"
"""Values of RescaleType (PS3.3 C.11.1.1.2): HU and US are defined terms, the long names come from vendors; no other
value means HU."""

BELONGING_CHECKS = (names.PATIENT, names.IDENTIFIERS)
"""Checks of whether the slices belong together."""
_BELOW_UPRIGHT = message("below {most:g} degrees", most=UPRIGHT_DEG)


def check_series(series: Series, maximum_mm: float = MAXIMUM_THICKNESS_MM) -> tuple[Check, ...]:
    """Check a whole series; slices may be up to `maximum_mm` thick and apart."""
    aligned, even = alignment(series.geometry), series_spacing(series, maximum_mm)
    doubled, tilted, sheared = doubled_slices(series), _tilt(series), _shear(series)
    one_stack = all(check.status != "fail" for check in (aligned, even, doubled, tilted, sheared))
    return (
        _modality(series),
        _patient(series),
        _identifiers(series, one_stack and even.status == "pass"),
        _picture(series),
        _axial(series),
        _slices(series),
        series_thickness(series, maximum_mm),
        _kernel(series),
        even,
        doubled,
        aligned,
        tilted,
        sheared,
        _contrast(series),
        _lossy(series),
        _unit(series),
    )


def _modality(series: Series) -> Check:
    name, required = names.MODALITY, verbatim("CT")
    modality = verbatim(series.modality) if series.modality else message("not stated")
    if series.localizer:
        measured = message("{modality}, localizer", modality=modality)
        sentence = message("This is a localizer, not a CT stack: choose the axial CT series.")
        return Check(name, "fail", measured, required, sentence)
    if series.modality == "CT":
        return Check(name, "pass", modality, required, message("CT."))
    sentence = (
        message("This is {modality}, not a CT stack: choose the axial CT series.", modality=modality)
        if series.modality
        else message("The modality is not stated, so this is not a CT stack: choose the axial CT series.")
    )
    return Check(name, "fail", modality, required, sentence)


def _patient(series: Series) -> Check:
    """Check that all slices are of one person. The sentence repeats no value, because it is written to files."""
    name, required, membership = names.PATIENT, message("one patient"), series.membership
    people = membership.people
    if membership.mixed:
        sentence = message(
            "By ID, name or date of birth the slices are of {people} patients, as some anonymisers leave them: export "
            "the series again with the patient kept, or replaced in the same way on all slices.",
            people=people,
        )
        return Check(name, "fail", message("{people} patients", people=people), required, sentence)
    if people > 1:
        sentence = message(
            "Slices of {people} patients share this SeriesInstanceUID; ID, name or date of birth tell them apart, and "
            "each patient has a stack: check whose images these are and have the archive corrected.",
            people=people,
        )
        return Check(name, "warn", message("{people} patients in the series", people=people), required, sentence)
    if membership.doubts:
        sentence = message("{doubts}: make sure that all slices are of one patient.", doubts=listed(membership.doubts))
        return Check(name, "warn", message("not certain"), required, sentence)
    sentence = message("Nothing suggests that the slices are of several patients.")
    return Check(name, "pass", message("no sign of another patient"), required, sentence)


def _identifiers(series: Series, one_stack: bool) -> Check:
    """Check that the slices state one series, study and frame of reference. `one_stack`: the geometry shows one
    stack."""
    name, required = names.IDENTIFIERS, message("one series, study and frame of reference")
    membership, count = series.membership, len(series.slices)
    if membership.scattered:
        uids = listed(membership.scattered)
        measured = message("{uids} differs from slice to slice", uids=uids)
        if membership.one_each and one_stack:
            sentence = message(
                "Each of the {count} slices has its own {uids}, as some anonymisers leave it; the slices were put "
                "together because patient, size, direction, spacing, kernel and positions agree, so make sure that "
                "this is one scan.",
                count=count,
                uids=uids,
            )
            return Check(name, "warn", measured, required, sentence)
        sentence = message(
            "{uids} changes between the {count} slices, as some anonymisers leave it, and they do not make one even "
            "stack, so nobody can say what belongs together: export the series again with its UIDs kept, or replaced "
            "in the same way on all slices.",
            count=count,
            uids=uids,
        )
        return Check(name, "fail", measured, required, sentence)
    if membership.apart:
        uids = listed(membership.apart)
        sentence = message(
            "The series has more than one {uids}, and the slices of each became a stack: make sure that this stack "
            "holds the whole skull base of one scan.",
            uids=uids,
        )
        return Check(name, "warn", message("more than one {uids} in the series", uids=uids), required, sentence)
    sentence = message("All slices name one series, study and frame of reference.")
    return Check(name, "pass", message("one of each"), required, sentence)


def _picture(series: Series) -> Check:
    """Check that these are ordinary CT images. The network was trained on no others, and bone looks different in
    them."""
    name, required, kind = names.KIND_OF_PICTURE, message("an ordinary CT image"), series.kind
    if kind is None:
        if series.kind_stated or series.modality != "CT":
            sentence = message("Nothing suggests that these are other than ordinary CT images.")
            return Check(name, "pass", message("ordinary"), required, sentence)
        sentence = message(
            "ImageType is missing: make sure that this is an original reconstruction or a plain reformat."
        )
        return Check(name, "warn", message("not stated"), required, sentence)
    measured = message("{kind} ({stated})", kind=kind.name, stated=kind.stated)
    if kind.certain:
        sentence = message(
            "The images are {kind} ({stated}), in which bone does not look as in ordinary CT: choose the original "
            "reconstruction of the same scan.",
            kind=kind.name,
            stated=kind.stated,
        )
        return Check(name, "fail", measured, required, sentence)
    sentence = message(
        "The images may be {kind} ({stated}): make sure that this is an original reconstruction or a plain reformat "
        "before you trust the answer.",
        kind=kind.name,
        stated=kind.stated,
    )
    return Check(name, "warn", measured, required, sentence)


def _axial(series: Series) -> Check:
    good = series.geometry.is_axial and not series.localizer
    tilt_deg = round(series.geometry.gantry_tilt_deg, 1) + 0.0
    sentence = message("Axial slices.") if good else message("The slices are not axial: choose the axial CT series.")
    measured = message("tilt {tilt_deg} degrees", tilt_deg=tilt_deg)
    return Check(names.AXIAL, "pass" if good else "fail", measured, message("axial"), sentence)


def _slices(series: Series) -> Check:
    found = len(series.slices)
    good = found >= MINIMUM_SLICES
    sentence = (
        counted("{number} slice.", "{number} slices.", found)
        if good
        else counted(
            "Only {number} slice, too few for a run of slices: choose the series with the whole skull base.",
            "Only {number} slices, too few for a run of slices: choose the series with the whole skull base.",
            found,
        )
    )
    required = message("at least {least}", least=MINIMUM_SLICES)
    return Check(names.SLICES, "pass" if good else "fail", verbatim(found), required, sentence)


def _kernel(series: Series) -> Check:
    name, required = names.KERNEL, message("a soft-tissue kernel")
    if not series.kernel:
        sentence = message(
            "The kernel is not stated: make sure that this is the soft-tissue reconstruction, not the one for bone or "
            "lung."
        )
        return Check(name, "warn", message("not stated"), required, sentence)
    measured, kind = verbatim(series.kernel), sharpness(series.manufacturer, series.kernel)
    kernel = (
        message("{kernel} ({manufacturer})", kernel=series.kernel, manufacturer=series.manufacturer)
        if series.manufacturer
        else measured
    )
    if kind == "soft":
        return Check(
            name, "pass", measured, required, message("The kernel {kernel} is for soft tissue.", kernel=measured)
        )
    if kind == "density":
        sentence = message(
            "The kernel {kernel} gives relative electron or mass density for radiotherapy planning, with bone at about "
            "60 % of its Hounsfield units: choose the usual reconstruction of the same scan.",
            kernel=kernel,
        )
        return Check(name, "fail", measured, required, sentence)
    if kind == "sharp":
        # The network mistakes its noise and bright edges for changed bone, and the paper excluded it.
        sentence = message(
            "The kernel {kernel} is a sharp one, for bone, lung or edges, which the network was not trained on: choose "
            "the soft-tissue reconstruction of the same scan.",
            kernel=kernel,
        )
        return Check(name, "fail", measured, required, sentence)
    sentence = message(
        "The kernel {kernel} is not known here: make sure that this is the soft-tissue reconstruction, not the one for "
        "bone or lung.",
        kernel=kernel,
    )
    return Check(name, "warn", measured, required, sentence)


def _tilt(series: Series) -> Check:
    name, tilt_deg = names.TILT, series.geometry.gantry_tilt_deg
    measured = message("{degrees:.1f} degrees", degrees=tilt_deg)
    if abs(tilt_deg) < UPRIGHT_DEG:
        return Check(name, "pass", measured, _BELOW_UPRIGHT, message("The slices are not tilted."))
    required = message(
        "below {upright:g} degrees, corrected up to {most:g}", upright=UPRIGHT_DEG, most=MAXIMUM_TILT_DEG
    )
    if tilt_deg > MAXIMUM_TILT_DEG:
        sentence = message(
            "From slice to slice the stack moves forwards by {degrees:.1f} degrees, and gantries tilt by at most 30, "
            "so the positions of the slices are wrong: export the original axial series again.",
            degrees=tilt_deg,
        )
        return Check(name, "fail", measured, required, sentence)
    if tilt_deg < -MAXIMUM_TILT_DEG:
        sentence = message(
            "From slice to slice the stack moves backwards by {degrees:.1f} degrees, and gantries tilt by at most 30, "
            "so the positions of the slices are wrong: export the original axial series again.",
            degrees=-tilt_deg,
        )
        return Check(name, "fail", measured, required, sentence)
    sentence = message(
        "The gantry was tilted by {degrees:.1f} degrees: the sagittal and coronal reformats are corrected for it, but "
        "landmarks lie on other slices than without tilt, so place range and ROI with care.",
        degrees=abs(tilt_deg),
    )
    return Check(name, "warn", measured, required, sentence)


def _shear(series: Series) -> Check:
    name, shear_deg = names.SIDEWAYS_SHEAR, series.geometry.sideways_shear_deg
    measured = message("{degrees:.1f} degrees", degrees=shear_deg)
    if abs(shear_deg) < UPRIGHT_DEG:
        return Check(name, "pass", measured, _BELOW_UPRIGHT, message("The slices do not move sideways."))
    wrong = abs(shear_deg) > MAXIMUM_SIDEWAYS_DEG
    advice = (
        message("the positions of the slices are wrong, so export the original axial series again")
        if wrong
        else message("make sure that the sagittal and coronal reformats show a straight head")
    )
    sentence = (
        message(
            "From slice to slice the stack moves to the patient's left by {degrees:.1f} degrees, which no gantry does; "
            "{advice}.",
            degrees=shear_deg,
            advice=advice,
        )
        if shear_deg > 0
        else message(
            "From slice to slice the stack moves to the patient's right by {degrees:.1f} degrees, which no gantry "
            "does; {advice}.",
            degrees=-shear_deg,
            advice=advice,
        )
    )
    if wrong:
        return Check(name, "fail", measured, message("at most {most:g} degrees", most=MAXIMUM_SIDEWAYS_DEG), sentence)
    return Check(name, "warn", measured, _BELOW_UPRIGHT, sentence)


def _contrast(series: Series) -> Check:
    name, required = names.CONTRAST_PHASE, message("stated")
    if series.contrast is None:
        sentence = message(
            "Whether contrast medium was given is not stated: look at the carotid arteries (about 40 HU without, above "
            "180 HU with it) before you trust the answer."
        )
        return Check(name, "warn", message("not stated"), required, sentence)
    if series.contrast:
        sentence = message("The header states that the series is with contrast medium.")
        return Check(name, "pass", message("with contrast medium"), required, sentence)
    sentence = message("The header states that the series is without contrast medium.")
    return Check(name, "pass", message("without contrast medium"), required, sentence)


def _lossy(series: Series) -> Check:
    name, lossy = names.LOSSY_COMPRESSION, series.lossy
    required = message("none, at most 1:{most:g}", most=MAXIMUM_LOSSY_RATIO)
    if lossy is None:
        return Check(name, "pass", message("none"), required, message("The pixels were not compressed with loss."))
    if lossy.ratio is not None and lossy.ratio > MAXIMUM_LOSSY_RATIO:
        sentence = message(
            "The pixels were {compressed}, too much for thin bone: fetch the original from the scanner or the archive.",
            compressed=lossy.words,
        )
        return Check(name, "fail", lossy.words, required, sentence)
    sentence = message(
        "The pixels were {compressed}, so faint erosion may be lost: fetch the original from the scanner or the "
        "archive.",
        compressed=lossy.words,
    )
    return Check(name, "warn", lossy.words, required, sentence)


def _unit(series: Series) -> Check:
    name, unit = names.UNIT, " ".join(series.unit.upper().split())
    measured, required = verbatim(unit), verbatim("HU")
    if unit in HOUNSFIELD_UNITS:
        return Check(name, "pass", measured, required, message("The header states Hounsfield units."))
    if unit == UNSPECIFIED_UNIT:
        # Some exports write it for every series; the values are checked in values.py.
        sentence = message("The header leaves the unit unspecified: make sure that this is an original CT series.")
        return Check(name, "warn", measured, required, sentence)
    sentence = message(
        "The header states {unit} instead of Hounsfield units: choose the original CT series.", unit=measured
    )
    return Check(name, "fail", measured, required, sentence)
