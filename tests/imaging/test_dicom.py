"""What is true of pydicom in the whole process."""

import subprocess
import sys

import pytest

from desktop.imaging import dicom


def test_decoders_and_download_tools_stay_out_of_the_window():
    code = (
        "import sys, desktop.viewer.app, desktop.imaging.scan, desktop.viewer.pictures.graphics\n"
        "from desktop.imaging import dicom\n"
        "dicom.Dataset()\n"
        "assert not {'gdcm', 'jpeg_ls', 'openjpeg', 'rle', 'PIL', 'cuda', 'requests', 'tqdm'} & set(sys.modules)\n"
        "import gdcm\n"  # still there for whoever asks for it
        "from pydicom import config\n"
        "assert config.settings.reading_validation_mode == config.IGNORE\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_nothing_is_lent_but_what_reads_dicom():
    with pytest.raises(AttributeError, match="FileDataset"):
        dicom.FileDataset  # noqa: B018
