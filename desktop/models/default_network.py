"""Opening the model that was asked for, or the one that is the default. A demonstration never takes the place of a
site's model in silence."""

from __future__ import annotations

from pathlib import Path

import onnx_models
from desktop.errors import ClivusError, InputRefused
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.graph import DeviceMissing
from desktop.inference.network import Network
from desktop.messages import Message, message
from desktop.models.choice import Choice, ChoiceDamaged, default_of
from desktop.models.shelf import Model, Scope, Shelf


class DefaultUnusable(InputRefused):
    """The model that was chosen at this site cannot be used.

    Attributes:
        told: the same without what to do.
    """

    def __init__(self, told: Message) -> None:
        super().__init__(
            message(
                "{told} The model that came with Clivus is not taken instead: name a model with --model, or choose "
                "another default with `clivus bundle default`.",
                told=told,
            )
        )
        self.told = told


def opened(place: Path | None, device: Device = Device.AUTO) -> Network:
    """Open a model.

    Args:
        place: a folder, a packed file, or the handle of a model on this computer; None for the default.

    Raises:
        DefaultUnusable: the default was asked for, another one than the shipped was chosen, and it cannot be used.
        ClivusError: the model cannot be used.
    """
    shelf = Shelf.here()
    if place is not None:
        return _network(shelf.place_of(place), device)
    try:
        default = default_of(shelf)
    except ChoiceDamaged as error:
        raise DefaultUnusable(error.message) from None
    if isinstance(default, Choice) and default.id:
        raise DefaultUnusable(
            message("The model chosen at this site, {name}, is not on this computer any more.", name=default.name)
        )
    if isinstance(default, Choice) or default.scope is Scope.SHIPPED:
        return _network(onnx_models.default_bundle(), device)
    return _chosen(default, device)


def _chosen(model: Model, device: Device) -> Network:
    try:
        return _network(model.place, device)
    except DeviceMissing:  # which is not the model's fault
        raise
    except ClivusError as error:
        raise DefaultUnusable(
            message(
                "The model chosen at this site, {name}, cannot be opened. {reason}",
                name=model.name,
                reason=error.message,
            )
        ) from None


def _network(place: Path, device: Device) -> Network:
    if place == onnx_models.default_bundle():
        return Network(Bundle.shipped(), device)
    bundle = Bundle.load(place)
    Shelf.here().trust().require(bundle.manifest.called, bundle.manifest_sha256, bundle.signer)
    return Network(bundle, device)
