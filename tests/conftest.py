"""What every room's tests share: a phantom study on disk, small hand-made series, the shipped network."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jsonschema import Draft202012Validator
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import CTImageStorage, EnhancedCTImageStorage, ExplicitVRLittleEndian

import onnx_models
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.inference.bundle import Bundle
from desktop.inference.crop import CROP_SIZE
from desktop.inference.device import Device
from desktop.inference.gradcam import grad_cam
from desktop.inference.graph import Graph
from desktop.inference.manifest import MODEL_FILE, SelfTest
from desktop.inference.network import Network
from desktop.inference.selftest import procedural_crop
from desktop.learning.bundle_files import finish
from desktop.messages import language
from desktop.models.shelf import Shelf
from desktop.phantoms import Phantom, draw_phantom, write_series
from desktop.report import files
from desktop.trail.trail_file import TrailPlace
from tests.departments import PATIENTS, write_patient

os.environ["CLIVUS_LANGUAGE"] = "en"  # neither the tester's system nor what they chose in Clivus decides

SPACING_MM, PIXEL_MM = 3.0, 0.5
"""Of the small hand-made series."""

STUDY_SEED = 4242
"""A head of its own for the tests; training and evaluation use other seeds."""

REAL_CT_VARIABLE = "CLIVUS_REAL_CT"

BIAS = -2.28
"""Of the quick model: it calls some slices of the small cohort positive and others negative."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--real-ct",
        metavar="FOLDER",
        type=Path,
        default=os.environ.get(REAL_CT_VARIABLE) or None,
        help=f"the folder of real CTs that CONTRIBUTING.md lists; also read from {REAL_CT_VARIABLE}. "
        "Tests that need them run only if it is given.",
    )
    parser.addoption(
        "--damages",
        metavar="NUMBER",
        type=int,
        default=120,
        help="how many damaged variants of each of ten kinds of file are read (tests/imaging/test_fuzz.py)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of real CTs if no folder was given: the tests need no images of real people."""
    if config.getoption("--real-ct") is None:
        left_out = [item for item in items if "real_ct" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def no_models_of_the_tester(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty shelf for models: neither those that testers installed nor the one that they chose decides."""
    folder = tmp_path_factory.mktemp("shelf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shelf, "here", lambda: Shelf(folder / "own", (folder / "everyone",), folder / "model.json"))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_data_of_the_tester(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders for settings and data of the tests' own, in other processes too: nothing is written into the tester's."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
            patch.setenv(variable, str(folder / variable))
        yield


@pytest.fixture
def trail_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrailPlace:
    """A trail of the test's own, which commands and windows write too."""
    made = TrailPlace(tmp_path / "data" / "trail.sqlite", tmp_path / "settings" / "trail-end.json")
    monkeypatch.setattr(TrailPlace, "here", lambda: made)
    return made


@pytest.fixture(scope="session")
def fits_schema() -> Callable[[str, Any], Any]:
    """A function that requires an object to be what docs/schemas says of it, and returns it."""
    schemas = Path(__file__).parents[1] / "docs" / "schemas"
    validators = {}
    for path in sorted(schemas.glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        validators[path.name.removesuffix(".schema.json")] = Draft202012Validator(schema)

    def require(name: str, content: Any) -> Any:
        validators[name].validate(json.loads(json.dumps(content)))  # as a reader of the file finds it
        return content

    return require


@pytest.fixture(scope="session", autouse=True)
def every_report_fits_its_schema(fits_schema: Callable[[str, Any], Any]) -> Iterator[None]:
    """Whichever test writes a report also tests that a reader of `result.json` finds what its schema says."""
    made = files.result_document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "result_document", lambda *about: fits_schema("result-1", made(*about)))
        yield


@pytest.fixture(scope="session")
def real_ct(request: pytest.FixtureRequest) -> Path:
    """The folder given as --real-ct."""
    folder = Path(request.config.getoption("--real-ct")).absolute()
    assert folder.is_dir(), f"--real-ct: {folder} is not a folder"
    return folder


@pytest.fixture(scope="session")
def example() -> Callable[[str], str]:
    """A function that gives an example in docs/formats.md by the name behind its opening fence."""
    page = (Path(__file__).parents[1] / "docs" / "formats.md").read_text(encoding="utf-8")
    examples = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    return examples.__getitem__


@pytest.fixture(scope="session")
def shown_as(example: Callable[[str], str]) -> Callable[[str, Any], None]:
    """A function that requires an example in docs/formats.md to have the keys that the product writes."""
    return lambda name, written: _require_same_keys(json.loads(example(name)), written, name)


_FIGURES = ["unit", "value", "low", "high", "method"], ["cases", "patients"]
_NO_FIGURE = ["cannot_be_computed_because"]
"""Keys of figures and of the reason why there is none: which of the two stands there, the model at hand decides."""


def _require_same_keys(example: Any, written: Any, where: str) -> None:
    if isinstance(example, dict) and isinstance(written, dict):
        if {*example} != {*written} and _NO_FIGURE in (list(example), list(written)):
            assert list(example) in _FIGURES or list(written) in _FIGURES, where
            return
        assert list(example) == list(written), where
        for key in example:
            _require_same_keys(example[key], written[key], f"{where}: {key}")
    elif isinstance(example, list) and isinstance(written, list) and example and written:
        _require_same_keys(example[0], written[0], f"{where}: first entry")


@pytest.fixture(scope="session")
def phantom() -> Phantom:
    """A phantom with invasion."""
    return draw_phantom(STUDY_SEED, invaded=True)


@pytest.fixture(scope="session")
def study(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The phantom as a folder of DICOM files; read only."""
    folder = tmp_path_factory.mktemp("study")
    write_series(phantom, folder)
    return folder


@pytest.fixture(scope="session")
def two_people(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study, and the same head as another person's, in a folder that is named after somebody; read only."""
    folder = tmp_path_factory.mktemp("Department") / "Jane Doe"
    shutil.copytree(study, folder / "1")
    (folder / "2").mkdir()
    for path in study.iterdir():
        dataset = dcmread(path)
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            setattr(dataset, keyword, f"{getattr(dataset, keyword)}9"[-64:])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.PatientID, dataset.PatientName = "other", "Other"
        dataset.save_as(folder / "2" / path.name)
    return folder


@pytest.fixture(scope="session")
def department(
    study: Path, phantom: Phantom, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, list[str]]]:
    """Series of patients, every other one invaded, and by folder the slices that are; read only."""
    root = tmp_path_factory.mktemp("department")
    return root, {f"{n:02d}": write_patient(study, phantom, root / f"{n:02d}", n, n % 2 == 1) for n in range(PATIENTS)}


@pytest.fixture(scope="session")
def volume(study: Path) -> Volume:
    """The phantom's series, loaded."""
    return load(scan(Source.open(study)).series[0])


@pytest.fixture(scope="session")
def network() -> Network:
    """The shipped bundle on the CPU."""
    return Network(Bundle.shipped(), Device.CPU)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function that makes a bundle of the shipped network in a folder of this name, described otherwise."""
    store, shipped = tmp_path_factory.mktemp("bundles"), onnx_models.default_bundle()
    manifest = json.loads((shipped / "manifest.json").read_text(encoding="utf-8"))
    files = [Path(shutil.copy(shipped / name, store)) for name in manifest["files"]]

    def make(name: str, **changes: object) -> Path:
        folder = store / name
        folder.mkdir()
        for file in files:
            os.link(file, folder / file.name)
        (folder / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that judges in no time, for what does not depend on the network: its logit grows with the crop's HU."""
    import onnx

    folder = tmp_path_factory.mktemp("models") / "quick"
    folder.mkdir()
    shipped = Bundle.shipped().manifest
    onnx.save_model(_brightness(shipped.map_stride), folder / MODEL_FILE)
    model = (folder / MODEL_FILE).read_bytes()
    crop = procedural_crop(CROP_SIZE, shipped.self_test.seed)
    answer = Graph(model, "quick", CROP_SIZE, shipped.map_cells, Device.CPU).answer(crop[None])
    known = SelfTest(
        shipped.self_test.seed, float(answer.logits[0]), tuple(map(tuple, grad_cam(answer.maps[0]).tolist()))
    )
    manifest = replace(
        shipped,
        id="quick",
        files={MODEL_FILE: hashlib.sha256(model).hexdigest()},
        self_test=known,
        pictures=None,
        maps=None,
        familiarity=None,
    )
    finish(folder, manifest, "# quick\n")
    return folder


def _brightness(stride: int) -> Any:
    """Feature maps are mean HU of squares, in hundreds; their mean and the bias are the logit."""
    from onnx import TensorProto, helper, numpy_helper

    weight, bias = np.float32([1.0]), np.float32([BIAS])
    named = {"scale": np.float32(0.01), "classifier_weight": weight, "classifier_bias": bias}
    nodes = [
        *(
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(value)))
            for name, value in named.items()
        ),
        helper.make_node("AveragePool", ["hu"], ["pooled"], kernel_shape=[stride] * 2, strides=[stride] * 2),
        helper.make_node("Mul", ["pooled", "scale"], ["feature_maps"]),
        helper.make_node("ReduceMean", ["feature_maps"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Add", ["mean", "classifier_bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["probability"]),
    ]
    outputs = ("logit", "probability", "feature_maps", "classifier_weight", "classifier_bias")
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("hu", TensorProto.FLOAT, ["n", 1, CROP_SIZE, CROP_SIZE])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty shelf for models, in a folder of the test's own."""
    made = Shelf(tmp_path / "own", (tmp_path / "everyone", tmp_path / "packages"), tmp_path / "config" / "model.json")
    monkeypatch.setattr(Shelf, "here", lambda: made)
    return made


@pytest.fixture(scope="session")
def site(bundle: Callable[..., Path]) -> Path:
    """A site's own model."""
    return bundle("a site's own", id="site-7", version="2.3", intended_use="research")


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A function that compiles translations into LANGUAGE.mo, where the mechanism looks from then on."""
    monkeypatch.setattr(sys.modules[language.__module__], "CATALOGUES", tmp_path)  # the function has its name

    def compile_one(
        name: str, translations: dict[str | tuple[str, str], str | tuple[str, ...]], review: str = ""
    ) -> Path:
        content = Catalog(locale=name)
        content.project = f"Clivus\nX-Clinical-Review: {review}\nProject-Id-Version: texts" if review else "Clivus"
        for text, translation in translations.items():
            content.add(text, translation)
        stream = io.BytesIO()
        write_mo(stream, content)
        file = tmp_path / f"{name}.mo"
        file.write_bytes(stream.getvalue())
        return file

    return compile_one


@pytest.fixture
def write_slice() -> Callable[..., Path]:
    """A function that writes one small, valid slice; keywords replace or (None) remove attributes."""
    return _write_slice


def _write_slice(path: Path, pixels: np.ndarray, number: int = 1, **attributes: Any) -> Path:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values: dict[str, Any] = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"1.2.826.0.1.3680043.8.498.1.{number}",
        "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.2",
        "SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.3",
        "FrameOfReferenceUID": "1.2.826.0.1.3680043.8.498.4",
        "Modality": "CT",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "ImagePositionPatient": [0.0, 0.0, 3.0 * number],
        "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        "PixelSpacing": [0.5, 0.5],
        "SliceThickness": 3.0,
        "ConvolutionKernel": "SOFT",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "RescaleIntercept": 0,
        "RescaleSlope": 1,
    } | attributes
    for name, value in values.items():
        if value is not None:
            setattr(dataset, name, value)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.PixelData = pixels.astype("<u2" if values["PixelRepresentation"] == 0 else "<i2").tobytes()
    dataset["PixelData"].VR = "OW"
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def write_stack(write_slice) -> Callable[..., list[Path]]:
    """A function that writes [slices, rows, columns] HU as files, the first at the lowest position.

    Positions are in mm along the normal; `shift` [slices, 3] moves slices besides. Other keywords go to every slice;
    a list gives one value for each.
    """

    def write(
        folder: Path,
        hu: np.ndarray,
        positions: Sequence[float] | None = None,
        across: Sequence[float] = (1.0, 0.0, 0.0),
        down: Sequence[float] = (0.0, 1.0, 0.0),
        shift: np.ndarray | None = None,
        **attributes: object,
    ) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        normal = np.cross(across, down)
        normal *= np.sign(normal[np.argmax(np.abs(normal))])
        places = SPACING_MM * np.arange(len(hu)) if positions is None else np.asarray(positions)
        files = []
        for number, (pixels, place) in enumerate(zip(hu, places, strict=True)):
            origin = np.array([-20.0, -30.0, 5.0]) + place * normal + (0 if shift is None else shift[number])
            values = {
                "ImagePositionPatient": [round(float(x), 6) for x in origin],
                "ImageOrientationPatient": [round(float(x), 8) for x in (*across, *down)],
                "PixelSpacing": [PIXEL_MM, PIXEL_MM],
                "SliceThickness": SPACING_MM,
            } | {
                name: value[number] if isinstance(value, list) and len(value) == len(hu) else value
                for name, value in attributes.items()
            }
            files.append(write_slice(folder / f"s{number:03d}", pixels, number=number + 1, **values))
        return files

    return write


@pytest.fixture
def write_enhanced(write_stack, tmp_path) -> Callable[..., Path]:
    """A function that writes HU as one Enhanced CT (PS3.3 A.38), frames in the order given; keywords go to its top."""

    def write(path: Path, hu: np.ndarray, order: Sequence[int] | None = None, **attributes: object) -> Path:
        single = [dcmread(file) for file in write_stack(tmp_path / f"frames of {path.name}", hu)]
        frames = [single[index] for index in (range(len(single)) if order is None else order)]
        whole = frames[0]
        shared, whole.PerFrameFunctionalGroupsSequence = Dataset(), Items()
        shared.PixelMeasuresSequence = [_macro(whole, "PixelSpacing", "SliceThickness")]
        shared.PlaneOrientationSequence = [_macro(whole, "ImageOrientationPatient")]
        shared.CTImageFrameTypeSequence = [_macro(whole)]
        shared.CTImageFrameTypeSequence[0].FrameType = list(whole.ImageType)
        for frame in frames:
            group = Dataset()
            group.PlanePositionSequence = [_macro(frame, "ImagePositionPatient")]
            group.PixelValueTransformationSequence = [_macro(frame, "RescaleSlope", "RescaleIntercept")]
            whole.PerFrameFunctionalGroupsSequence.append(group)
        whole.SharedFunctionalGroupsSequence = [shared]
        whole.NumberOfFrames = len(frames)
        whole.PixelData = b"".join(frame.PixelData for frame in frames)
        for name in (
            "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "RescaleSlope",
            "RescaleIntercept", "ConvolutionKernel",
        ):  # fmt: skip
            delattr(whole, name)
        whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
        for name, value in attributes.items():
            setattr(whole, name, value)
        whole.save_as(path, enforce_file_format=True)
        return path

    return write


def _macro(source: Dataset, *names: str) -> Dataset:
    macro = Dataset()
    for name in names:
        setattr(macro, name, source[name].value)
    return macro


@pytest.fixture
def with_files_of_its_own() -> Callable[[str], list[str]]:
    """What goes before a command for which a shell script mounts something over the system's files (Linux)."""
    apart = _apart("--mount")
    return lambda setup: [*apart, "sh", "-ec", f'{setup}\nexec "$@"', "sh"]


@pytest.fixture
def without_network() -> list[str]:
    """What goes before a command so that no network is there for it, and nothing can leave (Linux)."""
    return _apart("--net")


def _apart(kind: str) -> list[str]:
    """A namespace of this kind, as root or, in a user namespace, as anybody."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("namespaces are Linux's")
    command = ["unshare", kind] if os.geteuid() == 0 else ["unshare", "--map-root-user", kind]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a namespace")
    return command
