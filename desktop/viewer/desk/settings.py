"""What the reader chose and finds again at the next start: language, layout, sizes, and how pictures and
cautions are shown.

Nothing in it is of a patient or a folder.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.errors import InputRefused
from desktop.fields import Fields, Unfit
from desktop.files import folder_made, write_json
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.report.heat import DEFAULT_OPACITY
from desktop.settings_file import LANGUAGE, MAXIMUM_BYTES
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

SCHEMA = "clivus-settings/1"

PARTS = {"large": (2, 1, 3), "even": (2, 2, 2), "row": (2, 2, 2)}
"""How many parts the whole, its left and its right side have, by layout."""

_SIDES = ("whole", "left", "right")

_MOST_PX = 100_000

Sizes = tuple[tuple[int, ...], ...]


class SettingsRefused(InputRefused):
    """The settings cannot be used."""


@dataclass(frozen=True)
class Settings:
    """The reader's choices; built without arguments, those at the first start.

    Attributes:
        layout: of the views, one of `PARTS`.
        sizes: pixels of the parts of the whole, its left and its right side; () for each its usual share.
        drag_inverted, text_shown, landmarks_shown, cautions_shown, paper_map: as in `Display`.
        heat_opacity: 0 to 1.
        patient_shown: as in `Display`.
        schematics_shown: whether drawings of the landmarks open by themselves.
        language: as `desktop.messages.offered` names it; "" for the system's.
    """

    layout: str = "large"
    sizes: Sizes = ()
    drag_inverted: bool = False
    text_shown: bool = True
    landmarks_shown: bool = True
    cautions_shown: bool = False
    paper_map: bool = False
    heat_opacity: float = DEFAULT_OPACITY
    patient_shown: bool = True
    schematics_shown: bool = True
    language: str = ""

    def save(self, path: Path) -> None:
        """Write the settings.

        Raises:
            NotWritten: they cannot be written.
        """
        sizes = dict(zip(_SIDES, self.sizes, strict=False)) or None
        try:
            with folder_made(path.parent):
                write_json(path, {"schema": SCHEMA, **asdict(self), "sizes": sizes})
        except OSError as error:
            raise NotWritten(path, error) from None

    @staticmethod
    def load(path: Path) -> Settings:
        """Read the settings; the usual ones where there is no file yet.

        Raises:
            SettingsRefused: the file is damaged, or of another version.
        """
        if not path.exists():
            return Settings()
        try:
            fields = Fields(from_json(read_plain(path, MAXIMUM_BYTES)))
            fields.one_of("schema", (SCHEMA,))
            layout = fields.one_of("layout", PARTS)
            return Settings(
                layout=layout,
                sizes=_sizes(fields.part("sizes"), layout) if fields.has("sizes") else (),
                drag_inverted=fields.flag("drag_inverted"),
                text_shown=fields.flag("text_shown"),
                landmarks_shown=fields.flag("landmarks_shown"),
                cautions_shown=fields.flag("cautions_shown"),
                paper_map=fields.flag("paper_map"),
                heat_opacity=fields.number("heat_opacity", 0, 1),
                patient_shown=_since(fields, "patient_shown"),
                schematics_shown=_since(fields, "schematics_shown"),
                language=fields.text_if_any(LANGUAGE),  # settings of 0.2.0 have none
            )
        except (NotPlain, NotStrict, Unfit) as error:
            raise SettingsRefused(
                message(
                    "The settings {file} cannot be used, because {reason}: the usual ones are used, and the file stays "
                    "as it is.",
                    file=shortened(path),
                    reason=error.message,
                )
            ) from None


def _since(fields: Fields, name: str) -> bool:
    """What earlier versions did not write was shown."""
    return fields.flag(name) if fields.has(name) else True


def _sizes(fields: Fields, layout: str) -> Sizes:
    sides = zip(_SIDES, PARTS[layout], strict=True)
    return tuple(tuple(map(round, fields.numbers(side, count, 0, _MOST_PX))) for side, count in sides)
