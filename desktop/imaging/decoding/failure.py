"""The errors of decoding."""

from __future__ import annotations

from desktop.errors import Reason
from desktop.messages import Message, message

SELF_TEST = message("run `clivus selftest`")
"""The advice where the decoder itself is at fault; what to do then the self-test says."""


class DecodingFailed(Reason):
    """One image cannot be decoded."""


class DecoderUnusable(DecodingFailed):
    """The decoder cannot work on this system, whatever the image."""

    def __init__(self, reason: Message, advice: Message | None = None) -> None:
        self.reason, self.advice = reason, advice
        super().__init__(message("{reason}; {advice}", reason=reason, advice=advice) if advice else reason)
