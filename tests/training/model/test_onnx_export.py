"""The exported graph is the network, in the form that docs/formats.md promises."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torchvision
from onnx import TensorProto, numpy_helper

from desktop.inference.gradcam import contributions, grad_cam
from training.model.network import SkullBaseNetwork, round_to_half, wide_weights
from training.model.onnx_export import ExportUnfaithful, check_export, export

NAMES = ["logit", "probability", "feature_maps", "classifier_weight", "classifier_bias"]


def run(graph: Path, crops: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    return dict(zip(NAMES, session.run(NAMES, {"hu": crops[:, None]}), strict=True))


def test_answers_are_torchs_and_have_the_contracts_shapes(graph, stored, test_crops):
    check_export(stored, graph, test_crops)
    for count in (1, 3):
        found = run(graph, test_crops[:count])
        assert {name: value.shape for name, value in found.items()} == {
            "logit": (count,),
            "probability": (count,),
            "feature_maps": (count, 2048, 7, 7),
            "classifier_weight": (2048,),
            "classifier_bias": (1,),
        }
        assert all(value.dtype == np.float32 for value in found.values())
        np.testing.assert_allclose(found["probability"], 1 / (1 + np.exp(-found["logit"])), rtol=1e-5)
        shares = contributions(found["feature_maps"], found["classifier_weight"])
        np.testing.assert_allclose(
            shares.sum(axis=(1, 2)) + found["classifier_bias"], found["logit"], atol=1e-4, rtol=0
        )
    assert np.ptp(run(graph, test_crops)["logit"]) > 1e-3, "the crops must not all be answered alike"


def test_wide_weights_are_half_and_everything_is_named_as_in_torchvision(graph, stored):
    model = onnx.load(graph)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    torchvisions = torchvision.models.resnet50(num_classes=1).state_dict()
    wanted = [name for name in torchvisions if not name.endswith("num_batches_tracked")]
    assert set(wanted) <= set(tensors)
    halves = {name for name, tensor in tensors.items() if tensor.data_type == TensorProto.FLOAT16}
    assert halves == set(wide_weights(stored))
    for name in wanted:
        np.testing.assert_array_equal(
            numpy_helper.to_array(tensors[name]).astype(np.float32), stored.state_dict()[name].numpy(), err_msg=name
        )
    assert graph.stat().st_size < 48_000_000


def test_one_file_with_opset_and_producer_and_no_trace_of_this_machine(graph):
    model = onnx.load(graph, load_external_data=False)
    assert not any(tensor.external_data for tensor in model.graph.initializer)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 20)]
    assert (model.producer_name, bool(model.producer_version)) == ("clivus-train", True)
    assert [value.name for value in model.graph.input] == ["hu"]
    assert b"site-packages" not in graph.read_bytes()
    assert str(Path(__file__).parents[3]).encode() not in graph.read_bytes()


def test_a_network_not_in_its_stored_form_is_refused(stored, tmp_path):
    network = copy.deepcopy(stored)
    with torch.no_grad():
        network.layer3[0].conv1.weight[0, 0] += 1e-5
    with pytest.raises(ExportUnfaithful, match=r"layer3\.0\.conv1\.weight"):
        export(network, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
    round_to_half(network)
    assert all(torch.equal(weight, weight.half().float()) for weight in wide_weights(network).values())


@pytest.mark.parametrize("name", ["fc.bias", "layer4.2.bn3.bias"])
def test_a_graph_that_answers_otherwise_is_refused(graph, stored, test_crops, name):
    network = copy.deepcopy(stored)
    with torch.no_grad():
        network.get_parameter(name).add_(0.01)
    with pytest.raises(ExportUnfaithful, match="differ from torch's"):
        check_export(network, graph, test_crops)


def test_grad_cam_is_torchs_by_autograd(stored, test_crops):
    maps = stored.feature_maps(torch.from_numpy(test_crops)[:, None]).detach().requires_grad_()
    logits = stored.logit(maps.mean(dim=(2, 3)))
    (slope,) = torch.autograd.grad(logits.sum(), maps)
    expected = (slope.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1).clamp(min=0)
    found = grad_cam(contributions(maps.detach().numpy(), stored.fc.weight.detach().numpy()[0]))
    assert found.max() > 0.01
    np.testing.assert_allclose(found, expected.detach().numpy(), atol=1e-5, rtol=0)


def test_the_window_and_normalisation_are_the_networks(stored):
    hu = torch.tensor([-2000.0, -240.0, 60.0, 360.0, 3000.0]).repeat_interleave(7).reshape(1, 1, 5, 7)
    grey = torch.tensor([0.0, 0.0, 0.5, 1.0, 1.0]).repeat_interleave(7).reshape(1, 1, 5, 7).expand(1, 3, 5, 7)
    normal = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))(grey)
    caught: list[torch.Tensor] = []
    handle = stored.conv1.register_forward_pre_hook(lambda _, given: caught.append(given[0]))
    with torch.no_grad():
        stored.feature_maps(hu)
    handle.remove()
    torch.testing.assert_close(caught[0], normal)


def test_torchvisions_resnet50_is_the_same_network(stored):
    twin = torchvision.models.resnet50(num_classes=1).eval()
    twin.load_state_dict(stored.state_dict())
    images = torch.linspace(-240, 360, 2 * 64 * 64).reshape(2, 1, 64, 64)
    grey = ((images + 240) / 600).expand(2, 3, 64, 64)
    normal = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))(grey)
    with torch.no_grad():
        torch.testing.assert_close(SkullBaseNetwork.forward(stored, images), twin(normal).squeeze(1))
