"""The checks that need a series' headers only (paper, "Study population" and "CT and MRI images")."""

from __future__ import annotations

import re

from desktop.imaging.eligibility.check import MAXIMUM_THICKNESS_MM, MINIMUM_SLICES, Check, Status, count
from desktop.imaging.eligibility.kernels import sharpness
from desktop.imaging.eligibility.stack import alignment, doubled_slices, series_spacing, series_thickness
from desktop.imaging.series import Series

UPRIGHT_DEG = 1.0
"""Tilt below this moves a slice by 0.9 mm over 50 mm of range: less than a rectangle is drawn to."""

MAXIMUM_TILT_DEG = 31.0
"""Gantries tilt by 30 degrees at most, and a degree is left for rounding of positions. A broken export moves each slice
by millimetres: 2 mm with slices of 3 mm are 34 degrees."""

MAXIMUM_SIDEWAYS_DEG = 3.0
"""A gantry tilts about the axis from left to right and nothing else, so that a scanner's slices lie straight sideways:
0.0 in all stacks measured, tilted ones too. This much moves a slice by 2.6 mm over 50 mm of range, half a carotid.
A broken export or resampling moves each slice by a pixel and more: 0.5 mm with slices of 4 mm are 7 degrees."""

MAXIMUM_LOSSY_RATIO = 12.0
"""No national recommendation allows more for CT of the head: German consensus conference 2008 1:5 (brain) and 1:8
(other CT), Canadian Association of Radiologists 2008 1:12 (neuro CT). Below, loss is a warning: faint erosion is just
what it could remove, and the network never saw it."""

HOUNSFIELD_UNITS = {"HU", "HOUNSFIELD", "HOUNSFIELD UNIT", "HOUNSFIELD UNITS"}
UNSPECIFIED_UNIT = "US"
"""RescaleType (PS3.3 C.11.1.1.2): HU and US are defined terms, the long names are vendors'; nothing else is HU."""

BELONGING_CHECKS = ("patient", "identifiers")
"""Names of the checks that say whether slices belong together."""

_EXPORT_AGAIN = "export the original axial series again"

_RATIO = re.compile(r"1:(\d+(?:\.\d+)?)")


def check_series(series: Series, maximum_mm: float = MAXIMUM_THICKNESS_MM) -> tuple[Check, ...]:
    """The checks of a whole series; slices and spacing may be up to `maximum_mm` thick."""
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
    good = series.modality == "CT" and not series.localizer
    found = f"{series.modality or 'none'}{', localizer' if series.localizer else ''}"
    kind = "a localizer" if series.localizer else series.modality or "of no stated modality"
    message = "CT." if good else f"This is {kind}, not a CT stack: choose the axial CT series."
    return Check("modality", "pass" if good else "fail", found, "CT", message)


def _patient(series: Series) -> Check:
    """Are all slices of one person? No value is repeated: the sentence goes into files."""
    name, required, membership = BELONGING_CHECKS[0], "one patient", series.membership
    if membership.mixed:
        message = (
            f"By id, name or date of birth the slices are of {membership.people} patients, as some anonymisers leave "
            "them: export the series again with the patient kept or replaced alike on all slices."
        )
        return Check(name, "fail", f"{membership.people} patients", required, message)
    if membership.people > 1:
        message = (
            f"Slices of {membership.people} patients share this SeriesInstanceUID, told apart by id, name or date "
            "of birth, and each patient's are a stack of their own: check whose this is and have the archive corrected."
        )
        return Check(name, "warn", f"{membership.people} patients in the series", required, message)
    if membership.doubts:
        message = f"{' and '.join(membership.doubts)}: make sure that all slices are of one patient."
        return Check(name, "warn", "not certain", required, message)
    return Check(
        name, "pass", "nothing speaks against it", required, "Nothing says that slices are of several patients."
    )


def _identifiers(series: Series, one_stack: bool) -> Check:
    """Do the slices name one series, study and frame of reference? `one_stack`: whether geometry shows that they do."""
    name, required, membership = BELONGING_CHECKS[1], "one series, study and frame of reference", series.membership
    if membership.scattered:
        uids = " and ".join(membership.scattered)
        found = (
            f"Each of the {len(series.slices)} slices states a {uids} of its own, as some anonymisers leave it"
            if membership.one_each
            else f"{uids} changes between the {len(series.slices)} slices, as some anonymisers leave it"
        )
        measured = f"{uids} differs from slice to slice"
        if membership.one_each and one_stack:
            message = (
                f"{found}; they were put together because patient, size, direction, spacing, kernel and places "
                "agree, so make sure that this is one scan."
            )
            return Check(name, "warn", measured, required, message)
        message = (
            f"{found}, and they do not make one even stack, so nobody can say what belongs together: export the series "
            "again with its UIDs kept or replaced alike on all slices."
        )
        return Check(name, "fail", measured, required, message)
    if membership.apart:
        uids = " and ".join(membership.apart)
        message = (
            f"The series states more than one {uids}, and what shares one became a stack of its own: make sure that "
            "this stack holds the whole skull base of one scan."
        )
        return Check(name, "warn", f"more than one {uids} in the series", required, message)
    return Check(name, "pass", "one of each", required, "All slices name one series, study and frame of reference.")


def _picture(series: Series) -> Check:
    """Are these ordinary CT images? The network learned from no others, and bone looks different in all of them."""
    name, required = "kind of picture", "an ordinary CT image"
    if series.kind is None:
        if series.kind_stated or series.modality != "CT":
            return Check(name, "pass", "ordinary", required, "Nothing says that these are not ordinary CT images.")
        message = "ImageType is missing: make sure that this is an original reconstruction or a plain reformat."
        return Check(name, "warn", "not stated", required, message)
    kind = series.kind
    measured = f"{kind.name} ({kind.stated})"
    if kind.certain:
        message = (
            f"The pictures are {kind.name} ({kind.stated}), in which bone does not look as in ordinary CT: choose "
            "the original reconstruction of the same scan."
        )
        return Check(name, "fail", measured, required, message)
    message = (
        f"The pictures may be {kind.name} ({kind.stated}): make sure that this is an original reconstruction or a "
        "plain reformat before you trust the answer."
    )
    return Check(name, "warn", measured, required, message)


def _axial(series: Series) -> Check:
    geometry = series.geometry
    good = geometry.is_axial and not series.localizer
    tilt = geometry.gantry_tilt_deg
    message = "Axial slices." if good else "The slices are not axial: choose the axial CT series."
    return Check("axial", "pass" if good else "fail", f"tilt {round(tilt, 1) + 0.0} degrees", "axial", message)


def _slices(series: Series) -> Check:
    found = len(series.slices)
    good = found >= MINIMUM_SLICES
    message = (
        f"{found} slices."
        if good
        else f"Only {count(found, 'slice')}, too few for a run of slices: choose the series with the whole skull base."
    )
    return Check("slices", "pass" if good else "fail", str(found), f"at least {MINIMUM_SLICES}", message)


def _kernel(series: Series) -> Check:
    kind = sharpness(series.manufacturer, series.kernel)
    measured, required = series.kernel or "not stated", "a soft-tissue kernel"
    maker = f" ({series.manufacturer})" if series.manufacturer else ""
    if kind == "soft":
        return Check("kernel", "pass", measured, required, f"The kernel {series.kernel} is for soft tissue.")
    if kind == "density":
        message = (
            f"The kernel {series.kernel}{maker} gives relative electron or mass density for radiotherapy planning, "
            "with bone at about 60 % of its Hounsfield units: choose the usual reconstruction of the same scan."
        )
        return Check("kernel", "fail", measured, required, message)
    if kind == "sharp":
        # Its noise and its bright edges are what the network takes for changed bone, and the paper left it out.
        message = (
            f"The kernel {series.kernel}{maker} is a sharp one, for bone, lung or edges, which the network never saw: "
            "choose the soft-tissue reconstruction of the same scan."
        )
        return Check("kernel", "fail", measured, required, message)
    found = f"The kernel {series.kernel}{maker} is not known here" if series.kernel else "The kernel is not stated"
    message = f"{found}: make sure that this is the soft-tissue reconstruction, not the one for bone or lung."
    return Check("kernel", "warn", measured, required, message)


def _tilt(series: Series) -> Check:
    tilt = series.geometry.gantry_tilt_deg
    measured, required = f"{tilt:.1f} degrees", f"below {UPRIGHT_DEG:g} degrees"
    if abs(tilt) < UPRIGHT_DEG:
        return Check("tilt", "pass", measured, required, "The slices are not tilted.")
    required = f"{required}, corrected up to {MAXIMUM_TILT_DEG:g}"
    if abs(tilt) > MAXIMUM_TILT_DEG:
        message = (
            f"From slice to slice the stack moves {'forwards' if tilt > 0 else 'backwards'}, by {abs(tilt):.1f} "
            f"degrees, and gantries tilt by no more than 30, so the positions of the slices are wrong: {_EXPORT_AGAIN}."
        )
        return Check("tilt", "fail", measured, required, message)
    message = (
        f"The gantry was tilted by {abs(tilt):.1f} degrees: sagittal and coronal views are corrected for it, and "
        "landmarks on one slice lie otherwise than on an untilted one, so place range and rectangle with care."
    )
    return Check("tilt", "warn", measured, required, message)


def _shear(series: Series) -> Check:
    shear = series.geometry.sideways_shear_deg
    measured, required = f"{shear:.1f} degrees", f"below {UPRIGHT_DEG:g} degrees"
    if abs(shear) < UPRIGHT_DEG:
        return Check("sideways shear", "pass", measured, required, "The slices do not move sideways.")
    found = (
        f"From slice to slice the stack moves to the patient's {'left' if shear > 0 else 'right'}, by "
        f"{abs(shear):.1f} degrees, which no gantry does"
    )
    if abs(shear) > MAXIMUM_SIDEWAYS_DEG:
        message = f"{found}, so the positions of the slices are wrong: {_EXPORT_AGAIN}."
        return Check("sideways shear", "fail", measured, f"at most {MAXIMUM_SIDEWAYS_DEG:g} degrees", message)
    message = f"{found}: make sure that the sagittal and coronal views show a straight head."
    return Check("sideways shear", "warn", measured, required, message)


def _contrast(series: Series) -> Check:
    required = "stated"
    if series.contrast is None:
        message = (
            "Whether contrast medium was given is not stated: look at the carotid arteries (about 40 HU without, above "
            "180 HU with it) before you trust the answer."
        )
        return Check("contrast phase", "warn", "not stated", required, message)
    found = "with contrast medium" if series.contrast else "without contrast medium"
    return Check("contrast phase", "pass", found, required, f"The series is stated to be {found}.")


def _lossy(series: Series) -> Check:
    required = f"none, at most 1:{MAXIMUM_LOSSY_RATIO:g}"
    if not series.lossy:
        return Check("lossy compression", "pass", "none", required, "The pixels were not compressed with loss.")
    ratio = _RATIO.search(series.lossy)
    status: Status = "fail" if ratio and float(ratio[1]) > MAXIMUM_LOSSY_RATIO else "warn"
    effect = "too much for thin bone" if status == "fail" else "faint erosion may be lost"
    message = f"The pixels were {series.lossy}, {effect}: fetch the original from the scanner or the archive."
    return Check("lossy compression", status, series.lossy, required, message)


def _unit(series: Series) -> Check:
    unit, required = " ".join(series.unit.upper().split()), "HU"
    if unit in HOUNSFIELD_UNITS:
        return Check("unit", "pass", unit, required, "The values are stated to be Hounsfield units.")
    if unit == UNSPECIFIED_UNIT:
        # Some exports write it for every series, and the values themselves are looked at (values.py).
        message = "The unit of the values is stated to be unspecified: make sure that this is an original CT series."
        return Check("unit", "warn", unit, required, message)
    message = f"The values are stated to be {unit}, not Hounsfield units: choose the original CT series."
    return Check("unit", "fail", unit, required, message)
