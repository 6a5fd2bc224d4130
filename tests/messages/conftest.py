"""A language that is not left behind, and catalogues of our own."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from desktop.messages import choose, language

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    choose({})


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A function that compiles translations into LANGUAGE.mo, where the mechanism looks from then on."""
    monkeypatch.setattr(sys.modules[language.__module__], "CATALOGUES", tmp_path)  # the function has its name

    def compile_one(name: str, translations: dict[str | tuple[str, str], str | tuple[str, ...]]) -> Path:
        content = Catalog(locale=name)
        for text, translation in translations.items():
            content.add(text, translation)
        stream = io.BytesIO()
        write_mo(stream, content)
        file = tmp_path / f"{name}.mo"
        file.write_bytes(stream.getvalue())
        return file

    return compile_one


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """packaging/catalogues.py."""
    monkeypatch.syspath_prepend(ROOT / "packaging")
    return importlib.import_module("catalogues")
