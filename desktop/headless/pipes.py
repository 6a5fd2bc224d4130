"""What child processes share that get orders on stdin and answer on stdout, one JSON object a line."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import BinaryIO

import psutil

from desktop.children import creation_flags
from desktop.messages import Message, message

_COURTESY = 10
"""By which a process steps back for whoever works at the computer, in the system's steps."""


def step_back() -> None:
    """Let everything else at this computer go first. Ctrl+C is the parent's business, which then ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(_COURTESY)


def start(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a child that gets orders and answers; what it prints besides goes nowhere.

    Raises:
        OSError: the system cannot start it.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=creation_flags(),
    )


def orders() -> queue.SimpleQueue[bytes]:
    """The lines of stdin as they come. When it ends, so does the process, whatever it does: its parent has stopped or
    was killed."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, lines), name="orders", daemon=True).start()
    return lines


def answers_to_parent() -> BinaryIO:
    """Where answers go; what libraries print goes nowhere from now on."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answers


def say(answers: BinaryIO, found: object) -> None:
    """Tell the parent something."""
    answers.write(f"{json.dumps(found)}\n".encode())
    answers.flush()


def how_it_ended(status: int) -> Message:
    """How a child ended that ought not to have, as a clause."""
    if status == -getattr(signal, "SIGKILL", 9):
        return message("its process was ended by the system, most often for lack of memory")
    if status < 0:
        return message("its process crashed ({signal})", signal=signal.strsignal(-status))
    return message("its process ended (exit status {status:#x})", status=status)


def _listen(stream: BinaryIO, lines: queue.SimpleQueue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    os._exit(0)
