"""Whether the values are Hounsfield units, and all slices were read.

The histogram shows it: soft tissue lies near 40 HU and air near -1000 in every scan, and each of the known faults (a
rescale omitted, applied twice or with a wrong slope, 8-bit or inverted images) moves one or both. The limits lie
between what was measured on 70 phantoms (whole, cropped to 12, 6 and 3 cm, with 60 and 100 HU of noise) and three real
scans, and on the same images with each fault; each limit states both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import Check
from desktop.imaging.volume import Volume
from desktop.messages import Message, message

SAMPLED_SLICES, SAMPLED_SIDE = 12, 128
"""Pixels sampled for the histogram: about 200,000 suffice and take 10 ms."""

BELOW_AIR_HU = -1250
MAXIMUM_BELOW_AIR = 0.01
"""Share of pixels below air, without padding. Intact: 0. Rescaled twice: 0.03 and more, slope doubled: 0.03 and
more."""

MAXIMUM_PADDING = 0.3
"""Largest share of a single value below air: the corners outside the round field are 0.21, rarely 0.24."""

MINIMUM_SOFT, USUAL_SOFT = 0.08, 0.16
"""Share of the most frequent 100 HU of soft tissue among everything but air. Intact: 0.21 and more, but 0.13 in a
plastic head. Slope doubled or halved, 8 bits below zero or inverted: 0.05 and less."""

TISSUE_HU, DOUBTFUL_TISSUE_HU = (0.0, 100.0), (100.0, 150.0)
"""Range of the peak of soft tissue. Intact: 15 to 65, plastic up to 95. Inverted: -45 to -25. In a neck, fat may have
the highest peak, so one at `FAT_HU` is doubtful, not wrong."""

FAT_HU = (-150.0, -50.0)

MINIMUM_DARK = 0.001
"""Share of pixels darker than water (below -50 HU: fat and air), without padding. Intact: 0.05 and more even in 6 cm. 8
bits or no rescale: 0. An image of nothing but bone or brain has none either."""

MAXIMUM_PIECE_MM = 150.0
"""A smaller field of view within the skull may contain neither air nor fat: doubtful, not wrong."""

WINDOWED_HU = 300.0
"""8-bit images end at 255; bone is brighter in every skull."""

MAXIMUM_DENSE = 0.12
"""Share of the most frequent 100 HU above 700. Intact: 0.05 and less. Rescale omitted, so that tissue lies there: 0.17
and more."""

MINIMUM_AIR = 0.002
"""Share of pixels at air. Intact: 0.02 and more even in 6 cm around the nasopharynx."""

MINIMUM_FALSE_AIR = 0.015
"""Share of the most frequent 100 HU between -800 and -300. Intact: 0.006 without air around the head, otherwise far
less than the air (0.04 beside 0.8, foam and pads). Slope halved: 0.02 and more, with nothing at -1000."""

AIR_LEVEL_HU = (-1034.0, -962.0)
"""Where air has its peak. Sound: -1024 (cut off there, or padding) to -997. An offset of 30 HU and more moves it out of
here or soft tissue out of its place, whatever tissue comes to lie there; one of -30 or +35 is just not found."""

CERTAIN_AIR_HU = (-1034.0, -940.0)
"""Outside this range it is certain: nothing is thinner than vacuum (-1024), and air in foam and clothes may reach
-960."""

MINIMUM_AIR_PEAK = 0.01
"""Share of pixels at air needed to measure its level."""

AIR_BESIDE_PADDING = 0.15
"""Air relative to padding. Around a head: 0.5 and more; if air was clipped to one value: 0.11 (its rims)."""

_AIR_SEARCH_HU = (-1250, -700)

_BIN_HU, _LOW_HU, _HIGH_HU = 10, -4000, 5000
_PEAK_BINS, _WINDOW_BINS = 5, 10
_FALSE_AIR_HU, _AIR_HU, _DENSE_HU = (-800, -300), (-1100, -850), 700


def check_volume(volume: Volume) -> tuple[Check, ...]:
    """Check all pixels of a series."""
    geometry = volume.geometry
    field_mm = min(geometry.rows * geometry.row_mm, geometry.columns * geometry.column_mm)
    return hounsfield_check(volume.hu, field_mm), _all_read(volume)


def _all_read(volume: Volume) -> Check:
    missing, read = len(volume.skipped), len(volume.series.slices)
    name, required = names.ALL_SLICES_READ, message("every slice")
    if not missing:
        sentence = message("All {read} slices were read.", read=read)
        return Check(name, "pass", message("all {read}", read=read), required, sentence)
    # By its position, not by its file: checks are written to result.json, and files may be named after patients.
    sentence = message(
        "{missing} of {total} slices could not be read (the first at {position:.1f} mm: {reason}): keep the range "
        "clear of the gap, or export the series again.",
        missing=missing,
        total=missing + read,
        position=volume.missing_mm[0],
        reason=volume.skipped[0].reason,
    )
    measured = message("{missing} of {total} not read", missing=missing, total=missing + read)
    return Check(name, "warn", measured, required, sentence)  # within the range, span.py blocks the verdict


@dataclass(frozen=True)
class _Histogram:
    """Shares of the sampled pixels in bins of 10 HU.

    Attributes:
        middles: of the bins, HU.
        shares: of all sampled pixels; `padding` is left out of them.
        padding: the share of the most frequent value below water.
        padding_hu: that value.
        brightest: HU.
    """

    middles: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]
    padding: float
    padding_hu: float
    brightest: float

    def within(self, low: float, high: float, with_padding: bool = True) -> float:
        """The share from `low` to `high`, with or without possible padding."""
        share = float(self.shares[(self.middles > low) & (self.middles < high)].sum())
        return share + self.padding if with_padding and low <= self.padding_hu < high else share

    def densest(self, low: float, high: float) -> float:
        """The share of the most frequent 100 HU with a middle from `low` to `high`."""
        window = np.convolve(self.shares, np.ones(_WINDOW_BINS), "same")
        return float(window[(self.middles > low) & (self.middles < high)].max())

    def peak(self, low: float, high: float) -> float:
        """HU of the highest peak from `low` to `high`."""
        smooth = np.convolve(self.shares, np.ones(_PEAK_BINS), "same")
        region = (self.middles > low) & (self.middles < high)
        return float(self.middles[region][smooth[region].argmax()])


def hounsfield_check(hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], field_mm: float) -> Check:
    """Check that [slices, rows, columns] are Hounsfield units. `field_mm`: the shorter side of a slice."""
    name, required = names.HU, message("soft tissue at 0 to 100 HU, air at -1000 HU")
    sample = _sample(hu)
    if not np.isfinite(sample).all():
        sentence = message(
            "Some pixels hold no number, so there is nothing to judge: export the original CT series again."
        )
        return Check(name, "fail", message("not a number"), required, sentence)
    histogram = _histogram(sample)
    tissue = histogram.peak(-300, 500)
    measured = message("soft tissue at {tissue:.0f} HU, {air:.0%} air", tissue=tissue, air=histogram.within(*_AIR_HU))
    if fault := _fault(histogram, tissue, field_mm):
        sentence = message(
            "The values are not Hounsfield units: {fault}; the rescale was lost or changed on the way, so export the "
            "original CT series again.",
            fault=fault,
        )
        return Check(name, "fail", measured, required, sentence)
    if doubt := _doubt(histogram, tissue):
        sentence = message(
            "Whether the values are Hounsfield units is not certain: {doubt}; measure muscle (about 60 HU) and air "
            "(about -1000 HU) before you trust the answer.",
            doubt=doubt,
        )
        return Check(name, "warn", measured, required, sentence)
    sentence = message("Soft tissue lies at {tissue:.0f} HU and air near -1000 HU, as it should.", tissue=tissue)
    return Check(name, "pass", measured, required, sentence)


def _fault(histogram: _Histogram, tissue: float, field_mm: float) -> Message | None:
    """What is impossible for Hounsfield units; None if nothing is."""
    below = histogram.within(_LOW_HU, BELOW_AIR_HU, with_padding=histogram.padding > MAXIMUM_PADDING)
    air = histogram.within(*_AIR_HU)
    dark = histogram.within(_LOW_HU, -50, with_padding=False)
    if below > MAXIMUM_BELOW_AIR:
        return message(
            "{share:.0%} of the pixels lie below {limit} HU, which no matter has", share=below, limit=BELOW_AIR_HU
        )
    if histogram.densest(*_FALSE_AIR_HU) > max(air, MINIMUM_FALSE_AIR):
        return _air_at(histogram.peak(*_FALSE_AIR_HU))
    if dark < MINIMUM_DARK and histogram.brightest <= WINDOWED_HU:
        return message(
            "they end at {brightest:.0f}, and there is neither air nor fat nor bone", brightest=histogram.brightest
        )
    if histogram.densest(_DENSE_HU, _HIGH_HU) > MAXIMUM_DENSE:
        return message("most tissue lies at {level:.0f} HU", level=histogram.peak(_DENSE_HU, _HIGH_HU))
    if dark < MINIMUM_DARK and field_mm >= MAXIMUM_PIECE_MM:
        return message("there is neither air nor fat in the whole series")
    if _soft(histogram) < MINIMUM_SOFT:
        return message("there is no soft tissue between 0 and 100 HU")
    if level := _misplaced_air(histogram, CERTAIN_AIR_HU):
        return _air_at(level)
    if not (_between(tissue, FAT_HU) or TISSUE_HU[0] <= tissue <= DOUBTFUL_TISSUE_HU[1]):
        return _tissue_at(tissue)
    return None


def _doubt(histogram: _Histogram, tissue: float) -> Message | None:
    """What is unusual for Hounsfield units; None if nothing is."""
    if level := _misplaced_air(histogram, AIR_LEVEL_HU):
        return _air_at(level)
    if not _between(tissue, TISSUE_HU):
        return _tissue_at(tissue)
    if _soft(histogram) < USUAL_SOFT:
        return message("there is little soft tissue between 0 and 100 HU")
    if histogram.within(*_AIR_HU) < MINIMUM_AIR or histogram.within(_LOW_HU, -50, with_padding=False) < MINIMUM_DARK:
        return message("there is no air to measure")
    return None


def _air_at(level: float) -> Message:
    return message("air lies at {level:.0f} HU", level=level)


def _tissue_at(level: float) -> Message:
    return message("soft tissue lies at {level:.0f} HU", level=level)


def _misplaced_air(histogram: _Histogram, limits: tuple[float, float]) -> float:
    """The level of air in HU if it lies outside `limits`; 0 if it does not, or if there is too little air.

    If there is little other air, padding counts as air: scanners and exports clip air at the lowest value.
    """
    padding = histogram.padding if _between(histogram.padding_hu, _AIR_SEARCH_HU) else 0.0
    air = histogram.within(*_AIR_SEARCH_HU, with_padding=False)
    if air < MINIMUM_AIR_PEAK and padding < MINIMUM_AIR_PEAK:
        return 0.0
    level = histogram.padding_hu if air < AIR_BESIDE_PADDING * padding else histogram.peak(*_AIR_SEARCH_HU)
    return 0.0 if _between(level, limits) else level


def _soft(histogram: _Histogram) -> float:
    body = histogram.within(_AIR_HU[1], _HIGH_HU)
    return histogram.densest(-30, 110) / body if body else 0.0


def _between(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _sample(hu: npt.NDArray[np.int16] | npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Pixels spread evenly over the volume."""
    slices = np.unique(np.linspace(0, len(hu) - 1, min(len(hu), SAMPLED_SLICES)).astype(int))
    rows, columns = (max(1, side // SAMPLED_SIDE) for side in hu.shape[1:])
    return np.asarray(hu[slices, ::rows, ::columns], np.float32).ravel()


def _histogram(sample: npt.NDArray[np.float32]) -> _Histogram:
    values = np.clip(np.rint(sample), _LOW_HU, _HIGH_HU - 1).astype(np.int32) - _LOW_HU
    counts = np.bincount(values, minlength=_HIGH_HU - _LOW_HU)
    darkest = int(counts[: -50 - _LOW_HU].argmax())
    padding = int(counts[darkest])
    counts[darkest] = 0
    shares = counts.reshape(-1, _BIN_HU).sum(axis=1) / sample.size
    middles = np.asarray(np.arange(_LOW_HU, _HIGH_HU, _BIN_HU) + _BIN_HU / 2, np.float64)
    return _Histogram(middles, shares, padding / sample.size, float(darkest + _LOW_HU), float(sample.max()))
