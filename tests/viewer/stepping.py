"""Run by test_stepping.py: 5,000 steps through the slices of the real axial view."""

import sys

import numpy as np
from PySide6.QtWidgets import QApplication

from desktop.imaging.geometry import StackGeometry, StandardTurn
from desktop.imaging.series import Membership, Patient, Series
from desktop.imaging.volume import Volume
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.axial_view import AxialView

IMAGES, SLICES, SIZE = 5000, 50, 256

app = QApplication([])
origins = np.array([[0.0, 0.0, float(n)] for n in range(SLICES)])
across, down = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
series = Series(
    series_instance_uid="1.2",
    stack=1,
    study_instance_uid="1.3",
    frame_of_reference_uid="1.4",
    description="stepping",
    patient=Patient("", "", ""),
    modality="CT",
    localizer=False,
    kind=None,
    kind_stated=True,
    manufacturer="",
    synthetic=False,
    rows=SIZE,
    columns=SIZE,
    row_mm=0.5,
    column_mm=0.5,
    across=across,
    down=down,
    kernel="",
    contrast=None,
    unit="HU",
    lossy=None,
    window=None,
    doubled_mm=(),
    copies=(),
    membership=Membership(("1.2",), 1, False, (), (), True, ()),
    slices=(),
)
hu = np.random.default_rng(0).integers(-1000, 1000, (SLICES, SIZE, SIZE)).astype(np.int16)
geometry = StackGeometry(origins, across, down, 0.5, 0.5, SIZE, SIZE)
volume = Volume(series, hu, geometry, StandardTurn(False, False, False), (), (), 0.0)
case, display = Case(), Display()
view = AxialView(case, display)
view.resize(320, 240)
view.show()
case.open(volume)
display.open(volume, 0, (SIZE / 2, SIZE / 2))
constants = (None, True, False)
before = [sys.getrefcount(constant) for constant in constants]
for number in range(IMAGES):
    display.go_to(number % SLICES)
    view.repaint()
    app.processEvents()
view.hide()
for constant, references in zip(constants, before, strict=True):
    assert sys.getrefcount(constant) > references - IMAGES / 10, f"references to {constant} are given away"
print("stepped", IMAGES)
