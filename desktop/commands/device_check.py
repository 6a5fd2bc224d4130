"""Self-test of the device: which graphics card the network runs on, or why it runs on none."""

from __future__ import annotations

from desktop.imaging.eligibility import Check
from desktop.inference.device import Device
from desktop.inference.graphics_card import GraphicsCard, driver, first_card
from desktop.inference.runtime import offers_cuda
from desktop.messages import Message, message, named, verbatim

OLDEST_CARD = 7, 5
"""Compute capability: CUDA 13 left Maxwell, Pascal and Volta out. Turing (2018) is 7.5."""

CUDA = 13, 0
"""What the libraries of the variant with a graphics card were built for; the driver must know it (580 or newer)."""


def check_device(used: Device) -> Check:
    """Where the network runs. The processor is no fault; a card that was meant to be used and is not, is a warning."""
    name, required = named("device"), message("cuda or cpu")
    has_driver, card = driver() is not None, first_card()
    if used is Device.CUDA:
        measured = verbatim(used if card is None else f"{used}, {card.name}")
        return Check(name, "pass", measured, required, message("Runs on the graphics card."))
    measured = verbatim(used if card is None else f"{used}; {card.name}")
    if not has_driver:
        sentence = message("Runs on the processor; there is no NVIDIA driver.")
        return Check(name, "pass", measured, required, sentence)
    if card is None:
        sentence = message("Runs on the processor; the NVIDIA driver finds no card that it can use.")
        return Check(name, "pass", measured, required, sentence)
    if not offers_cuda():
        sentence = message(
            "Runs on the processor, as this variant of Clivus always does; there is one for graphics cards."
        )
        return Check(name, "pass", measured, required, sentence)
    return Check(name, "warn", measured, required, _why_not(card))


def _why_not(card: GraphicsCard) -> Message:
    if card.capability < OLDEST_CARD:
        return message(
            "Runs on the processor: the card {card} is too old (compute capability {found}; {needed} is needed).",
            card=card.name,
            found=_dotted(card.capability),
            needed=_dotted(OLDEST_CARD),
        )
    if card.cuda < CUDA:
        return message(
            "Runs on the processor: the NVIDIA driver is too old (for CUDA {found}; {needed} is needed). Install "
            "driver 580 or newer.",
            found=_dotted(card.cuda),
            needed=_dotted(CUDA),
        )
    return message(
        "Runs on the processor: a library of CUDA {needed} or cuDNN 9 is missing or damaged. Install the variant of "
        "Clivus for graphics cards again.",
        needed=_dotted(CUDA),
    )


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
