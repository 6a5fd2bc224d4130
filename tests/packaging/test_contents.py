"""What goes into the frozen application and what stays out."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.resources import files
from pathlib import Path, PurePosixPath

import pytest
from highdicom import _standard_utils
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydicom import uid

from desktop.learning.guidelines.guideline import GUIDELINES

WRITTEN = (
    uid.Comprehensive3DSRStorage,
    uid.SecondaryCaptureImageStorage,
    uid.ParametricMapStorage,
    uid.GrayscaleSoftcopyPresentationStateStorage,
    uid.EncapsulatedPDFStorage,
    uid.KeyObjectSelectionDocumentStorage,
)
READ = (uid.CTImageStorage, uid.EnhancedCTImageStorage, uid.LegacyConvertedEnhancedCTImageStorage)

ROOT = Path(__file__).parents[2]

CAPI = "site-packages/onnxruntime/capi"
PLUGINS = "site-packages/PySide6/Qt/plugins"


@pytest.mark.parametrize(
    ("file", "device", "cuda"),
    [
        ("libonnxruntime_providers_cuda.so", True, True),
        ("onnxruntime_providers_cuda.dll", True, True),
        ("libonnxruntime_providers_tensorrt.so", True, False),
        ("libonnxruntime_providers_shared.so", False, False),
        ("libonnxruntime.so.1.31.1", False, False),
        ("onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so", False, False),
        ("onnxruntime.dll", False, False),
    ],
)
def test_providers_of_other_devices_are_told_apart(contents, file, device, cuda):
    assert contents.is_device_provider(f"{CAPI}/{file}") is device
    assert contents.is_cuda_provider(f"{CAPI}/{file}") is cuda


@pytest.mark.parametrize(
    "plugin",
    [
        "platforms/libqxcb.so",
        "platforms/libqwayland.so",
        "platforms/libqoffscreen.so",
        "platforms/qwindows.dll",
        "platforms/libqcocoa.dylib",
        "wayland-shell-integration/libxdg-shell.so",
    ],
)
def test_what_a_window_needs_is_kept(contents, plugin):
    assert contents.is_wanted_plugin(f"{PLUGINS}/{plugin}")


@pytest.mark.parametrize(
    "plugin",
    [
        "platforms/libqvnc.so",
        "platformthemes/libqgtk3.so",
        "platforminputcontexts/libqtvirtualkeyboardplugin.so",
        "imageformats/libqpdf.so",
        "egldeviceintegrations/libqeglfs-x11-integration.so",
    ],
)
def test_plugins_that_draw_in_other_libraries_are_dropped(contents, plugin):
    assert not contents.is_wanted_plugin(f"{PLUGINS}/{plugin}")


def test_qts_words_ship_in_the_languages_of_the_catalogues(contents, tmp_path):
    catalogues = tmp_path / "desktop/messages/catalogues"
    catalogues.mkdir(parents=True)
    for name in ("ja.mo", "zh_CN.mo", "de.po"):
        (catalogues / name).touch()
    folder = "PySide6/Qt/translations"
    kept = [f"{folder}/qtbase_ja.qm", f"{folder}/qtbase_zh_CN.qm"]
    dropped = [f"{folder}/{name}.qm" for name in ("qtbase_de", "qtbase_zh_TW", "qt_ja", "assistant_ja")]
    assert [path for path in kept + dropped if contents.is_wanted_translation(path, tmp_path)] == kept


@pytest.mark.parametrize(
    "name",
    [
        "torch",
        "torch.nn.functional",
        "torchvision.models",
        "training.fit",
        "scipy/special/_ufuncs.so",
        "_internal/torch/lib/libtorch_cpu.so",
        "_internal/libc10.so",
        "_internal\\torch\\lib\\c10.dll",
    ],
)
def test_training_stops_the_build(contents, name):
    with pytest.raises(SystemExit, match="no torch"):
        contents.refuse_training(["desktop.cli", name])


def test_the_application_itself_is_no_training(contents):
    contents.refuse_training(
        [
            "clivus",
            "desktop.inference.network",
            "onnx_models",
            "onnxruntime.capi",
            "_internal/onnx_models/phantom-resnet50/model.onnx",
            "_internal/onnxruntime/capi/libonnxruntime_providers_shared.so",
        ]
    )


def test_the_guidelines_that_checklists_are_filled_from_ship(contents, root):
    assert {Path(file).name for file, _ in contents.guidelines(root)} == {one.table for one in GUIDELINES}
    assert {folder for _, folder in contents.guidelines(root)} == {str(Path("desktop/learning/guidelines"))}


def test_every_module_of_the_application_is_named(contents, root):
    found = contents.modules(root)
    rooms = {"desktop", "desktop.cli", "desktop.imaging.scan", "desktop.viewer", "desktop.commands.demo"}
    assert rooms <= set(found)
    others = {name for name in found if not name.startswith("desktop")}
    assert others == set(contents.IMPORTED_BY_NAME)


def test_the_default_bundle_goes_where_onnx_models_looks(contents, root):
    found = {(Path(file).name, PurePosixPath(folder)) for file, folder in contents.bundles(root)}
    folder = PurePosixPath("onnx_models/phantom-resnet50")
    named = json.loads((root / folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {(name, folder) for name in ("manifest.json", *named)} == found


def test_the_names_and_versions_of_all_libraries_go_with_them(contents, root):
    found = {PurePosixPath(Path(folder).as_posix()).name for _, folder in contents.metadata(root)}
    assert any(name.startswith("pydicom-") for name in found)
    assert all(name.endswith(".dist-info") for name in found)
    assert len(found) >= 9


def test_no_bundle_no_build(contents, tmp_path):
    with pytest.raises(SystemExit, match="no bundle"):
        contents.bundles(tmp_path)


class Wheel:
    """An installed distribution, as far as the selection looks at it."""

    def __init__(self, site: Path, requires: list[str], files: list[str]) -> None:
        self.site, self.requires, self.files = site, requires, files

    def locate_file(self, file: str) -> Path:
        return self.site / file


@pytest.fixture
def wheels(tmp_path, monkeypatch, contents):
    """A site-packages with the GPU runtime and its libraries, and some that only torch asks for."""
    installed = {
        "onnxruntime-gpu": Wheel(
            tmp_path,
            [
                "numpy>=1.21.6",
                'sympy; extra == "symbolic"',
                'nvidia-cufft~=12.0; extra == "cuda"',
                'nvidia-other; extra == "cuda" and sys_platform == "plan9"',
                'nvidia-cudnn-cu13~=9.0; extra == "cudnn"',
            ],
            [
                "onnxruntime/capi/libonnxruntime_providers_cuda.so",
                "onnxruntime/capi/libonnxruntime_providers_tensorrt.so",
                "onnxruntime/capi/libonnxruntime_providers_shared.so",
                "onnxruntime/__init__.py",
            ],
        ),
        "nvidia-cufft": Wheel(tmp_path, ["nvidia-nvjitlink"], ["nvidia/cu13/lib/libcufft.so.12"]),
        "nvidia-nvjitlink": Wheel(tmp_path, [], ["nvidia/cu13/lib/libnvJitLink.so.13", "nvidia/cu13/include/x.h"]),
        "nvidia-cudnn-cu13": Wheel(tmp_path, ["nvidia-cublas"], ["nvidia/cudnn/bin/cudnn64_9.dll"]),
        "nvidia-cublas": Wheel(tmp_path, [], ["nvidia/cu13/lib/libcublas.so.13", "nvidia/cu13/lib/libcublas_static.a"]),
        "nvidia-nccl-cu13": Wheel(tmp_path, [], ["nvidia/nccl/lib/libnccl.so.2"]),
    }

    def find(name: str) -> Wheel:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(contents, "distribution", find)
    return installed


def test_the_gpu_build_takes_what_the_runtime_asks_for_and_keeps_its_place(contents, wheels, tmp_path):
    found = {str(PurePosixPath(Path(file).relative_to(tmp_path))): folder for file, folder in contents.cuda_libraries()}
    assert found == {
        "onnxruntime/capi/libonnxruntime_providers_cuda.so": "onnxruntime/capi",
        "nvidia/cu13/lib/libcufft.so.12": "nvidia/cu13/lib",
        "nvidia/cu13/lib/libnvJitLink.so.13": "nvidia/cu13/lib",
        "nvidia/cu13/lib/libcublas.so.13": "nvidia/cu13/lib",
        "nvidia/cudnn/bin/cudnn64_9.dll": "nvidia/cudnn/bin",
    }


def test_the_gpu_build_says_what_is_missing(contents, wheels):
    del wheels["nvidia-cublas"]
    with pytest.raises(SystemExit, match=r"--variant gpu needs nvidia-cublas: run `pip install"):
        contents.cuda_libraries()


def test_only_windows_gets_a_second_program(contents):
    assert contents.programs("linux") == contents.programs("darwin") == {"clivus": True}
    assert contents.programs("win32") == {"clivus": True, "clivusw": False}


def test_highdicoms_shortened_table_answers_as_the_whole_one_does(contents, monkeypatch):
    whole = files("highdicom").joinpath(contents.HIGHDICOM_TABLE).read_text(encoding="utf-8")
    short = contents.shortened_table(whole)
    assert len(short) < 0.03 * len(whole)

    def answers(table):
        loaded = json.loads(table)
        monkeypatch.setattr(_standard_utils, "get_module_attribute_map", lambda: loaded)
        asks, pixels = _standard_utils.is_attribute_in_iod, _standard_utils.does_iod_have_pixel_data
        return [
            *(asks(name, kind) for kind in WRITTEN for name in ("ContentDate", "ContentTime")),
            *(asks(name, kind) for kind in READ for name in ("NumberOfFrames", "TotalPixelMatrixRows")),
            *map(pixels, (*WRITTEN, *READ)),
            *map(_standard_utils.construct_module_tree, contents.NESTED),
        ]

    assert answers(short) == answers(whole)


def test_the_fonts_of_the_report_ship_with_their_licence(contents):
    files = {Path(file).name: folder for file, folder in contents.fonts(ROOT)}
    assert set(files) == {"NotoSans.ttf", "NotoSansCJK.ttc", "OFL.txt"}
    assert {*files.values()} == {"desktop/report/fonts"}
    assert sum(Path(file).stat().st_size for file, _ in contents.fonts(ROOT)) < 6e6


def test_everything_that_the_installers_are_built_with_is_pinned(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["packaging"]])
    linux = {"sys_platform": "linux", "platform_machine": "x86_64"}
    wanted = {canonicalize_name(one.name): one for one in asked if one.marker is None or one.marker.evaluate(linux)}
    text = (root / "packaging/linux/requirements.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+) --hash=sha256:[0-9a-f]{64}$", text, re.MULTILINE))
    # `python packaging/pin.py` writes the list anew.
    assert not [name for name, one in wanted.items() if name not in pinned or pinned[name] not in one.specifier]
