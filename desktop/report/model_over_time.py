"""A model in use, watched over time: as JSON and in sentences, for `clivus project watch` and the window alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.messages import Message, message
from desktop.project.drift import Compared
from desktop.project.watching import Month, Watched


def watch_document(watched: Watched) -> dict[str, Any]:
    """One model as JSON."""
    compared = {name: getattr(watched, name) for name in ("positive", "distance", "agreement")}
    return {
        "model": asdict(watched.model),
        "months": [asdict(month) for month in watched.months],
        "kappa": None if watched.kappa is None else asdict(watched.kappa),
        "drifts": watched.drifts,
        "compared": {name: _compared_document(found) for name, found in compared.items()},
        "told": list(map(str, watched.told)),
    }


def watch_lines(watched: Watched) -> list[Message]:
    """The same for people: the model, its months, and what is to be said of them."""
    months = map(_month_line, watched.months)
    return [heading(watched), *months, agreement_line(watched), drift_line(watched), *watched.told]


def heading(watched: Watched) -> Message:
    """Which model it is."""
    model = watched.model
    return message("{model} {version} ({sha256})", model=model.id, version=model.version, sha256=model.sha256[:12])


def drift_line(watched: Watched) -> Message:
    """Whether it drifts."""
    if watched.drifts is None:
        return message("Whether it drifts cannot be said yet.")
    return message("It drifts: look at what has changed.") if watched.drifts else message("No drift was found.")


def agreement_line(watched: Watched) -> Message:
    """How far readers agree with it."""
    kappa = watched.kappa
    if kappa is None:
        return message("No reader has answered a case that it read.")
    interval = "" if kappa.low is None else f" ({kappa.low:.2f} .. {kappa.high:.2f})"
    value = f"{kappa.value:.2f}{interval}"
    return message("Kappa with the readers: {value}, {count} (series)", value=value, count=kappa.count)


def _month_line(month: Month) -> Message:
    parts = [
        message("{count} cases", count=month.cases),
        message("{count} positive", count=month.positive),
        message("{count} indeterminate", count=month.indeterminate),
        message("{count} unusual", count=month.unusual),
        message("{count} unknown", count=month.unknown),
    ]
    if month.distance is not None:
        parts.append(message("median distance {distance:.2f}", distance=month.distance))
    parts.append(message("readers agree in {agreed} of {answered}", agreed=month.agreed, answered=month.answered))
    return message("{month}: {parts}", month=month.month, parts=parts)


def _compared_document(found: Compared) -> dict[str, Any]:
    if found.why_not is not None:
        return {"patients": 0, "probability": None, "changed": None, "why_not": str(found.why_not)}
    size = len(found.first)
    return {"patients": size, "probability": found.probability, "changed": found.changed, "why_not": None}
