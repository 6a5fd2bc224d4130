"""What reads DICOM here: the names of pydicom, which is imported when one of them is first used.

That takes 90 ms, which the window need not wait for: nothing is read before it is on screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.imaging.dicom_library import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        """A name of the library (PEP 562), kept here for the next time."""
        from desktop.imaging import dicom_library

        if name not in dicom_library.__all__:
            raise AttributeError(name)
        value = globals()[name] = getattr(dicom_library, name)
        return value
