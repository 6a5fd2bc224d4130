"""`clivus project watch`: a model in use, as JSON and for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.messages import message, shown, tr
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


def watch_text(watched: Watched) -> str:
    """The same for people."""
    model, kappa = watched.model, watched.kappa
    head = tr("{model} {version} ({sha256})", model=model.id, version=model.version, sha256=model.sha256[:12])
    if watched.drifts is None:
        judged = tr("Whether it drifts cannot be said yet.")
    else:
        judged = tr("It drifts: look at what has changed.") if watched.drifts else tr("No drift was found.")
    agreement = tr("No reader has answered a case that it read.")
    if kappa is not None:
        interval = "" if kappa.low is None else f" ({kappa.low:.2f} .. {kappa.high:.2f})"
        value = f"{kappa.value:.2f}{interval}"
        agreement = tr("Kappa with the readers: {value}, {count} (series)", value=value, count=kappa.count)
    return "\n".join([head, *map(_month_text, watched.months), agreement, judged, *map(shown, watched.told)])


def _month_text(month: Month) -> str:
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
    return shown(message("{month}: {parts}", month=month.month, parts=parts))


def _compared_document(found: Compared) -> dict[str, Any]:
    if found.why_not is not None:
        return {"patients": 0, "probability": None, "changed": None, "why_not": str(found.why_not)}
    size = len(found.first)
    return {"patients": size, "probability": found.probability, "changed": found.changed, "why_not": None}
