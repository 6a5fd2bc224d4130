"""Are the decoders of this installation there, and do they give the right values?"""

from __future__ import annotations

import base64

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, CTImageStorage, JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from desktop.imaging.eligibility import Check

_SIZE = 8

# One frame of 8 x 8 signed 16-bit pixels, pixel (row, column) = 97 column - 331 row - 100, in each syntax.
_FRAMES = (
    (
        JPEGLosslessSV1,
        (
            "/9j/wwALEAAIAAgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABwkP/9oACAEBAAEAAN/nGFhYWFhYWGWjCwsLCwsLDLRhYWFhYWFh"
            "lowsLCwsLCwy0YWFhYWFhYZaMLCwsLCwsMtGFhYWFhYWGWjCwsLCwsLD/9kA"
        ),
    ),
    (
        JPEGLSLossless,
        (
            "/9j/9wALEAAIAAgBAREA//gADQH//wASAEMBFABA/9oACAEBAAAAAExpgy/mDL+va7rnSsANKzCmBX0AIAaTgCAIBAGka8mEo+AQ"
            "CAQEBAQAo2AgICAgIEAKLgQIECBAgCiYECBAgQIAoeBAgQQQQAD/2QA="
        ),
    ),
    (
        JPEG2000Lossless,
        (
            "/0//UQApAAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABjwEB/1IADAAAAAEAAgQEAAH/XAAKQICIiJCIiJD/ZAAq"
            "AAFDcmVhdGVkIGJ5IEdEQ00vT3BlbkpQRUcgdmVyc2lvbiAyLjMuMP+QAAoAAAAAAD4AAf+TwP5BwAwTp4FM0RjAD8ASAfsDAAz6"
            "Fq8MF2tV/3/AB9oLAH5gwCIYvHifAM+sLv7k/9kA"
        ),
    ),
    (
        RLELossless,
        (
            "AgAAAEAAAAB6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP///wD+AQAC//7+"
            "//4A/v3+/v//APv+/P/9//7/+v77//wA/f75//r++wD3/vj/+f/6//b/9/74APkHnP1evyCB4kMHUbITdNU2l/gHBmfIKYrrTK0H"
            "uxx93j+gAWIHcNEyk/RVthcHJYbnSKkKa8wH2juc/V6/IIEHj/BRshN01TY="
        ),
    ),
)


def check_decoders() -> tuple[Check, ...]:
    """One check for each compressed transfer syntax: decode a known frame and compare every pixel."""
    return tuple(_check(uid, base64.b64decode(frame)) for uid, frame in _FRAMES)


def _check(uid: UID, frame: bytes) -> Check:
    row, column = np.mgrid[:_SIZE, :_SIZE]
    try:
        good = np.array_equal(_dataset(uid, frame).pixel_array, 97 * column - 331 * row - 100)
        measured = "right values" if good else "wrong values"
    except Exception as error:  # whatever a decoder raises, it is this check's finding
        good, measured = False, " ".join(str(error).split())[:200]
    message = "Decodes." if good else f"Series in {uid.name} cannot be read: install Clivus again."
    return Check(f"decoder {uid.name}", "pass" if good else "fail", measured, "right values", message)


def _dataset(uid: UID, frame: bytes) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid
    dataset.SOPClassUID = CTImageStorage
    dataset.Rows = dataset.Columns = _SIZE
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 1
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].VR = "OB"
    return dataset
