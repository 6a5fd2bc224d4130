"""Errors that carry a sentence for the user, and the exit status of the commands."""

from desktop.messages import Message, message


class _WithMessage(Exception):
    """`str` gives the English text, `message` the translatable one."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)  # `str` of an exception is `str` of its argument


class Reason(_WithMessage):
    """Why one item is skipped while the others continue: a clause that follows the name of the item."""


class ClivusError(_WithMessage):
    """An expected failure, with one sentence: what happened, where, what was expected, what to do."""

    exit_status = 3


class WrongUse(ClivusError):
    """The command line requests something that does not exist, or contradicts itself."""

    exit_status = 2


class InputRefused(ClivusError):
    """The input cannot be read or cannot be judged."""


class InstallationUnsound(ClivusError):
    """A part of the installation is missing, damaged or gives a wrong answer."""

    exit_status = 4


class PartMissing(InstallationUnsound):
    """Half a copy of Clivus: for people, in place of Python's ImportError."""

    def __init__(self, part: object) -> None:
        super().__init__(
            message("A part of this installation is missing or damaged ({error}): install Clivus again.", error=part)
        )


class NoMemory(ClivusError):
    """The system has, or allows, too little memory; for people, in place of what Python and libraries raise then."""

    exit_status = 2

    def __init__(self) -> None:
        super().__init__(
            message("There is not enough memory: close other programs, add memory, or lift the limit for this user.")
        )


class Cancelled(ClivusError):
    """The user cancelled; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(message("Cancelled; nothing was changed."))
