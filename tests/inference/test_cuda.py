"""A graphics card that cannot be used: why, in a sentence, and the processor goes on. No card is needed here."""

from __future__ import annotations

from types import SimpleNamespace

import onnxruntime
import pytest

from desktop.commands.device_check import check_device
from desktop.inference import cuda, graph, network, runtime
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.manifest import BundleUnsound
from desktop.messages import message


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, None),
        ({"capability": (12, 0), "version": 13010}, None),
        ({"version": 12040}, "made for CUDA 12.4, and 13.0 is needed: install a newer driver"),
        ({"status": 100}, "finds no card that it can use (its error 100)"),
        ({"cards": 0}, "finds no card"),
        ({"capability": (6, 1)}, "Quadro P1000 is too old: it has compute capability 6.1, and 7.5 is needed"),
    ],
)
def test_the_driver_says_why_a_card_cannot_be_used(driver, facts, says):
    trouble = cuda.card_trouble(driver(**facts), 13)
    assert trouble is None if says is None else says in str(trouble)


@pytest.fixture
def with_driver(driver, monkeypatch):
    """Installs a driver with these facts, None for none."""

    def install(facts: dict | None):
        found = None if facts is None else driver(**facts)
        for module in ("inference.runtime", "commands.device_check"):
            monkeypatch.setattr(f"desktop.{module}.load_driver", lambda: found)

    return install


@pytest.mark.parametrize(
    ("facts", "status", "says"),
    [
        (None, "pass", "Runs on the processor. No driver of NVIDIA is installed."),
        ({"version": 12040}, "warn", "Runs on the processor. NVIDIA's driver is too old"),
        ({}, "warn", "Runs on the processor. A library that CUDA needs cannot be loaded (libcublasLt.so.13"),
    ],
)
def test_the_self_test_names_it_and_warns_where_there_is_a_card(with_driver, monkeypatch, facts, status, says):
    with_driver(facts)
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)
    opened = SimpleNamespace(used=Device.CPU, failed_on_gpu=False)
    if facts == {}:
        missing = OSError("libcublasLt.so.13: cannot open shared object file")
        monkeypatch.setattr(runtime.ctypes, "CDLL", lambda name, mode=0: (_ for _ in ()).throw(missing))
    check = check_device(opened)
    assert (check.status, str(check.measured)) == (status, "cpu" if facts is None else "cpu; Quadro P1000")
    assert says in str(check.message)


def test_the_card_in_use_is_named(with_driver):
    with_driver({})
    assert str(check_device(SimpleNamespace(used=Device.CUDA)).measured) == "cuda; Quadro P1000"


def test_the_variant_for_the_processor_says_that_it_is_one(with_driver, monkeypatch, tmp_path):
    with_driver({})
    monkeypatch.setattr(runtime, "_provider", lambda module: tmp_path / "left out")
    assert "for the processor alone" in str(runtime.gpu_trouble())


def test_a_card_that_fails_on_the_model_gives_way_to_the_processor(monkeypatch):
    """It opens the model, and is found out by the known answer."""
    asked = []
    open_session, check = graph.open_session, network.check_known_answer

    def opened(model, device, threads):
        asked.append(device)
        return open_session(model, Device.CPU, threads)

    def checked(opened_graph, *arguments):
        if opened_graph.used is Device.CUDA:
            raise BundleUnsound(message("no kernel image is available"))
        return check(opened_graph, *arguments)

    monkeypatch.setattr(graph, "open_session", opened)
    monkeypatch.setattr(graph, "device_of", lambda session: Device.CPU if asked[-1] is Device.CPU else Device.CUDA)
    monkeypatch.setattr(network, "check_known_answer", checked)
    bundle = Bundle.shipped()
    found = network.Network(bundle, Device.AUTO)
    assert (found.requested, found.used, found.failed_on_gpu, asked) == (
        Device.AUTO,
        Device.CPU,
        True,
        [Device.AUTO, Device.CPU],
    )
    assert "does not give the model's known answer" in str(check_device(found).message)
    with pytest.raises(BundleUnsound, match="no kernel image"):
        network.Network(bundle, Device.CUDA)
