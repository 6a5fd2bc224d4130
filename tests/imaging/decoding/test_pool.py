"""Whatever a decoder does, it costs one frame: not the program, not the next frame, not a process left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
import psutil
import pytest

import desktop
from desktop.children import DECODER
from desktop.imaging.decoding import DecoderPool, DecodingFailed, Limits, default_workers

ROOT = Path(desktop.__path__[0]).parent
LOSSLESS = "1.2.840.10008.1.2.4.70"
QUICK = Limits(seconds=0.8, memory=64 * 2**20)
PATIENT = Limits(seconds=60, memory=QUICK.memory)
"""For what ends by itself: a busy machine takes longer than `QUICK` allows."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def good(picture, form):
    values = picture(12)
    return values, imagecodecs.ljpeg_encode(values, bitspersample=12), form(LOSSLESS, values, 12)


def decodes(pool, good):
    values, frame, form = good
    return np.array_equal(pool.decode(frame, form), values)


MISHAPS = [
    (b"abort", r"^the decoder crashed \(Abort"),
    (b"segv", r"^the decoder crashed \(Segmentation fault"),
    (b"exit", r"^the decoder crashed \(exit status 0x7\)$"),
    (b"sleep", r"^decoding took longer than 0.8 s$"),
    (b"spin", r"^decoding took longer than 0.8 s$"),
    (b"eat", r"^the decoder needed more than 64 MiB of memory$"),
    (b"eat shared", r"^the decoder needed more than 64 MiB of memory$"),
    (b"panic", r"^the image is damaged$"),
    (b"print", r"^printed$"),
    (b"long", r"^x{100}$"),
    (b"odd", r"^line  \[31mred$"),
]


@posix
@pytest.mark.parametrize(("frame", "reason"), MISHAPS)
def test_a_mishap_costs_one_frame(stand_in, good, frame, reason, workers):
    with DecoderPool(1, QUICK if "longer" in reason else PATIENT, stand_in) as pool:
        assert decodes(pool, good)
        with pytest.raises(DecodingFailed, match=reason):
            pool.decode(frame, good[2])
        assert decodes(pool, good)
        assert len(workers()) == 1


@posix
def test_mishaps_beside_good_frames(stand_in, good):
    """Many threads, all mishaps at once."""
    frames = [frame for frame, _ in MISHAPS if frame not in (b"sleep", b"spin")] + [None] * 40
    with DecoderPool(3, Limits(memory=QUICK.memory), stand_in) as pool, ThreadPoolExecutor(8) as threads:

        def one(frame):
            if frame is None:
                return decodes(pool, good)
            with pytest.raises(DecodingFailed):
                pool.decode(frame, good[2])
            return True

        assert all(threads.map(one, frames * 2))


def test_each_thread_gets_its_own_picture(form, picture, workers):
    before = {process.pid for process in workers()}
    pictures = [picture(bits, rows=100 + bits) for bits in range(9, 17)] * 6
    with DecoderPool(3) as pool, ThreadPoolExecutor(8) as threads:
        decoded = list(
            threads.map(
                lambda a: pool.decode(imagecodecs.ljpeg_encode(a, bitspersample=16), form(LOSSLESS, a)), pictures
            )
        )
        assert len({process.pid for process in workers()} - before) <= pool.size == 3
    assert all(np.array_equal(one, other) for one, other in zip(decoded, pictures, strict=True))


def test_one_thread_needs_one_worker_and_warm_starts_all(good, workers):
    before = len(workers())
    with DecoderPool(3) as pool:
        assert len(workers()) == before
        assert decodes(pool, good)
        assert decodes(pool, good)
        assert len(workers()) == before + 1
        pool.warm()
        pool.warm()
        assert len(workers()) == before + 3
    assert len(workers()) == before


def test_the_number_of_workers_follows_the_processors():
    assert 1 <= default_workers() <= 4
    assert DecoderPool().size == default_workers()


@posix
def test_close_leaves_nothing(stand_in, good, workers, watchdogs):
    before, descriptors = len(workers()), psutil.Process().num_fds()
    pool = DecoderPool(2, command=stand_in)
    pool.warm()
    failed = []

    def decode():
        try:
            pool.decode(b"spin", good[2])
        except DecodingFailed as failure:
            failed.append(str(failure))

    threads = [threading.Thread(target=decode) for _ in range(4)]  # two of them wait
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    pool.close()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < Limits().seconds  # not waited for
    assert failed == ["decoding was stopped"] * 4
    with pytest.raises(DecodingFailed, match="decoding was stopped"):
        pool.decode(good[1], good[2])
    pool.warm()
    pool.close()
    assert (len(workers()), watchdogs(), psutil.Process().num_fds()) == (before, 0, descriptors)


@posix
def test_a_worker_that_ended_between_two_frames_is_replaced(good, workers):
    before = {process.pid for process in workers()}
    with DecoderPool(1) as pool:
        assert decodes(pool, good)
        (worker,) = [process for process in workers() if process.pid not in before]
        worker.kill()
        psutil.wait_procs([worker], timeout=2)
        assert decodes(pool, good)


@posix
def test_workers_leave_ctrl_c_to_the_program(good, workers):
    before = {process.pid for process in workers()}
    with DecoderPool(1) as pool:
        assert decodes(pool, good)
        (worker,) = [process for process in workers() if process.pid not in before]
        os.kill(worker.pid, signal.SIGINT)
        assert decodes(pool, good)
        assert worker.is_running()


@pytest.fixture
def ctrl_c_interrupts() -> Iterator[None]:
    """Python's own answer to SIGINT, which it leaves out where it was started with SIGINT ignored, as in a shell's
    background job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix
@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_an_interrupted_frame_does_not_become_the_next_ones_answer(stand_in, good):
    with DecoderPool(1, command=stand_in) as pool:
        assert decodes(pool, good)
        timer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            pool.decode(b"sleep", good[2])
        timer.join()
        assert decodes(pool, good)


HELLO = "import os, sys, struct, time; os.write(1, b'clivus-decoder-1'); "


@posix
@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("", "the decoder cannot be started"),
        ("import os; os.write(1, b'something else, of the same length or more')", "the decoder cannot be started"),
        ("import time; time.sleep(100)", "the decoder took longer than 1 s to start"),
        (HELLO + "time.sleep(100)  # never reads", "decoding took longer than 0.4 s"),
        (HELLO + "os.write(1, struct.pack('<BI', 0, 99)); time.sleep(9)", "makes no sense"),
        (HELLO + "os.write(1, struct.pack('<BI', 0, 2**32 - 1)); time.sleep(9)", "makes no sense"),
        (HELLO + "os.write(1, struct.pack('<BI', 1, 2**31)); time.sleep(9)", "makes no sense"),
        (HELLO + "os.write(1, struct.pack('<BI', 77, 0)); time.sleep(9)", "makes no sense"),
        (HELLO + "os.write(1, b'\\0' * 7); time.sleep(9)", "makes no sense"),
        (HELLO + "os.write(1, struct.pack('<BI', 0, 2000000)); os.write(1, b'x' * 10)", r"exit status 0x0|longer"),
        (HELLO + "os.close(1); time.sleep(9)", "longer"),
    ],
)
def test_programs_that_are_no_decoders(program, reason, form, watchdogs):
    limits = Limits(seconds=0.4 if "longer" in reason else 60, seconds_to_start=1.0 if "1 s to start" in reason else 60)
    described = form(LOSSLESS, np.zeros((1000, 1000), "<u2"))
    with DecoderPool(1, limits, [sys.executable, "-S", "-c", program]) as pool:
        for _ in range(2):
            with pytest.raises(DecodingFailed, match=reason):
                # What a pipe does not hold, for the one that never reads.
                pool.decode(bytes(1_000_000 if "never" in program else 9), described)
    assert watchdogs() == 0


def test_a_program_that_does_not_exist(form):
    with DecoderPool(1, command=["/nonexistent/decoder"]) as pool:
        pool.warm()
        with pytest.raises(DecodingFailed, match="the decoder cannot be started"):
            pool.decode(b"x", form(LOSSLESS, np.zeros((8, 8), "<u2")))


@posix
@pytest.mark.parametrize(("frame", "seconds"), [(b"spin", 60), (b"hold", 1.5)])
def test_workers_go_when_the_program_is_killed(stand_in, tmp_path, frame, seconds):
    """One is idle; one is in a decoder that never returns. It ends at once, or within its frame's limit where native
    code keeps it from noticing."""
    script = tmp_path / "program.py"
    script.write_text(f"""
import sys, threading
sys.path.insert(0, {str(ROOT)!r})
import psutil
from desktop.imaging.decoding import DecoderPool, Limits
from desktop.imaging.pixels import PixelFormat
form = PixelFormat({LOSSLESS!r}, 8, 8, 16, 16, 15, False, 1.0, 0.0, None)
pool = DecoderPool(2, Limits(seconds={seconds}), {stand_in!r})
pool.warm()
threading.Thread(target=pool.decode, args=({frame!r}, form)).start()
print(*[child.pid for child in psutil.Process().children()], flush=True)
sys.stdin.read()
""")
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        orphans = [psutil.Process(int(pid)) for pid in program.stdout.readline().split()]
        assert len(orphans) == 2
        time.sleep(0.7)
        program.kill()
    _, left = psutil.wait_procs(orphans, timeout=20)
    # Whether the system has taken note of an end yet is not the program's affair.
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []


def test_a_worker_carries_nothing_heavy(stand_in, good):
    with DecoderPool(1, command=stand_in) as pool:
        with pytest.raises(DecodingFailed, match=r"^heavy:$"):
            pool.decode(b"heavy", good[2])
        with pytest.raises(DecodingFailed, match=r"^1,1$"):
            pool.decode(b"limits", good[2])


def test_the_worker_is_ours_wherever_the_program_was_started(good, tmp_path, monkeypatch):
    """Not the `desktop` or `numpy` that happens to lie there."""
    for name in ("desktop", "numpy"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    with DecoderPool(1) as pool:
        assert decodes(pool, good)


def test_the_application_is_its_own_decoder(good, monkeypatch):
    """As the frozen one must be."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with DecoderPool(1, command=[sys.executable, "-P", "-m", "desktop", DECODER]) as pool:
        assert decodes(pool, good)
