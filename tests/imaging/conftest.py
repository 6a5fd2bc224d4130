"""Small stacks of a phantom's skull base, written to order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence as Items
from pydicom.uid import EnhancedCTImageStorage

from desktop.phantoms import Phantom

SPACING_MM, PIXEL_MM = 3.0, 0.5

YARDSTICK = 100_000
"""Empty data sets, which take 0.4 s when the machine is quiet."""
SLICES = 8


@pytest.fixture
def at_most() -> Callable[[float], AbstractContextManager[None]]:
    """A function that requires a block to take at most so many times what making `YARDSTICK` data sets takes on this
    machine now, before or after it: a busy machine is slow at both."""
    return _at_most


@contextmanager
def _at_most(times: float) -> Iterator[None]:
    before = _yardstick_s()
    started = process_time()
    yield
    took = process_time() - started
    assert took <= times * max(before, _yardstick_s())


def _yardstick_s() -> float:
    started = process_time()
    for _ in range(YARDSTICK):
        Dataset()
    return process_time() - started


@pytest.fixture(scope="session")
def head(phantom: Phantom) -> np.ndarray:
    """[8, 72, 64] int16 HU: neighbouring slices of a phantom around its ROI; no two rows, columns or slices alike."""
    column, row, width, height = (round(x) for x in phantom.truth.roi_px)
    middle = phantom.acquisition.slice_count // 2
    whole = phantom.hu(slice(middle - SLICES // 2, middle + SLICES // 2))
    rows = slice(row + height // 2 - 36, row + height // 2 + 36)
    columns = slice(column + width // 2 - 32, column + width // 2 + 32)
    return np.rint(whole[:, rows, columns]).astype(np.int16)


@pytest.fixture
def write_stack(write_slice) -> Callable[..., list[Path]]:
    """A function that writes [slices, rows, columns] HU as files, the first at the lowest position.

    Positions are in mm along the normal; `shift` [slices, 3] moves slices besides. Other keywords go to every slice;
    a list gives one value for each.
    """

    def write(
        folder: Path,
        hu: np.ndarray,
        positions: Sequence[float] | None = None,
        across: Sequence[float] = (1.0, 0.0, 0.0),
        down: Sequence[float] = (0.0, 1.0, 0.0),
        shift: np.ndarray | None = None,
        **attributes: object,
    ) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        normal = np.cross(across, down)
        normal *= np.sign(normal[np.argmax(np.abs(normal))])
        places = SPACING_MM * np.arange(len(hu)) if positions is None else np.asarray(positions)
        files = []
        for number, (pixels, place) in enumerate(zip(hu, places, strict=True)):
            origin = np.array([-20.0, -30.0, 5.0]) + place * normal + (0 if shift is None else shift[number])
            values = {
                "ImagePositionPatient": [round(float(x), 6) for x in origin],
                "ImageOrientationPatient": [round(float(x), 8) for x in (*across, *down)],
                "PixelSpacing": [PIXEL_MM, PIXEL_MM],
                "SliceThickness": SPACING_MM,
            } | {
                name: value[number] if isinstance(value, list) and len(value) == len(hu) else value
                for name, value in attributes.items()
            }
            files.append(write_slice(folder / f"s{number:03d}", pixels, number=number + 1, **values))
        return files

    return write


@pytest.fixture
def write_enhanced(write_stack, tmp_path) -> Callable[..., Path]:
    """A function that writes HU as one Enhanced CT (PS3.3 A.38), frames in the order given; keywords go to its top."""

    def write(path: Path, hu: np.ndarray, order: Sequence[int] | None = None, **attributes: object) -> Path:
        single = [dcmread(file) for file in write_stack(tmp_path / f"frames of {path.name}", hu)]
        frames = [single[index] for index in (range(len(single)) if order is None else order)]
        whole = frames[0]
        shared, whole.PerFrameFunctionalGroupsSequence = Dataset(), Items()
        shared.PixelMeasuresSequence = [_macro(whole, "PixelSpacing", "SliceThickness")]
        shared.PlaneOrientationSequence = [_macro(whole, "ImageOrientationPatient")]
        shared.CTImageFrameTypeSequence = [_macro(whole)]
        shared.CTImageFrameTypeSequence[0].FrameType = list(whole.ImageType)
        for frame in frames:
            group = Dataset()
            group.PlanePositionSequence = [_macro(frame, "ImagePositionPatient")]
            group.PixelValueTransformationSequence = [_macro(frame, "RescaleSlope", "RescaleIntercept")]
            whole.PerFrameFunctionalGroupsSequence.append(group)
        whole.SharedFunctionalGroupsSequence = [shared]
        whole.NumberOfFrames = len(frames)
        whole.PixelData = b"".join(frame.PixelData for frame in frames)
        for name in (
            "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "RescaleSlope",
            "RescaleIntercept", "ConvolutionKernel",
        ):  # fmt: skip
            delattr(whole, name)
        whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
        for name, value in attributes.items():
            setattr(whole, name, value)
        whole.save_as(path, enforce_file_format=True)
        return path

    return write


def _macro(source: Dataset, *names: str) -> Dataset:
    macro = Dataset()
    for name in names:
        setattr(macro, name, source[name].value)
    return macro
