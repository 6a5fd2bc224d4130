"""The UID of this installation, as objects name the device that made them (IHE AI Results)."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from desktop.fields import Fields, Unfit
from desktop.files import folder_made, write_json
from desktop.locks import Lock
from desktop.plain_file import NotPlain, read_plain
from desktop.settings_file import local_data_folder
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten

SCHEMA = "clivus-device/1"
_FILE, _LOCK = "device.json", ".clivus-device.lock"
_MAXIMUM_BYTES = 64 * 1024
_UID = re.compile(r"2\.25\.\d{1,39}")
_WAIT_S = 5.0


def device_uid() -> str:
    """The UID that was drawn when the first object was made here; one that cannot be read is drawn anew.

    Raises:
        NotWritten: it cannot be kept, and would be another one the next time.
    """
    file = local_data_folder() / _FILE
    if (kept := _read(file)) is not None:
        return kept
    try:
        with folder_made(file.parent):
            lock = Lock.take(file.with_name(_LOCK), _WAIT_S)
            try:
                if (kept := _read(file)) is None:  # another Clivus may have been faster
                    kept = f"2.25.{uuid.uuid4().int}"
                    write_json(file, {"schema": SCHEMA, "device_uid": kept})
            finally:
                if lock is not None:
                    lock.release()
    except OSError as error:
        raise NotWritten(file, error) from None
    return kept


def _read(file: Path) -> str | None:
    try:
        fields = Fields(from_json(read_plain(file, _MAXIMUM_BYTES)))
        fields.one_of("schema", (SCHEMA,))
        found = fields.text("device_uid")
    except (NotPlain, NotStrict, Unfit, OSError):
        return None
    return found if _UID.fullmatch(found) else None
