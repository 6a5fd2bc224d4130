"""Make a bundle the one that ships: `python -m training.demo.ship`."""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from dataclasses import replace
from pathlib import Path

import onnx_models
from desktop.arguments import OneSentenceParser
from desktop.errors import ClivusError, WrongUse
from desktop.files import write_file, write_text
from desktop.inference.bundle import MANIFEST_FILE, Bundle
from desktop.inference.manifest import CARD_FILE, Pictures
from desktop.learning.bundle_files import with_card
from desktop.messages import message

SHIP = """\
Put a bundle into onnx_models as the one that ships, and write the SHA-256 of its manifest into onnx_models/__init__.py,
by which every installation knows it. Without BUNDLE the one that ships now is described anew, by the current schema;
the model itself is never changed.
"""

_DIGEST = re.compile(r'^(DEFAULT_MANIFEST_SHA256 = )"[0-9a-f]*"$', re.MULTILINE)


def ship(source: Path, pictures: Pictures | None) -> None:
    """Put the bundle in `source` into onnx_models.

    Args:
        pictures: measured picture quality of its training, None for what it says itself.

    Raises:
        BundleUnsound: it is not a bundle that the application would open.
        WrongUse: it has another id than the bundle that ships.
    """
    bundle = Bundle.load(source)
    if bundle.manifest.id != onnx_models.DEFAULT:
        raise WrongUse(
            message(
                "{source} holds the model {model}; the one that ships is {shipped}.",
                source=source,
                model=bundle.manifest.id,
                shipped=onnx_models.DEFAULT,
            )
        )
    card, target = (source / CARD_FILE).read_text(encoding="utf-8"), onnx_models.default_bundle()
    manifest = with_card(replace(bundle.manifest, pictures=pictures or bundle.manifest.pictures), card)
    target.mkdir(exist_ok=True)
    if source.resolve() != target.resolve():
        for name in manifest.files:
            write_file(target / name, (source / name).read_bytes())
    text = manifest.text()
    write_text(target / MANIFEST_FILE, text)
    constants = Path(onnx_models.__file__)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    source_text, found = _DIGEST.subn(rf'\g<1>"{digest}"', constants.read_text(encoding="utf-8"))
    assert found == 1, f"{constants} has no DEFAULT_MANIFEST_SHA256"
    write_text(constants, source_text)


def main() -> int:
    """The command; returns its exit status: 0 done, 2 wrong use, 4 not a sound bundle."""
    parser = OneSentenceParser(prog="python -m training.demo.ship", description=SHIP)
    parser.add_argument("bundle", type=Path, nargs="?", default=onnx_models.default_bundle(), metavar="BUNDLE")
    for name, what in (("--noise-hu", "noise"), ("--edge-width-mm", "width of edges")):
        parser.add_argument(name, type=float, nargs=2, metavar=("LOW", "HIGH"), help=f"{what} of the training's CT")
    try:
        options = parser.parse_args()
        ship(options.bundle, _pictures(options))
    except ClivusError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _pictures(options: argparse.Namespace) -> Pictures | None:
    if (options.noise_hu is None) != (options.edge_width_mm is None):
        raise WrongUse(message("--noise-hu and --edge-width-mm belong together: give both, or neither."))
    return None if options.noise_hu is None else Pictures(tuple(options.noise_hu), tuple(options.edge_width_mm))


if __name__ == "__main__":
    sys.exit(main())
