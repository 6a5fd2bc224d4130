"""Draw the rooms of the house, from the contracts in pyproject.toml and the imports in the code.

Each layers contract with a container becomes docs/rooms/CONTAINER.svg: a row for each layer, a box for each folder
with the first sentence of its docstring, one box for the files of a layer. An arrow is an import; those that follow
from others (a to c, where a to b to c is drawn) are left out, and so are arrows to files, which any room above may use.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import textwrap
import tomllib
from dataclasses import dataclass
from html import escape
from itertools import permutations
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "rooms"

BOX_WIDTH, COLUMN_GAP, ROW_GAP, LINE, LETTER, MARGIN = 252, 24, 46, 15, 7, 16
LANE = 14
"""Between two arrows that pass rows by, at the right of all boxes."""


@dataclass(frozen=True)
class Box:
    """A room, or the files of a layer, where it is drawn."""

    name: str
    lines: tuple[str, ...]
    room: bool
    x: int
    y: int
    width: int
    row: int

    @property
    def height(self) -> int:
        return 30 + LINE * len(self.lines)


def drawings() -> dict[str, str]:
    """Every drawing as SVG, by the name of its file; the same code gives the same text."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    graph = grimp.build_graph(*settings["root_packages"], cache_dir=None)
    return {
        f"{container}.svg": _drawing(container, [re.split(r"\s*[|:]\s*", row) for row in contract["layers"]], graph)
        for contract in settings["contracts"]
        for container in contract.get("containers", ())
    }


def _drawing(container: str, layers: list[list[str]], graph: grimp.ImportGraph) -> str:
    boxes = _boxes(container, layers, graph)
    arrows = _arrows(container, [box for box in boxes if box.room], graph)
    leaves, enters = _ports(arrows, 0), _ports(arrows, 1)
    lanes = [arrow for arrow in arrows if arrow[1].row - arrow[0].row > 1]
    edge = max(box.x + box.width for box in boxes) + COLUMN_GAP
    width, height = edge + LANE * len(lanes) + MARGIN, max(box.y + box.height for box in boxes) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif">',
        f"<title>The rooms of {container} and their imports</title>",
        "<!-- Written by docs/rooms.py from pyproject.toml and the imports: do not edit. -->",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#47627a"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for box in boxes:
        fill, line = ("#e8f0f7", "#47627a") if box.room else ("#f6f6f4", "#b9b9b4")
        parts.append(
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="5" fill="{fill}" '
            f'stroke="{line}"/><text x="{box.x + 10}" y="{box.y + 19}" font-size="14" font-weight="600" '
            f'fill="#16232e">{escape(box.name)}</text>'
        )
        parts += [
            f'<text x="{box.x + 10}" y="{box.y + 22 + LINE * number}" font-size="11.5" fill="#3a4650">'
            f"{escape(text)}</text>"
            for number, text in enumerate(box.lines, 1)
        ]
    for arrow in arrows:
        source, target = arrow
        if arrow in lanes:
            number = lanes.index(arrow)
            lane, room = edge + LANE * number, 8 + 4 * (number % 6)
            under = max(box.y + box.height for box in boxes if box.row == source.row) + room
            way = f"V{under}H{lane}V{target.y - room}H{enters[arrow]}V{target.y}"
        else:
            way = f"L{enters[arrow]} {target.y}"
        parts.append(
            f'<path d="M{leaves[arrow]} {source.y + source.height}{way}" fill="none" stroke="#47627a" '
            'stroke-width="1.3" marker-end="url(#tip)"/>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _boxes(container: str, layers: list[list[str]], graph: grimp.ImportGraph) -> list[Box]:
    """Boxes row by row, in the middle; the files of a layer have one box, alone as wide as the widest row."""
    rooms = [[name for name in layer if graph.find_children(f"{container}.{name}")] for layer in layers]
    most = max(len(names) + (names != layer) for layer, names in zip(layers, rooms, strict=True))
    widest = most * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP
    boxes: list[Box] = []
    y = MARGIN
    for number, (layer, names) in enumerate(zip(layers, rooms, strict=True)):
        row = [(name, _says(f"{container}.{name}"), BOX_WIDTH, True) for name in names]
        if files := [f"{name}.py" for name in layer if name not in names]:
            one = len(files) == 1
            text = _says(f"{container}.{files[0].removesuffix('.py')}") if one else ", ".join(files)
            row.append((files[0] if one else "files", text, BOX_WIDTH if names else widest, False))
        x = MARGIN + (widest - sum(width + COLUMN_GAP for _, _, width, _ in row) + COLUMN_GAP) // 2
        for name, text, width, room in row:
            boxes.append(Box(name, tuple(textwrap.wrap(text, width // LETTER)), room, x, y, width, number))
            x += width + COLUMN_GAP
        y += max(box.height for box in boxes if box.row == number) + ROW_GAP
    return boxes


def _says(module: str) -> str:
    """The first sentence of a module's docstring."""
    path = ROOT.joinpath(*module.split("."))
    text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=\.) ", first.replace("`", ""))[0]


def _arrows(container: str, rooms: list[Box], graph: grimp.ImportGraph) -> list[tuple[Box, Box]]:
    """Imports between rooms, without those that follow from others."""

    def imports(a: Box, b: Box) -> bool:
        return graph.direct_import_exists(
            importer=f"{container}.{a.name}", imported=f"{container}.{b.name}", as_packages=True
        )

    direct = {(a, b) for a, b in permutations(rooms, 2) if imports(a, b)}
    return [arrow for arrow in sorted(direct, key=str) if not _follows(arrow, direct - {arrow})]


def _follows(arrow: tuple[Box, Box], others: set[tuple[Box, Box]]) -> bool:
    """Whether other arrows lead from the one end to the other."""
    start, end = arrow
    reached = {start}
    while more := {b for a, b in others if a in reached} - reached:
        reached |= more
    return end in reached


def _ports(arrows: list[tuple[Box, Box]], side: int) -> dict[tuple[Box, Box], int]:
    """Where each arrow leaves (side 0) or enters (side 1) its box: along the edge, in the order of the other ends."""
    found = {}
    for box in {arrow[side] for arrow in arrows}:
        own = sorted((arrow for arrow in arrows if arrow[side] is box), key=lambda arrow: arrow[1 - side].x)
        for number, arrow in enumerate(own, 1):
            found[arrow] = box.x + BOX_WIDTH * number // (len(own) + 1)
    return found


def main() -> int:
    """Write the drawings, or compare them; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if a drawing is not current")
    check = parser.parse_args().check
    current = drawings()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    stale = sorted(name for name in current.keys() | there.keys() if current.get(name) != there.get(name))
    if not check:
        FOLDER.mkdir(exist_ok=True)
        for name in stale:
            if name in current:
                (FOLDER / name).write_text(current[name], encoding="utf-8", newline="\n")
            else:
                (FOLDER / name).unlink()
    print(f"{'not current' if check else 'written'}: {', '.join(stale) or 'none'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
