"""The texts in the source: what `message`, `counted`, `tr` and `named` are called with; nothing is run to find them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

ROOMS = ("desktop", "training")
"""The packages whose texts people read."""

_TEXTS = {"message": 1, "tr": 1, "named": 1, "counted": 2}
"""How many arguments of these functions are texts; they come first."""

_MAKERS = Path("desktop/messages")
"""Where these functions call each other."""


@dataclass(frozen=True)
class Text:
    """One text of the source.

    Attributes:
        text, many: as in `desktop.messages.Message`.
        place: file and line.
    """

    text: str
    many: str
    place: str

    @property
    def key(self) -> str | tuple[str, str]:
        """The text as Babel's catalogues have it."""
        return (self.text, self.many) if self.many else self.text


def texts_of(root: Path) -> tuple[list[Text], list[str]]:
    """All texts below the clone `root`, and what is wrong with the calls, as sentences that begin with a place."""
    texts: list[Text] = []
    faults: list[str] = []
    for file in (file for room in ROOMS for file in sorted((root / room).rglob("*.py"))):
        name = file.relative_to(root)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in _calls(tree, set(_TEXTS) if name.parent == _MAKERS else _imported(tree)):
            found = _text(call, f"{name.as_posix()}:{call.lineno}")
            if isinstance(found, Text):
                texts.append(found)
            elif name.parent != _MAKERS:
                faults.append(found)
    return texts, faults


def fields_of(text: str) -> set[str]:
    """The names of the fields in a text.

    Raises:
        ValueError: its braces do not match, or a field has no name.
    """
    names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    if not all(name.isidentifier() for name in names):
        raise ValueError("a field is not a plain name")
    return names


def _imported(tree: ast.AST) -> set[str]:
    """Which of these functions a module imports: others may bear their names."""
    return {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "desktop.messages"
        for name in node.names
    }


def _calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names & _TEXTS.keys():
            yield node


def _text(call: ast.Call, place: str) -> Text | str:
    """The text of a call, or what is wrong with it."""
    assert isinstance(call.func, ast.Name)
    count = _TEXTS[call.func.id]
    literals = [
        argument.value
        for argument in call.args[:count]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    if len(literals) < count:
        return f"{place}: the text is not a literal, so it cannot be translated."
    try:
        needed = set().union(*map(fields_of, literals))
    except ValueError as error:
        return f"{place}: the text cannot be formatted: {error}."
    given = {keyword.arg for keyword in call.keywords} | ({"number"} if count > 1 else set())
    if None not in given:  # with ** nobody can tell
        if missing := needed - given:
            return f"{place}: nothing is given for {', '.join(sorted(missing))}."
        if needless := given - needed - {"number"}:
            return f"{place}: no text uses {', '.join(sorted(map(str, needless)))}."
    return Text(literals[0], literals[1] if count > 1 else "", place)
