"""What reads DICOM here: the names of pydicom, which is imported when one of them is first used.

That takes 90 ms, which the window need not wait for: nothing is read before it is on screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


def require() -> None:
    """Import pydicom now. Whoever is about to read many files does so: where it is missing, or there is no memory left
    for it, no file is to blame.

    Raises:
        ImportError: a part of the installation is missing.
    """
    import desktop.imaging.dicom_library  # noqa: F401


if TYPE_CHECKING:
    from desktop.imaging.dicom_library import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        """A name of the library (PEP 562), kept here for the next time."""
        import desktop.imaging.dicom_library as library

        if name not in library.__all__:
            raise AttributeError(name)
        value = globals()[name] = getattr(library, name)
        return value
