"""The model, opened in a thread of its own while the parts of the window are still being imported.

For a window that begins with a case, which waits for its model: opening takes as long as importing, and mostly outside
Python. A window without a case opens its model once it is on screen, which it is a third earlier then: a reader has to
choose a case first.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.inference.network import Network


class EarlyModel:
    """A model on its way."""

    def __init__(self, folder: Path | None) -> None:
        """Begin to open a model, the default if none is named."""
        self.folder = folder
        self._opened: Future[Network] = Future()
        Thread(target=self._open, name="model", daemon=True).start()

    def _open(self) -> None:
        from desktop.models.default_network import opened

        try:
            self._opened.set_result(opened(self.folder))
        except BaseException as error:  # raised again where the answer is wanted
            self._opened.set_exception(error)

    def wait(self) -> Network:
        """The open model.

        Raises:
            ClivusError: it cannot be used.
        """
        return self._opened.result()
