"""Self-test of the default model: which one judges here, and what it may be used for."""

from __future__ import annotations

from desktop.errors import ClivusError
from desktop.imaging.eligibility import Check
from desktop.inference.network import Network
from desktop.messages import message, named, verbatim
from desktop.models.default_network import opened
from desktop.models.shelf import Scope, Shelf


def check_default_model(shipped: Network) -> tuple[Check, Network | None]:
    """Open the model that windows and commands judge with, unless it is the shipped one, which is open already."""
    from desktop.models.choice import default_of

    name, required = named("default model"), message("opens, and is not for demonstration only")
    try:
        default = default_of(Shelf.here())
        is_shipped = getattr(default, "scope", None) is Scope.SHIPPED
        network = shipped if is_shipped else opened(None)
    except (ClivusError, RuntimeError) as error:
        reason = error.message if isinstance(error, ClivusError) else verbatim(str(error))
        return Check(name, "fail", message("cannot be opened"), required, reason), None
    called = verbatim(network.manifest.called)
    if network.manifest.intended_use == "demonstration":
        sentence = message(
            "It is for demonstration only: it learned from synthetic heads, and says nothing about patients. Install a "
            "model of your own with `clivus bundle install`."
        )
        return Check(name, "warn", called, required, sentence), network
    return Check(name, "pass", called, required, message("It may be used for research.")), network
