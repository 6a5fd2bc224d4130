"""With the colour profile that a PDF/A holds, which lies beside the modules."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("fpdf", includes=["data/**"])
