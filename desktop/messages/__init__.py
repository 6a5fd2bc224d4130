"""Every sentence that people read: English in the code, translated where it is shown.

Code makes sentences as `Message`s (`message`, `counted`); errors and checks carry them through rooms that know nothing
about languages. A message becomes text only where it is shown: `shown` for the screen, in the reader's language; `str`
for JSON, logs and files, which stay English. `tr` does both at once, for labels that are shown where they are written.

`python packaging/catalogues.py` collects the texts from the source into the catalogues and compiles them.
"""

from desktop.messages.language import (
    OWN_VARIABLE,
    SHIPPED,
    choose,
    clinical_review,
    find,
    language,
    offered,
    shown,
    tr,
    unusable,
)
from desktop.messages.message import Message, alternatives, counted, listed, message, named, sentences, verbatim

__all__ = [
    "OWN_VARIABLE",
    "SHIPPED",
    "Message",
    "alternatives",
    "choose",
    "clinical_review",
    "counted",
    "find",
    "language",
    "listed",
    "message",
    "named",
    "offered",
    "sentences",
    "shown",
    "tr",
    "unusable",
    "verbatim",
]
