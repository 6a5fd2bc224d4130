"""Where a text may be broken into lines: between words, and in Japanese and Chinese between characters too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_CLOSING = "、。，．・：；？！）」』】〉》〕］｝”’％ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…"
"""Never begins a line (JIS X 4051; GB/T 15834)."""

_OPENING = "（「『【〈《〔［｛“‘"
"""Never ends one."""

_WIDE = r"\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF\uAC00-\uD7AF"

_PIECE = re.compile(rf"\s+|[{_OPENING}]*[{_WIDE}][{re.escape(_CLOSING)}]*|[^\s{_WIDE}]+[{re.escape(_CLOSING)}]*")


def lines_of(text: str, width: float, measured: Callable[[str], float]) -> list[str]:
    """A text in lines of at most this width, each without blanks at its ends; a longer word is broken anywhere.

    Args:
        measured: the width of a text, in the unit of `width`.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and measured(f"{line}{piece}".rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        for part in _fitting(piece if line else piece.lstrip(), width, measured):
            if line and measured(f"{line}{part}".rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += part
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    """Words, characters of scripts that break anywhere, and the blanks between them; nothing is lost."""
    end = 0
    for found in _PIECE.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        yield found[0]
        end = found.end()
    if end < len(text):
        yield text[end:]


def _fitting(piece: str, width: float, measured: Callable[[str], float]) -> Iterator[str]:
    """A piece, or what fits of it and the rest: a UID in a narrow column."""
    while len(piece) > 1 and measured(piece) > width:
        count = next((n for n in range(len(piece) - 1, 1, -1) if measured(piece[:n]) <= width), 1)
        yield piece[:count]
        piece = piece[count:]
    yield piece
