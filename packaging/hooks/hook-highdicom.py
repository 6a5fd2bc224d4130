"""highdicom's data without what nothing here looks up: its largest table is shortened from 22 MB to 0.3."""

import tempfile
from pathlib import Path, PurePath

import contents
from PyInstaller.utils.hooks import collect_data_files

TABLE = PurePath("highdicom", contents.HIGHDICOM_TABLE)

datas = []
for source, folder in collect_data_files("highdicom"):
    if PurePath(folder, Path(source).name) == TABLE:
        short = Path(tempfile.mkdtemp(prefix="clivus-highdicom-"), TABLE.name)
        short.write_text(contents.shortened_table(Path(source).read_text(encoding="utf-8")), encoding="utf-8")
        source = str(short)
    datas.append((source, folder))
