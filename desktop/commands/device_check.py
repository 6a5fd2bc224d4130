"""Self-test of the device: which graphics card the network runs on, or why it runs on none."""

from __future__ import annotations

from desktop.imaging.eligibility import Check
from desktop.inference.cuda import card_name, load_driver
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.inference.runtime import gpu_trouble, library_trouble
from desktop.messages import message, named, sentences, verbatim


def check_device(network: Network) -> Check:
    """Where the network runs. The processor is no fault; a card that is there and not used is a warning."""
    name, required = named("device"), message("cuda or cpu")
    driver = load_driver()
    card = None if driver is None else card_name(driver)
    measured = verbatim(network.used if card is None else f"{network.used}; {card}")
    if network.used is Device.CUDA:
        return Check(name, "pass", measured, required, message("Runs on the graphics card."))
    if network.failed_on_gpu:
        why = message("The graphics card does not give the model's known answer: renew its driver.")
    else:
        why = gpu_trouble() or library_trouble()
    sentence = sentences([message("Runs on the processor."), why])
    return Check(name, "pass" if card is None else "warn", measured, required, sentence)
