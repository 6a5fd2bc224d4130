"""What is true of pydicom in the whole process."""

import subprocess
import sys


def test_decoders_and_download_tools_stay_out_of_the_window():
    code = (
        "import sys, desktop.viewer.app, desktop.imaging.scan, desktop.viewer.pictures.graphics\n"
        "assert not {'gdcm', 'jpeg_ls', 'openjpeg', 'rle', 'PIL', 'cuda', 'requests', 'tqdm'} & set(sys.modules)\n"
        "import gdcm\n"  # still there for whoever asks for it
        "from pydicom import config\n"
        "assert config.settings.reading_validation_mode == config.IGNORE\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
