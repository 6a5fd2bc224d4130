"""What headers and the cohort's table say of a series and its patient, for subgroups and the table of patients."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.learning.cohort.examine import MarkedSeries

VENDORS = {
    "SIEMENS": "Siemens",
    "GE": "GE",
    "PHILIPS": "Philips",
    "TOSHIBA": "Canon or Toshiba",
    "CANON": "Canon or Toshiba",
}
"""By the first word of Manufacturer, which one vendor writes in several ways; of others the text as it stands."""

THICKNESS_BANDS_MM = (1.5, 2.5)
"""Upper ends of the groups of slice thickness but for the last: thin, medium and thick of the paper's 1.25 to 4 mm."""


@dataclass(frozen=True)
class Traits:
    """What is stated; where a table and a header do, the table's.

    Attributes:
        thickness_mm: the largest SliceThickness of the series.
        vendor: "" where the header does not state one.
        sex: "female" or "male" by the header, or whatever the table's column `sex` says; "" where neither does.
        years: of age.
    """

    thickness_mm: float | None = None
    vendor: str = ""
    sex: str = ""
    years: float | None = None

    @staticmethod
    def of(marked: MarkedSeries) -> Traits:
        """The traits of a marked series."""
        series, strata, person = marked.region.volume.series, marked.case.strata, marked.person
        return Traits(
            series.slice_thickness_mm,
            vendor(series.manufacturer),
            strata.get("sex") or person.sex,
            _number(strata.get("age", "")) or person.years,
        )

    @property
    def thickness_band(self) -> str:
        """The group of slice thickness in words; "" where it is not stated."""
        if self.thickness_mm is None:
            return ""
        below = [limit for limit in THICKNESS_BANDS_MM if self.thickness_mm > limit]
        above = [limit for limit in THICKNESS_BANDS_MM if self.thickness_mm <= limit]
        if not above:
            return f"above {below[-1]:g} mm"
        return f"{below[-1]:g} to {above[0]:g} mm" if below else f"0 to {above[0]:g} mm"


def vendor(manufacturer: str) -> str:
    """One name for all spellings of a vendor."""
    words = manufacturer.strip().upper().replace("-", " ").split()
    return VENDORS.get(words[0], manufacturer.strip()) if words else ""


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
