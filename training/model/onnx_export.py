"""From the trained network to the graph of a bundle, and the proof that both are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxscript import optimizer
from torch import Tensor, nn

from desktop.errors import InstallationUnsound
from desktop.inference.crop import CROP_SIZE
from desktop.inference.device import Device
from desktop.inference.gradcam import contributions
from desktop.inference.runtime import open_session
from desktop.messages import message
from desktop.version import VERSION
from training.model.network import SkullBaseNetwork, wide_weights

OPSET = 20
PRODUCER = "clivus-train"

TOLERANCE = 1e-4
"""Largest difference allowed between torch and the graph, in units of the logit, for logits and maps alike."""

_FOLD_LIMIT = 1 << 20
"""Elements up to which constants are folded: the exporter's shape arithmetic, on vectors of at most 2048."""

Floats = npt.NDArray[np.float32]


class ExportUnfaithful(InstallationUnsound):
    """The exported graph does not answer as the network does, or the network is not in its stored form."""


class _Outputs(nn.Module):
    def __init__(self, network: SkullBaseNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, hu: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        maps = self.network.feature_maps(hu)
        logit = self.network.logit(maps.mean(dim=(2, 3)))
        return logit, torch.sigmoid(logit), maps


def export(network: SkullBaseNetwork, path: Path) -> None:
    """Write the graph (contract: docs/formats.md, "model.onnx"), its wide weights as float16, the rest as float32.

    The initialisers are named like torchvision's parameters, and normalisation is not folded into convolutions,
    so that the network can be read back. The same network gives the same bytes.

    Args:
        network: on the CPU, rounded by `training.model.network.round_to_half`.

    Raises:
        ExportUnfaithful: the network is not rounded, so that its stored form would be another one.
    """
    for name, weight in wide_weights(network).items():
        if not torch.equal(weight, weight.half().float()):
            raise ExportUnfaithful(
                message("{name} is not held by float16: round the network before measuring and exporting.", name=name)
            )
    model = _traced(network.eval())
    graph = model.graph
    _name_like_torchvision(graph, set(network.state_dict()))
    _store_as_half(graph, set(wide_weights(network)))
    _add_final_layer(graph)
    # The exporter notes source lines and paths of this machine, which have no place in a model.
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    model.producer_name, model.producer_version = PRODUCER, VERSION
    onnx.checker.check_model(model, full_check=True)
    onnx.save_model(model, path)


def _traced(network: SkullBaseNetwork) -> onnx.ModelProto:
    crops = torch.zeros(2, 1, CROP_SIZE, CROP_SIZE)
    program = torch.onnx.export(
        _Outputs(network).eval(),
        (crops,),
        input_names=["hu"],
        output_names=["logit", "probability", "feature_maps"],
        dynamic_shapes={"hu": {0: torch.export.Dim("n")}},
        opset_version=OPSET,
        dynamo=True,
        optimize=False,  # the optimiser would fold the normalisation into the convolutions
        verbose=False,
    )
    assert program is not None
    optimizer.fold_constants(program.model, input_size_limit=_FOLD_LIMIT, output_size_limit=_FOLD_LIMIT)
    optimizer.remove_unused_nodes(program.model)
    return program.model_proto


def _name_like_torchvision(graph: onnx.GraphProto, names: set[str]) -> None:
    traced = {f"network.{name}": name for name in names}
    for item in (*graph.initializer, *graph.value_info):
        item.name = traced.get(item.name, item.name)
    for node in graph.node:
        node.input[:] = [traced.get(name, name) for name in node.input]


def _store_as_half(graph: onnx.GraphProto, names: set[str]) -> None:
    """Store these initialisers as float16 and cast them where they are used; onnxruntime does so once, at load."""
    wide = {name: f"{name}.float32" for name in names}
    for node in graph.node:
        node.input[:] = [wide.get(name, name) for name in node.input]
    casts = []
    for tensor in graph.initializer:
        if tensor.name in wide:
            values = numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
            casts.append(helper.make_node("Cast", [tensor.name], [wide[tensor.name]], to=TensorProto.FLOAT))
    described = [value for value in graph.value_info if value.name not in wide]
    del graph.value_info[:]
    graph.value_info.extend(described)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _add_final_layer(graph: onnx.GraphProto) -> None:
    graph.initializer.append(numpy_helper.from_array(np.array([-1], dtype=np.int64), "flat"))
    graph.node.append(helper.make_node("Reshape", ["fc.weight.float32", "flat"], ["classifier_weight"]))
    graph.node.append(helper.make_node("Identity", ["fc.bias"], ["classifier_bias"]))
    channels = next(list(tensor.dims)[1] for tensor in graph.initializer if tensor.name == "fc.weight")
    graph.output.append(helper.make_tensor_value_info("classifier_weight", TensorProto.FLOAT, [channels]))
    graph.output.append(helper.make_tensor_value_info("classifier_bias", TensorProto.FLOAT, [1]))


def check_export(network: SkullBaseNetwork, path: Path, crops: Floats) -> None:
    """Compare the graph on onnxruntime with the network on torch, for crops [n, 224, 224] in HU.

    Compared are the logits, each cell's contribution to them, and that the contributions and the bias sum to the
    logit.

    Raises:
        ExportUnfaithful: they differ by more than `TOLERANCE`.
    """
    session = open_session(path.read_bytes(), Device.CPU)
    names = ["logit", "feature_maps", "classifier_weight", "classifier_bias"]
    with torch.inference_mode():
        maps = network.eval().feature_maps(torch.from_numpy(crops)[:, None])
        expected = network.logit(maps.mean(dim=(2, 3))).numpy()
    weight = network.fc.weight.detach().numpy()[0]
    logit, found, stored_weight, stored_bias = session.run(names, {"hu": crops[:, None]})
    shares = contributions(found, stored_weight)
    differences = {
        "logits": np.abs(logit - expected).max(),
        "maps": np.abs(shares - contributions(maps.numpy(), weight)).max(),
        "sums of the maps": np.abs(shares.sum(axis=(1, 2)) + stored_bias - logit).max(),
    }
    for what, difference in differences.items():
        if not difference <= TOLERANCE:
            raise ExportUnfaithful(
                message(
                    "The exported graph's {what} differ from torch's by {difference:.2g} (at most {tolerance:g} is "
                    "allowed): this torch, onnx or onnxruntime computes otherwise; try the versions of the model card.",
                    what=what,
                    difference=difference,
                    tolerance=TOLERANCE,
                )
            )
