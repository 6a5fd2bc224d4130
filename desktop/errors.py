"""Errors that carry the sentence a person needs, and the exit status of the commands."""

from desktop.messages import Message, message


class _WithMessage(Exception):
    """`str` of it is English; `message` is for whoever shows it."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)  # `str` of an exception is that of what it is made of


class Reason(_WithMessage):
    """Why one thing among many is left out while the others go on: a clause that stands behind its name."""


class ClivusError(_WithMessage):
    """An expected failure: one sentence that says what, where, what was expected and what to do."""

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
        super().__init__(message("Cancelled; nothing was changed."))
