"""Every sentence that people read: English in the code, the reader's language at the edge.

A sentence is a `Message` wherever it is made (`message`, `counted`), so that errors and checks carry it through rooms
that know nothing of languages. It becomes text at the edge only: `shown` for whoever reads the screen, `str` for JSON,
logs and files, which stay English. `tr` is both in one, for labels that are shown where they are written.

`python packaging/catalogues.py` collects the texts from the source into the catalogues and compiles them.
"""

from desktop.messages.language import choose, language, shown, tr
from desktop.messages.message import Message, alternatives, counted, listed, message, named, sentences, verbatim

__all__ = [
    "Message",
    "alternatives",
    "choose",
    "counted",
    "language",
    "listed",
    "message",
    "named",
    "sentences",
    "shown",
    "tr",
    "verbatim",
]
