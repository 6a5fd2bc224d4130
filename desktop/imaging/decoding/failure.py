"""The one way in which decoding fails."""


class DecodingFailed(Exception):
    """One picture cannot be decoded; the text is a short reason in plain words, to stand behind the file's name."""
