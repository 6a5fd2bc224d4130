"""Errors that carry the sentence a person needs, and the exit status of the commands."""


class ClivusError(Exception):
    """An expected failure; its text is one sentence: what, where, what was expected, what to do."""

    exit_status = 3


class WrongUse(ClivusError):
    """The command line asks for something that does not exist or contradicts itself."""

    exit_status = 2


class InputRefused(ClivusError):
    """What was given to read cannot be read or cannot be judged."""


class InstallationUnsound(ClivusError):
    """A part of the installation is missing, damaged or gives a wrong answer."""

    exit_status = 4


class Cancelled(ClivusError):
    """The person asked to stop; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("Cancelled; nothing was changed.")
