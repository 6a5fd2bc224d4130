"""No sentence for people is written but through `message`, `counted` or `tr`: found in the source, nothing is run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


WIDGET_TEXTS = {
    *("setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "setWindowTitle", "setStatusTip"),
    *("setPlaceholderText", "setTitle", "setInformativeText", "setLabelText", "addAction", "addMenu", "addTab"),
    *("addRow", "addItem", "addItems", "setHeaderLabels", "showMessage", "drawText"),
    *("QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction", "QMenu", "QToolButton"),
}
ARGPARSE_TEXTS = {"help", "description", "epilog"}
SAME = re.compile(r"\b(Clivus|HU)\b")
"""Names that are the same in every language."""

CARRIERS = {"ClivusError", "Reason"}
"""Errors that carry a message; those derived from them are found by their bases."""

TREES = {
    file.relative_to(ROOT): ast.parse(file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / "desktop").rglob("*.py"))
}


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def carriers() -> set[str]:
    classes = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = set(CARRIERS)
    while more := {one.name for one in classes if found.intersection(map(name_of, one.bases))} - found:
        found |= more
    return found


def has_words(node: ast.expr) -> bool:
    """Whether an argument is text with words in it, as it stands there and not within another call."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and re.search("[A-Za-z]{2}", SAME.sub("", node.value)) is not None
    if isinstance(node, ast.JoinedStr):
        return any(has_words(part) for part in node.values)
    if isinstance(node, ast.IfExp):
        return has_words(node.body) or has_words(node.orelse)
    if isinstance(node, ast.BinOp):
        return has_words(node.left) or has_words(node.right)
    if isinstance(node, ast.BoolOp):
        return any(map(has_words, node.values))
    return False


def escapes(tree: ast.AST, errors: set[str]) -> list[int]:
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = name_of(node.func)
            texts = node.args if name in errors | WIDGET_TEXTS | {"Check", "Skipped"} else []
            texts = texts[{"Check": 2, "Skipped": 1}.get(name, 0) :]
            texts = [*texts, *(word.value for word in node.keywords if word.arg in ARGPARSE_TEXTS)]
            if any(map(has_words, texts)):
                lines.append(node.lineno)
    return lines


def test_no_sentence_escapes():
    errors = carriers()
    found = [f"{file.as_posix()}:{line}" for file, tree in TREES.items() for line in escapes(tree, errors)]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        'raise RoiRefused(f"The ROI has {width} columns.")',
        'raise UnfitFile("cut off")',
        'label.setText("Analyse" if ready else tr("Wait"))',
        'QPushButton(f"&Save {name}")',
        'menu.addAction("Open folder")',
        'parser.add_argument("--json", help="print JSON")',
        'Check(names.TILT, "pass", measured, required, "Not tilted.")',
    ],
)
def test_each_way_out_is_seen(line):
    assert escapes(ast.parse(line), {"RoiRefused", "UnfitFile"}) == [1]


@pytest.mark.parametrize(
    "line",
    [
        'raise RoiRefused(message("The ROI has {width} columns.", width=width))',
        'label.setText(tr("Analyse"))',
        'label.setText(f"{low} – {high}")',
        'parser.add_argument("--json", help=tr("print JSON"))',
        'raise KeyError("not for people")',
    ],
)
def test_what_goes_through_is_not(line):
    assert escapes(ast.parse(line), {"RoiRefused"}) == []
