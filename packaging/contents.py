"""What goes into the frozen application and what stays out, in one place for the spec, its hooks and the tests."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePath

from packaging.requirements import Requirement

Entries = list[tuple[str, str]]
"""Pairs as PyInstaller takes them for `datas`: the file here, its folder in the application."""

PROGRAM = "clivus"
INTERNAL = "_internal"
"""PyInstaller's folder of everything but the programs; `sys._MEIPASS` when frozen."""

HAS_STARTER = sys.platform == "linux"
"""On Linux a script has the program's place, and the program is in `_internal` (linux/starter.py)."""

SUMS_FILE = "SHA256SUMS"
"""What the self-test holds the files to; `desktop.commands.installed` reads it."""

BOM_FILE = f"{PROGRAM}.cdx.json"
"""The bill of materials, beside the application."""

TRAINING = ("torch", "torchvision", "triton", "onnx", "onnxscript", "onnx_ir", "scipy", "sklearn", "training")
"""What only training needs. One of these in the tree would be gigabytes or a broken rule: the build stops."""

EXCLUDED = (
    *TRAINING,
    *("matplotlib", "pandas", "h5py", "numba", "cupy", "sympy", "tkinter", "IPython", "pytest", "hypothesis"),
    *("setuptools", "pip", "OpenGL"),
    "jpeg_ls",
    "PIL._avif",  # 5 MB for pictures of a kind that nobody here reads or writes
    *("PySide6.QtSvg", "PySide6.QtTest", "PySide6.QtNetwork"),
    *("ssl", "_ssl", "readline"),  # no connections; GNU readline is under the GPL
)
"""What PyInstaller could find in a rich environment and nobody needs in the application."""

LEFT_TO_THE_SYSTEM = (
    *("libstdc++", "libgcc_s"),  # those of the graphics driver must not be older than the driver
    *("libX11", "libX11-xcb", "libXau", "libXdmcp", "libbsd", "libmd"),  # libGL stands on the same ones
    *("libfontconfig", "libfreetype", "libexpat", "libpng16", "libbrotlicommon", "libbrotlidec"),  # as its settings
    *("libdbus-1", "libsystemd", "libgcrypt", "libgpg-error", "libcap", "liblz4"),
    *("libssl", "libcrypto"),  # without them hashlib has no scrypt, and no case can be added to a project
)
"""Libraries of the build machine, without version, that an application on Linux takes from the system it runs on.

Some are there for the floor (floor.py): they want the build machine's glibc. Others would be a second copy, perhaps
older, of what the system's own graphics and fonts load. `linux/system.py` declares them.
"""

IMPORTED_BY_NAME = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "_cffi_backend")
"""What pyqtgraph imports without an import statement, though nothing here is drawn with OpenGL, and what PyNaCl's
library imports."""

QT_PLUGINS = {
    "platforms": {"qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "platformthemes": {"qxdgdesktopportal"},
    "wayland-decoration-client": {"bradient"},
    "wayland-shell-integration": {"xdg-shell"},
}
"""A raster window, its keyboard and its file dialogue. Others would draw in QML, PDF, GTK and their libraries."""


def is_wanted_plugin(path: str) -> bool:
    """Whether this file of `PySide6/Qt/plugins/KIND/` belongs in the application."""
    file = PurePath(path)
    return file.name.removeprefix("lib").split(".")[0] in QT_PLUGINS.get(file.parent.name, set())


def is_device_provider(path: str) -> bool:
    """Whether this file of onnxruntime serves another device than the CPU.

    The small `…_providers_shared` is none: without it onnxruntime complains at every start.
    """
    name = PurePath(path).name
    return "onnxruntime_providers_" in name and "_shared" not in name


def is_left_to_the_system(path: str) -> bool:
    """Whether this collected file is a library that the system has. Those in wheels carry a hash in their names."""
    name = PurePath(path).name
    return ".so." in name and name.partition(".so.")[0] in LEFT_TO_THE_SYSTEM


def is_cuda_provider(path: str) -> bool:
    """Whether this file of onnxruntime is the one for CUDA. The one for TensorRT is never used."""
    return is_device_provider(path) and "_cuda" in PurePath(path).name


def modules(root: Path) -> list[str]:
    """Every module of the application: some are imported by name, so that PyInstaller would miss them."""
    files = sorted((root / "desktop").rglob("*.py"))
    own = [".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [*own, *IMPORTED_BY_NAME]


def bundles(root: Path) -> Entries:
    """The files of every bundle that ships, where `onnx_models` looks for them.

    Raises:
        SystemExit: there is none.
    """
    models = root / "onnx_models"
    entries = [
        (str(file), str(file.parent.relative_to(root)))
        for manifest in sorted(models.glob("*/manifest.json"))
        for file in (manifest, *map(manifest.with_name, json.loads(manifest.read_text(encoding="utf-8"))["files"]))
    ]
    if not entries:
        raise SystemExit(f"There is no bundle in {models}: an application without one fails its self-test.")
    return entries


def catalogues(root: Path) -> Entries:
    """The compiled texts of every language, where `desktop.messages` looks for them."""
    files = sorted((root / "desktop" / "messages" / "catalogues").glob("*.mo"))
    return [(str(file), str(file.parent.relative_to(root))) for file in files]


def guidelines(root: Path) -> Entries:
    """The tables of reporting guidelines, from which `clivus learn` fills checklists."""
    files = sorted((root / "desktop" / "learning" / "guidelines").glob("*.csv"))
    return [(str(file), str(file.parent.relative_to(root))) for file in files]


def fonts(root: Path) -> Entries:
    """The fonts of the PDF report with their licence, where `desktop.report.pdf` looks for them."""
    files = sorted((root / "desktop" / "report" / "fonts").iterdir())
    return [(str(file), str(file.parent.relative_to(root))) for file in files]


def is_wanted_translation(path: str, root: Path) -> bool:
    """Whether this file of `PySide6/Qt/translations/` holds Qt's words in a language that the application speaks."""
    return PurePath(path).name in {f"qtbase_{PurePath(file).stem}.qm" for file, _ in catalogues(root)}


HIGHDICOM_TABLE = "_standard/module_attribute_map.json"
"""highdicom's table of the attributes of every module of the standard, as a file of that package: 22 MB."""

NESTED = ("parametric-map-multi-frame-functional-groups",)
"""Modules of which highdicom looks for attributes inside sequences too, while it writes."""


def shortened_table(text: str) -> str:
    """That table as far as objects need it to be written: the attributes that stand in no sequence."""
    table = json.loads(text)
    kept = {
        module: rows if module in NESTED else [row for row in rows if not row["path"]] for module, rows in table.items()
    }
    return json.dumps(kept, separators=(",", ":"))


def cuda_libraries() -> Entries:
    """onnxruntime's CUDA provider and the NVIDIA libraries, laid out as in site-packages.

    That layout is where `onnxruntime.preload_dlls()` looks: `nvidia` beside `onnxruntime`.

    Raises:
        SystemExit: one of the packages is not installed.
    """
    try:
        runtime = distribution("onnxruntime-gpu")
        wheels = _nvidia_wheels(runtime)
    except PackageNotFoundError as error:
        raise SystemExit(f'--variant gpu needs {error.name}: run `pip install ".[gpu,packaging]"` first.') from None
    libraries = {file for file in _files(runtime) if is_cuda_provider(str(file))}
    for wheel in wheels:
        libraries |= {file for file in _files(wheel) if re.search(r"\.so(\.|$)|\.dll$", file.name)}
    site = Path(str(runtime.locate_file("")))
    return [(str(file), str(file.relative_to(site).parent)) for file in sorted(libraries)]


def _nvidia_wheels(wheel: Distribution) -> list[Distribution]:
    """The NVIDIA wheels that `wheel` asks for, by itself or by its extras cuda and cudnn, and what these ask for."""
    found = []
    for requirement in map(Requirement, wheel.requires or ()):
        marker = requirement.marker
        asked = marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", "cuda", "cudnn"))
        if asked and requirement.name.startswith("nvidia-"):
            needed = distribution(requirement.name)
            found += [needed, *_nvidia_wheels(needed)]
    return found


def metadata(root: Path) -> Entries:
    """What the application reads of the packages that it was built from: names and versions, for its About page."""
    asked = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    entries = []
    for requirement in map(Requirement, asked):
        try:
            found = [file for file in distribution(requirement.name).files or () if file.name == "METADATA"]
        except PackageNotFoundError:  # the other one of the two runtimes
            continue
        entries += [(str(file.locate()), str(PurePath(file).parent)) for file in found]
    return entries


def _files(wheel: Distribution) -> set[Path]:
    return {Path(str(wheel.locate_file(file))) for file in wheel.files or ()}


def training_parts(names: Iterable[str]) -> list[str]:
    """Those names, of modules or of files in the application, that belong to training."""
    found = []
    for name in names:
        parts = [part for part in re.split(r"[/\\.]", name) if part not in ("", INTERNAL)]
        file = PurePath(name).name
        if parts and (parts[0] in TRAINING or file.startswith(("libtorch", "libc10", "torch_", "c10"))):
            found.append(name)
    return found


def refuse_training(names: Iterable[str]) -> None:
    """Stop the build when training is in it.

    Raises:
        SystemExit: it is.
    """
    if found := training_parts(names):
        raise SystemExit(
            f"{len(found)} parts of training would ship, such as {found[0]}: the application has no torch."
        )


def programs(platform: str = sys.platform) -> dict[str, bool]:
    """Each program's name and whether it has a console. Only Windows has two kinds: there a console opens a window."""
    return {PROGRAM: True} | ({f"{PROGRAM}w": False} if platform == "win32" else {})
