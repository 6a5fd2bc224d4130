"""A head bent back with a tumour, and one with a very short range: as files, read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.phantoms import RICH, Phantom, draw_phantom, write_series


def _read(phantom: Phantom, folder: Path) -> Volume:
    write_series(phantom, folder, slice(None, None, 2))  # half of the slices, in half of the time
    return load(scan(Source.open(folder)).series[0])


@pytest.fixture(scope="session")
def invaded() -> Phantom:
    """Of the rich kind, with a tumour."""
    return draw_phantom(950017, invaded=True, variety=RICH)


@pytest.fixture(scope="session")
def invaded_head(invaded: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Volume:
    """It, read from files."""
    return _read(invaded, tmp_path_factory.mktemp("invaded"))


@pytest.fixture(scope="session")
def bent() -> Phantom:
    """Bent so far back that both ends of its range lie at nearly one height."""
    return draw_phantom(950032, invaded=False, variety=RICH)


@pytest.fixture(scope="session")
def bent_head(bent: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Volume:
    """It, read from files."""
    return _read(bent, tmp_path_factory.mktemp("bent"))
