"""The ways in which decoding fails."""


class DecodingFailed(Exception):
    """One picture cannot be decoded; the text is a short reason in plain words, to stand behind the file's name."""


class DecoderUnusable(DecodingFailed):
    """The decoder itself cannot work here, whatever the picture is; the text says why and what to do."""
