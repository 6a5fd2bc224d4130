"""What a model's signature means at this site, and whether the model may be used here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import onnx_models
from desktop.errors import InputRefused
from desktop.inference.signature import key_shown
from desktop.messages import Message, message
from desktop.models.publishers import Publishers


class NotTrusted(InputRefused):
    """A model that may not be used here."""


class Origin(Enum):
    """Who vouches for a model."""

    SHIPPED = "shipped"
    PUBLISHER = "publisher"
    MADE_HERE = "made here"
    UNKNOWN_KEY = "unknown key"
    NOBODY = "not signed"


@dataclass(frozen=True)
class Standing:
    """What is known of who made a model.

    Attributes:
        publisher: the name that the site gives to whoever signed it; "" where it gives none.
        key: by which it is signed, "" where it is not.
        allowed: whether it may be used here.
        told_before: whether this is said before it is installed: the site has named publishers, and this is another's.
    """

    origin: Origin
    publisher: str
    key: str
    allowed: bool
    told_before: bool

    @property
    def text(self) -> Message:
        """For people; a clause that follows "it is"."""
        match self.origin:
            case Origin.SHIPPED:
                return message("the model that came with Clivus")
            case Origin.PUBLISHER:
                return message("signed by {publisher}", publisher=self.publisher)
            case Origin.MADE_HERE:
                return message("made here, not signed")
            case Origin.UNKNOWN_KEY:
                return message("signed with a key that nobody here has named ({key})", key=key_shown(self.key))
            case Origin.NOBODY:
                return message("not signed")

    @property
    def caution(self) -> Message:
        """What is said before it is installed, where `told_before`."""
        return message("It is {standing}: no publisher that is named here vouches for it.", standing=self.text)


@dataclass(frozen=True)
class Trust:
    """What counts at this site.

    Attributes:
        made_here: SHA-256 of the manifests of models that were made at this site.
    """

    publishers: Publishers
    made_here: frozenset[str]

    def standing(self, manifest_sha256: str, signer: str) -> Standing:
        """Of a model, by the SHA-256 of its manifest and the key that it is signed with ("": none)."""
        publisher = self.publishers.names.get(signer, "")
        if publisher:
            origin = Origin.PUBLISHER
        elif manifest_sha256 == onnx_models.DEFAULT_MANIFEST_SHA256:
            origin = Origin.SHIPPED
        elif manifest_sha256 in self.made_here:
            origin = Origin.MADE_HERE
        else:
            origin = Origin.UNKNOWN_KEY if signer else Origin.NOBODY
        stranger = origin in (Origin.UNKNOWN_KEY, Origin.NOBODY)
        allowed = not (stranger and self.publishers.signed_only)
        return Standing(origin, publisher, signer, allowed, stranger and bool(self.publishers.names))

    def require(self, name: str, manifest_sha256: str, signer: str) -> Standing:
        """Refuse a model that may not be used here.

        Raises:
            NotTrusted: only signed ones are, and this is none of a publisher whom the site trusts.
        """
        standing = self.standing(manifest_sha256, signer)
        if not standing.allowed:
            raise NotTrusted(
                message(
                    "The model {name} is {standing}, and on this computer only models of publishers are used whom its "
                    "administrator has named: ask its maker for a signed one, or the administrator to name its "
                    "publisher.",
                    name=name,
                    standing=standing.text,
                )
            )
        return standing
