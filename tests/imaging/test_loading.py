"""Loading a series: what comes first, and what may happen between looking and loading."""

import threading
from types import SimpleNamespace

import imagecodecs
import numpy as np
import psutil
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless

from desktop.errors import Cancelled
from desktop.imaging.decoding import DecoderPool
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import UnreadableSeries, load, read_slice
from desktop.work import Work


@pytest.fixture
def compressed(write_stack, head, tmp_path):
    """The stack as JPEG-LS files."""
    for file, values in zip(write_stack(tmp_path / "c", head), head, strict=True):
        dataset = dcmread(file)
        dataset.PixelData = encapsulate([imagecodecs.jpegls_encode(values.view(np.uint16))])
        dataset["PixelData"].VR = "OB"
        dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
        dataset.save_as(file)
    return tmp_path / "c"


def the_series(folder):
    (series,) = scan(Source.open(folder)).series
    return series


@pytest.mark.parametrize("kind", ["native", "compressed"])
def test_the_middle_slice_is_there_first(write_stack, head, tmp_path, compressed, kind):
    write_stack(tmp_path / "n", head)
    events = []
    volume = load(
        the_series(compressed if kind == "compressed" else tmp_path / "n"),
        work=Work(lambda done, total: events.append((done, total))),
        first=events.append,
    )
    one = events[0]
    assert events[1:] == [(done, 8) for done in range(1, 9)]
    np.testing.assert_array_equal(one.hu, head[4:5])
    assert one.geometry.positions_mm == pytest.approx([volume.geometry.positions_mm[4]])
    np.testing.assert_array_equal(volume.hu, head)
    assert not np.shares_memory(one.hu, volume.hu)


def test_a_disc_that_was_changed_is_noticed(write_stack, head, tmp_path):
    files = write_stack(tmp_path, head)
    series = the_series(tmp_path)
    files[2].write_bytes(files[3].read_bytes() + b"\0")
    files[5].unlink()
    volume = load(series)
    assert [item.sop_instance_uid[-2:] for item in volume.series.slices] == [".1", ".2", ".4", ".5", ".7", ".8"]
    np.testing.assert_array_equal(volume.hu, head[[0, 1, 3, 4, 6, 7]])
    changed, gone = (str(item.reason) for item in volume.skipped)
    assert "another file has taken its place" in changed
    assert "cannot be opened (No such file" in gone


def test_a_series_larger_than_the_memory_is_refused(write_stack, head, tmp_path, monkeypatch):
    write_stack(tmp_path, head)
    series = the_series(tmp_path)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2**20))
    with pytest.raises(UnreadableSeries, match=r"needs 0.0 GiB of memory and 0.0 GiB are free: close other programs"):
        load(series)


def test_stopping_leaves_no_thread_and_the_decoders_to_others(compressed, head):
    before = set(threading.enumerate())
    with DecoderPool() as pool:
        answers = iter([False, False, True])
        with pytest.raises(Cancelled):
            load(the_series(compressed), pool, Work(stop=lambda: next(answers)))
        left = [thread for thread in threading.enumerate() if thread not in before and "watchdog" not in thread.name]
        assert not left
        np.testing.assert_array_equal(load(the_series(compressed), pool).hu, head)
    assert set(threading.enumerate()) <= before


def test_one_slice_by_itself(compressed, head, tmp_path):
    series = the_series(compressed)
    np.testing.assert_array_equal(read_slice(series.slices[3]), head[3])
    series.slices[3].path.unlink()
    with pytest.raises(UnreadableSeries, match="cannot be read: cannot be opened"):
        read_slice(series.slices[3])
