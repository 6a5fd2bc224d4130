"""Every sentence that people read: English in the code, the reader's language at the edge.

A sentence is a `Message` wherever it is made (`message`, `counted`), so that errors and checks carry it through rooms
that know nothing of languages. It becomes text at the edge only: `shown` for whoever reads the screen, `str` for JSON,
logs and files, which stay English. `tr` is both in one, for labels that are shown where they are written.
"""

from .language import shown, tr
from .message import Message, counted, message

__all__ = ["Message", "counted", "message", "shown", "tr"]
