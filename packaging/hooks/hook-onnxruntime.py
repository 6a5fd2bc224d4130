"""Instead of the common hook: the CPU's libraries only. CUDA's would draw in all of CUDA where it is found."""

import contents
from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = [entry for entry in collect_dynamic_libs("onnxruntime") if not contents.is_device_provider(entry[0])]
