"""Work off the interface thread, and what must not happen there."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from desktop.viewer.desk.background import Jobs

OBJECTS = 200_000
"""Many times as many as make Python collect its garbage of every age."""


class Trash(QObject):
    """One of Qt's objects that only Python's collector can free: it refers to itself."""

    def __init__(self, freed_by):
        super().__init__()
        self.itself, self.freed_by = self, freed_by

    def __del__(self):
        self.freed_by.append(threading.current_thread())


def test_qts_objects_are_freed_in_the_interface_thread_only(qtbot):
    jobs, kept, ended, freed_by = Jobs(), [], [], []
    Trash(freed_by)

    def operation(work):
        kept.extend([number] for number in range(OBJECTS))

    jobs.start("work", operation, ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    qtbot.waitUntil(lambda: bool(freed_by))
    assert freed_by == [threading.main_thread()]
    jobs.close()


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("can't start new thread"), ImportError("a: cannot map zero-fill pages")]
)
def test_want_of_memory_is_said_and_no_defect(qtbot, error):
    jobs, ended = Jobs(), []

    def operation(work):
        raise error

    jobs.start("work", operation, ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert "There is not enough memory" in str(ended[0])
    jobs.close()


def test_a_part_that_only_one_job_needs_is_said_to_be_missing(qtbot):
    jobs, ended = Jobs(), []

    def operation(work):
        import no_part_of_this_name  # noqa: F401

    jobs.start("work", operation, ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert "missing or damaged (No module named 'no_part_of_this_name'): install Clivus again" in str(ended[0])
    jobs.close()


def test_a_closed_window_leaves_collecting_to_python(window):
    assert not gc.isenabled()
    window.close()
    assert gc.isenabled()
