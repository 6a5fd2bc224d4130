"""Instead of PyInstaller's hook: fewer plugins, and so fewer libraries."""

import contents
from PyInstaller.utils.hooks.qt import add_qt6_dependencies

hiddenimports, binaries, datas = add_qt6_dependencies(__file__)
binaries = [entry for entry in binaries if contents.is_wanted_plugin(entry[0])]
