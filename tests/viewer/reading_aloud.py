"""What a screen reader finds in a window: every node of its accessible tree, and whether all that is shown is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGraphicsTextItem,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QTabWidget,
    QWidget,
)

from desktop.viewer.pictures.preview import Preview

Text = QAccessible.Text

_DECORATION = re.compile(r"[&⚠▸▾▲▽•━╍┉✓…◂\u200b\[\]~]")
"""Signs beside a text; the last three are the pseudo-language's."""


def nodes(top: QWidget) -> Iterator[QAccessibleInterface]:
    """The visible nodes of a window's tree, itself first."""
    yield from _below(QAccessible.queryAccessibleInterface(top))


def _below(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    widget = node.object()
    if isinstance(widget, QWidget) and not widget.isVisible():
        return
    yield node
    for number in range(node.childCount()):
        child = node.child(number)
        if child is not None and child.isValid():
            yield from _below(child)


def said(node: QAccessibleInterface) -> str:
    """Name, value and description of a node."""
    return "\n".join(node.text(kind) for kind in (Text.Name, Text.Value, Text.Description))


def require_all_is_said(top: QWidget, drawn_in: Callable[[QWidget], list[str]]) -> None:
    """Fail where a screen reader does not learn all that a window shows.

    Args:
        drawn_in: the texts that a view paints over its picture.
    """
    wrong = []
    for node in nodes(top):
        widget = node.object()
        texts = [text for text in _shown(widget, drawn_in) if _words(text)] if isinstance(widget, QWidget) else []
        role, name = QAccessible.Role(node.role()), node.text(Text.Name).strip()
        what = f"{type(widget).__name__} {widget.objectName() if widget else ''} {role.name} {name!r}"
        if role is QAccessible.Role.NoRole:
            wrong.append(f"{what}: no role")
        if not name and widget is not None and (texts or node.state().focusable):
            wrong.append(f"{what}: no name")
        heard = _words(_all_said(node))
        wrong += [f"{what}: does not say {text!r}" for text in texts if _words(text) not in heard]
    assert not wrong, "\n".join(wrong)


def _words(text: str) -> str:
    """Letters, digits and signs alone: line breaks, arrows and dots between texts are not read aloud."""
    return _DECORATION.sub("", text).strip().casefold()


def _all_said(node: QAccessibleInterface) -> str:
    """What a node says and, where it has parts that are no widgets (rows, tabs), what they say."""
    parts = [node.child(number) for number in range(node.childCount())]
    return "\n".join([said(node), *(said(part) for part in parts if part is not None and part.object() is None)])


def _shown(widget: QWidget, drawn_in: Callable[[QWidget], list[str]]) -> list[str]:
    if isinstance(widget, QLabel):
        return widget.text().splitlines()
    if isinstance(widget, QAbstractButton):
        return re.split(" {2,}", _words(widget.text()))[:1]  # behind it stands the key, which the tooltip names
    if isinstance(widget, QProgressBar):
        return [widget.text()] if widget.isTextVisible() else []
    if isinstance(widget, QComboBox):
        return [widget.currentText()]
    if isinstance(widget, QLineEdit):
        return [widget.text()]
    if isinstance(widget, QPlainTextEdit):
        return [widget.toPlainText()]
    if isinstance(widget, QListWidget):
        return [line for row in range(widget.count()) for line in widget.item(row).text().splitlines()]
    if isinstance(widget, QTabWidget):
        return []  # its bar says them
    if isinstance(widget, QGraphicsView):
        items = [item for item in widget.scene().items() if isinstance(item, QGraphicsTextItem) and item.isVisible()]
        texts = [item.toPlainText() for item in items]
        return [line for text in (*texts, *drawn_in(widget)) for line in text.splitlines()]
    return [line for text in drawn_in(widget) for line in text.splitlines()] if isinstance(widget, Preview) else []
