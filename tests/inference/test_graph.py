"""Graphs that are not what a bundle's must be: refused when they are opened or at the first answer, in one sentence."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import onnx_models
from desktop.inference import graph as graph_module
from desktop.inference.device import Device
from desktop.inference.graph import Graph, ImpossibleAnswer
from desktop.inference.manifest import BundleUnsound
from desktop.inference.onnx_file import NotOurs, require_ours

SIZE, CELLS, CHANNELS = 32, 2, 4
CROP = np.zeros((1, SIZE, SIZE), np.float32)
FLOAT = TensorProto.FLOAT

SOUND = {
    "logit": np.float32([3.0]),
    "probability": np.float32([1 / (1 + np.exp(-3.0))]),
    "feature_maps": np.full((1, CHANNELS, CELLS, CELLS), 0.5, np.float32),
    "classifier_weight": np.ones(CHANNELS, np.float32),
    "classifier_bias": np.float32([1.0]),
}
"""Answers that hold together: 4 channels of 0.5 sum up to 2, and the bias to 3."""


def constant(name, value):
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(value), f"{name} value"))


def drawn(inputs=(("hu", FLOAT, ("n", 1, SIZE, SIZE)),), nodes=(), add=(), types=None, **outputs):
    """A graph of constants; keywords replace or (None) leave out outputs."""
    given = {name: value for name, value in {**SOUND, **outputs}.items() if value is not None}
    of = {np.dtype(np.float32): FLOAT, np.dtype(np.float64): TensorProto.DOUBLE, np.dtype(np.int64): TensorProto.INT64}
    graph = helper.make_graph(
        [*nodes, *(constant(name, value) for name, value in given.items())],
        "drawn",
        [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(name, of[np.asarray(value).dtype], None) for name, value in given.items()],
    )
    graph.initializer.extend(add)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def opened(model: onnx.ModelProto | bytes) -> Graph:
    raw = model if isinstance(model, bytes) else model.SerializeToString()
    return Graph(raw, "m", SIZE, CELLS, Device.CPU)


def test_a_sound_graph_is_opened_and_its_answer_taken():
    answers = opened(drawn()).answer(CROP)
    assert answers.logits == pytest.approx([3.0])
    assert answers.maps == pytest.approx(np.full((1, CELLS, CELLS), 0.5))


WITH_INPUT = {
    "no input": (),
    "another name": (("x", FLOAT, ("n", 1, SIZE, SIZE)),),
    "two inputs": (("hu", FLOAT, ("n", 1, SIZE, SIZE)), ("more", FLOAT, ("n", 1))),
    "rank 2": (("hu", FLOAT, ("n", SIZE)),),
    "rank 5": (("hu", FLOAT, ("n", 1, 1, SIZE, SIZE)),),
    "no shape": (("hu", FLOAT, None),),
    "three channels": (("hu", FLOAT, ("n", 3, SIZE, SIZE)),),
    "any size": (("hu", FLOAT, ("n", 1, "h", "w")),),
    "batches of 8": (("hu", FLOAT, (8, 1, SIZE, SIZE)),),
    "whole numbers": (("hu", TensorProto.INT64, ("n", 1, SIZE, SIZE)),),
    "text": (("hu", TensorProto.STRING, ("n", 1, SIZE, SIZE)),),
}


@pytest.mark.parametrize("name", WITH_INPUT)
def test_an_input_of_another_form_is_refused(name):
    with pytest.raises(BundleUnsound, match=r"because it (must take|takes) .*: use a model made for this version\."):
        opened(drawn(WITH_INPUT[name]))


@pytest.mark.parametrize("name", SOUND)
def test_an_output_that_is_missing_or_of_another_type_is_named(name):
    with pytest.raises(BundleUnsound, match=f"has no output {name}"):
        opened(drawn(**{name: None}))
    for other in (np.float64, np.int64):
        with pytest.raises(BundleUnsound, match=f"must give 32-bit numbers for {name}"):
            opened(drawn(**{name: SOUND[name].astype(other)}))


NAN, INFINITY = np.float32("nan"), np.float32("inf")
IMPOSSIBLE: dict[str, tuple[dict[str, object], str]] = {
    "five logits": ({"logit": np.ones(5, np.float32)}, "logit has the shape 5"),
    "no logit": ({"logit": np.ones(0, np.float32)}, "logit has the shape 0"),
    "a scalar": ({"logit": np.float32(3)}, "logit has the shape of one number"),
    "maps of rank 2": ({"feature_maps": np.ones((1, 4), np.float32)}, "feature_maps has the shape 1 x 4"),
    "maps of one cell": ({"feature_maps": np.ones((1, 4, 1, 1), np.float32)}, "1 x 4 x 2 x 2 is expected"),
    "other weights": ({"classifier_weight": np.ones(9, np.float32)}, "1 x 9 x 2 x 2 is expected"),
    "no channels": (
        {"classifier_weight": np.ones(0, np.float32), "feature_maps": np.ones((1, 0, 2, 2), np.float32)},
        "has the shape",
    ),
    "weights of rank 2": ({"classifier_weight": np.ones((4, 1), np.float32)}, "has the shape"),
    "probability NaN": ({"probability": NAN[None]}, "a non-finite value"),
    "logit infinite": ({"logit": INFINITY[None]}, "a non-finite value"),
    "maps NaN": ({"feature_maps": np.full((1, 4, 2, 2), NAN)}, "a non-finite value"),
    "weights infinite": ({"classifier_weight": np.full(4, INFINITY)}, "a non-finite value"),
    "bias NaN": ({"classifier_bias": NAN[None]}, "a non-finite value"),
    "probability -1": ({"probability": np.float32([-1])}, "returned -1 as a probability"),
    "probability 7": ({"probability": np.float32([7])}, "returned 7 as a probability"),
    "just above 1": ({"probability": np.float32([1.00001])}, "as a probability"),
    "against the logit": ({"probability": np.float32([0.01])}, "probability 0.01 contradicts its logit 3"),
    "slightly against it": ({"probability": SOUND["probability"] + np.float32(2e-4)}, "contradicts"),
    "a map of another logit": ({"feature_maps": -SOUND["feature_maps"]}, "does not sum up to its logit"),
    "another bias": ({"classifier_bias": np.float32([1.1])}, "does not sum up to its logit"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_answer_that_cannot_be_is_no_answer(name):
    outputs, says = IMPOSSIBLE[name]
    with pytest.raises(ImpossibleAnswer, match=says) as refusal:
        opened(drawn(**outputs)).answer(CROP)
    assert str(refusal.value).isprintable()


def test_a_probability_that_is_rounded_is_an_answer():
    opened(drawn(probability=SOUND["probability"] + np.float32(5e-5))).answer(CROP)


def looping() -> onnx.ModelProto:
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
        ],
        [helper.make_tensor_value_info("on", TensorProto.BOOL, [])],
    )
    more = [constant("times", np.int64(2**62)), constant("yes", np.bool_(True))]
    return drawn(nodes=[*more, helper.make_node("Loop", ["times", "yes"], [], body=body)])


def enormous() -> onnx.ModelProto:
    shape = constant("shape", np.int64([10**6, 10**6]))
    return drawn(nodes=[shape, helper.make_node("ConstantOfShape", ["shape"], ["zeros"])])


def foreign() -> onnx.ModelProto:
    model = drawn(nodes=[helper.make_node("Relu", ["hu"], ["y"], domain="com.example")])
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    return model


def with_functions() -> onnx.ModelProto:
    model = drawn()
    node = helper.make_node("Relu", ["x"], ["y"])
    model.functions.append(helper.make_function("ours", "F", ["x"], ["y"], [node], [helper.make_opsetid("", 17)]))
    return model


def elsewhere(place: str) -> onnx.ModelProto:
    tensor = TensorProto(name="w", data_type=FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value=place)
    return drawn(add=[tensor])


def elsewhere_in_a_constant() -> onnx.ModelProto:
    model = drawn()
    tensor = next(node for node in model.graph.node if node.output[0] == "classifier_weight").attribute[0].t
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    return model


FOREIGN: dict[str, tuple[Callable[[], onnx.ModelProto | bytes], str]] = {
    "a loop": (looping, "a loop or a condition|operator Loop"),
    "a tensor of 10^12": (enormous, "operator ConstantOfShape"),
    "another library": (foreign, "operators of another library"),
    "functions": (with_functions, "functions of its own"),
    "weights beside it": (lambda: elsewhere("weights.bin"), "weights in another file"),
    "weights above it": (lambda: elsewhere("../weights.bin"), "weights in another file"),
    "weights anywhere": (lambda: elsewhere("/etc/hostname"), "weights in another file"),
    "a constant beside it": (elsewhere_in_a_constant, "weights in another file"),
    "nothing": (lambda: b"", "not an ONNX file"),
    "no ONNX": (lambda: b"hello" * 1000, "not an ONNX file"),
    "zeros": (lambda: bytes(1000), "not an ONNX file"),
    "cut off": (lambda: drawn().SerializeToString()[:-20], "not an ONNX file, or is cut off|cannot be opened"),
    "an unknown field": (lambda: drawn().SerializeToString() + b"\xfa\x07\x01x", "parts that this version"),
    "a graph of nothing": (lambda: onnx.ModelProto(ir_version=9).SerializeToString(), "has no graph"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_graph_that_asks_for_more_is_refused_before_it_is_opened(name, tmp_path, monkeypatch):
    """onnxruntime reads weights from another file even where the model comes as bytes: from the working folder."""
    make, says = FOREIGN[name]
    (tmp_path / "weights.bin").write_bytes(np.ones(4, np.float32).tobytes())
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in" if "above" in name else tmp_path)
    with pytest.raises(BundleUnsound, match=says) as refusal:
        opened(make())
    assert str(refusal.value).isprintable()


def test_what_onnxruntime_says_of_a_bad_graph_comes_on_one_line():
    wrong = drawn(nodes=[helper.make_node("Conv", ["hu", "nobody\n\x1b[31m" * 50], ["y"])])
    with pytest.raises(BundleUnsound, match="cannot be opened") as refusal:
        opened(wrong)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 500


def test_a_graph_that_fails_at_work_is_one_sentence():
    """The sum of two shapes that do not fit shows only when it is computed."""
    nodes = [
        constant("flat", np.int64([-1])),
        constant("seven", np.ones(7, np.float32)),
        helper.make_node("Reshape", ["hu", "flat"], ["row"]),
        helper.make_node("Add", ["row", "seven"], ["logit"]),
    ]
    model = drawn(nodes=nodes, logit=None)
    model.graph.output.append(helper.make_tensor_value_info("logit", FLOAT, None))
    with pytest.raises(ImpossibleAnswer, match="because it fails") as refusal:
        opened(model).answer(CROP)
    assert str(refusal.value).isprintable()


def test_a_graph_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(graph_module, "LONGEST_RUN_S", 0.05)
    side = 1500
    weights = numpy_helper.from_array(np.ones((side, side), np.float32), "big")
    nodes = [constant("shape", np.int64([1, -1])), helper.make_node("ReduceMean", ["hu"], ["one"], keepdims=0)]
    nodes += [helper.make_node("Add", ["one", "big"], ["x0"])]
    nodes += [helper.make_node("MatMul", [f"x{n}", "big"], [f"x{n + 1}"]) for n in range(400)]
    nodes += [helper.make_node("ReduceMean", ["x400"], ["late"], keepdims=0), constant("flat", np.int64([1]))]
    nodes += [helper.make_node("Reshape", ["late", "flat"], ["logit"])]
    model = drawn(nodes=nodes, add=[weights], logit=None)
    model.graph.output.append(helper.make_tensor_value_info("logit", FLOAT, None))
    with pytest.raises(ImpossibleAnswer, match=r"no answer within 0\.05 s"):
        opened(model).answer(CROP)


@pytest.mark.skipif(sys.platform == "win32", reason="held by a signal")
def test_time_during_which_the_program_is_held_does_not_count():
    """A computer that slept, or Ctrl+Z, ended a night's learning: "no answer within 60 s"."""
    code = """
import time
import numpy as np
from desktop.inference import graph
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network

network = Network(Bundle.shipped(), Device.CPU, 1)
graph.LONGEST_RUN_S = 3.0
print("ready", flush=True)
held, before = 0.0, time.monotonic()
while held < 3:
    network.judge(np.zeros((1, 224, 224), np.float32))
    held, before = max(held, time.monotonic() - before), time.monotonic()
print("answered", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.3)
        child.send_signal(signal.SIGSTOP)
        time.sleep(3.2)
        child.send_signal(signal.SIGCONT)
        assert child.stdout.readline() == "answered\n"


def test_the_shipped_graph_needs_no_more_than_is_allowed():
    require_ours((onnx_models.default_bundle() / "model.onnx").read_bytes())


def test_a_file_of_any_bytes_is_taken_or_refused_without_another_error():
    random = np.random.default_rng(0)
    raw = drawn().SerializeToString()
    for _ in range(500):
        changed = bytearray(raw)
        for place in random.integers(0, len(raw), 3):
            changed[place] = random.integers(0, 256)
        with suppress(NotOurs):
            require_ours(bytes(changed[: random.integers(1, len(raw) + 1)]))
