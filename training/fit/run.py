"""One fit from images to a complete run."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from desktop.errors import Cancelled, InstallationUnsound
from desktop.inference.familiarity import Reference, ReferenceRefused
from desktop.inference.layer import Layer
from desktop.inference.manifest import Metric
from desktop.learning.calling import HeldOut, decide_by
from desktop.learning.draws import stream
from desktop.learning.features import FeatureOrder, Features, ShiftOrder
from desktop.learning.figures import FOLDS, VALIDATION, figures
from desktop.learning.fit_settings import Decision, Logistic
from desktop.learning.images import Images, require_learnable
from desktop.learning.layers import Learned, fold_of, held_out, logits_of, member_rows
from desktop.learning.map_facts import measure_maps
from desktop.messages import message
from desktop.work import Work
from training.fit.adam import AdamFit, TrainingRows, mean_loss
from training.fit.averaging_measured import averaging_measured
from training.fit.checkpoint import Checkpoint
from training.fit.configuration import Configuration
from training.fit.features import Floats, Indices, backbone_sha256, cached_features
from training.fit.log import Entry, Log
from training.fit.record import FEATURES_FOLDER, Run, begin, complete
from training.fit.reference import reference_of
from training.fit.stopping import Stopped, noticing_sigterm
from training.fit.team import Team, open_team
from training.fit.torch_maps import contributions_of
from training.fit.unit import copy_into, layer_of
from training.model.network import ARCHITECTURE, SkullBaseNetwork, round_to_half
from training.model.tools import tool_versions
from training.model.weights import first_weights
from training.model.weights_file import Origin
from training.work.hardware import TrainingDevice
from training.work.progress import Progress


class BackboneChanged(InstallationUnsound):
    """The frozen backbone is not what it was: a defect, not the user's."""


def fit_run(
    train: Images,
    validation: Images | None,
    configuration: Configuration,
    out: Path,
    device: TrainingDevice = TrainingDevice.CPU,
    workers: int = 1,
    cohort: Mapping[str, Any] | None = None,
) -> Run | None:
    """Fit the final layer on a frozen backbone, or go on with a fit that was killed or stopped.

    Under torchrun every process calls this with the same images; the first one reads and writes `out` and speaks.
    torch's number of threads is the caller's to set.

    Args:
        train: all slices in range; the final layer learns from those that are `Images.learnable`.
        validation: those of other patients; watched, nothing is chosen by them. None with folds, where all patients
            can be learned from.
        out: a new folder, or that of the same run, begun.
        workers: threads that make copies.
        cohort: anything to be kept with the run, as JSON has it.

    Returns:
        The complete run; None in processes other than the first.

    Raises:
        ImagesRefused: one class only, a patient on both sides, or nobody to measure the fit on.
        WeightsRefused: the first weights cannot be had or do not fit.
        NoSuchDevice: there is no such device.
        WrongUse, RunRefused: the folder holds a complete run, another one, or something else.
        FitRefused: fewer patients than folds, or no convergence.
        NotWritten: the disk is full; what was saved stays and can be gone on from.
        Stopped: SIGTERM came; everything is saved.
    """
    require_learnable(train, validation, configuration.folds)
    learned = train.among(train.learnable)
    with open_team(device) as team, noticing_sigterm() as work:
        try:
            _Fit(train, learned, validation, configuration, out, team, workers, work).run(dict(cohort or {}))
        except Cancelled:
            raise Stopped(out) from None
        return Run.load(out) if team.first else None


def frozen_backbone(configuration: Configuration) -> tuple[SkullBaseNetwork, Origin]:
    """The network with its first weights, rounded as a bundle stores them, frozen and in evaluation mode.

    Rounded before anything is learned from it, so that the network that is exported is the one that was fitted.

    Raises:
        WeightsRefused: the first weights cannot be had or do not fit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(stream(configuration.seed, "backbone").integers(2**63)))
        network = SkullBaseNetwork()
    origin = first_weights(network, configuration.weights)
    round_to_half(network)
    network.requires_grad_(False).eval()
    return network, origin


@dataclass
class _Fit:
    """A fit in one process.

    Attributes:
        cases: all slices in range of the training patients.
        train: those of them that the final layer learns from.
        validation: all slices in range of those who are watched.
    """

    cases: Images
    train: Images
    validation: Images | None
    configuration: Configuration
    out: Path
    team: Team
    workers: int
    work: Work

    def run(self, cohort: dict[str, Any]) -> None:
        network, origin = frozen_backbone(self.configuration)
        backbone = backbone_sha256(network)
        sides = {"train": self.cases} | ({} if self.validation is None else {"validation": self.validation})
        prints = {side: one.fingerprint() for side, one in sides.items()}
        fingerprints = {
            "data": _sha256(sorted(prints.items())),
            "split": _sha256({side: sorted(set(one.patient)) for side, one in sides.items()}),
            "configuration": self.configuration.fingerprint(),
            "backbone": backbone,
        }
        record: dict[str, Any] = {}
        if self.team.first:
            surroundings = _environment(self.team, self.workers, self.configuration.seed)
            numbered = sides | {"train": self.train}
            record = begin(self.out, self.configuration, numbered, fingerprints, origin, cohort, surroundings)
        started = perf_counter()
        network.to(self.team.device, memory_format=torch.channels_last)
        learned = self._features(network, backbone, "train", self._learned())
        judged = {
            side: self._features(network, backbone, name, ShiftOrder(sides[side], self._shifts, prints[side]))
            for side, name in (("train", "cases"), ("validation", "validation"))
            if side in sides and (side == "validation" or self.configuration.folds)
        }
        extracted = perf_counter()
        watched = None
        if self.validation is not None:
            watched = judged["validation"].rows(np.arange(len(self.validation)))
        checkpoint = self._fit(learned, watched)
        if not self.team.first:
            return
        copy_into(network.fc, Layer.mean(checkpoint.layers))
        round_to_half(network)
        if backbone_sha256(network) != backbone:
            raise BackboneChanged(
                message("The frozen backbone changed during the fit, so the run is not completed: report this.")
            )
        results = {
            **self._held_out(judged, checkpoint.folds, layer_of(network.fc)),
            "penalties": [asdict(one) for one in checkpoint.tried],
            "maps": asdict(measure_maps(partial(contributions_of, network), self.train, ARCHITECTURE.map_stride)),
            "seconds": {"features": extracted - started, "final layer": perf_counter() - extracted},
        }
        reference, unknown = self._reference(network)
        results["not_computed"] += unknown
        complete(self.out, record, network, reference, results)

    def _reference(self, network: SkullBaseNetwork) -> tuple[Reference | None, list[str]]:
        """By which familiarity is told, or why it will not be."""
        progress = Progress("Familiarity", len(self.cases))
        work = Work(lambda done, _: progress.tell(done), self.work.stop)
        try:
            return reference_of(network, self.cases, self.configuration.familiarity, self.configuration.seed, work), []
        except ReferenceRefused as error:
            return None, [f"Which heads are familiar to the model will not be known, because {error}."]
        finally:
            progress.close()

    @property
    def _shifts(self) -> tuple[tuple[int, int], ...]:
        return self.configuration.decision.averaging.shifts

    def _learned(self) -> FeatureOrder:
        """The images that the final layer learns from, and their copies."""
        seed, augmentation = self.configuration.seed, self.configuration.augmentation
        copies = augmentation.copies * self.configuration.members
        return FeatureOrder(self.train, copies, seed, augmentation.amounts, self.train.fingerprint())

    def _features(
        self, network: SkullBaseNetwork, backbone: str, name: str, order: FeatureOrder | ShiftOrder
    ) -> Features:
        folder = self.out / FEATURES_FOLDER / name
        return cached_features(network, backbone, order, folder, self.team, self.workers, self.work)

    def _held_out(self, judged: dict[str, Features], folds: list[Layer], final: Layer) -> dict[str, Any]:
        """Threshold, run and figures from the answers for patients whom the answering layer had not learned from."""
        settings = self.configuration.decision
        cutoff, unchosen = settings.cutoff, ""
        measured: list[tuple[list[Metric], list[str]]] = []
        averaging: list[dict[str, Any]] = []
        if folds:
            fold = self._fold_of(self.cases)
            held = HeldOut(self.cases, held_out(judged["train"], self.cases, len(self._shifts), folds, fold), fold)
            calls = decide_by(held, settings, settings.averaging)
            cutoff, unchosen = calls.cutoff, calls.unchosen
            averaging = averaging_measured(held, settings)
            measured.append(figures(calls, FOLDS))
        if self.validation is not None:
            (answers,) = logits_of(judged["validation"], self.validation, len(self._shifts), [final])
            watched = HeldOut(self.validation, answers, np.zeros(len(self.validation), dtype=np.int64))
            chosen = Decision(threshold=cutoff.threshold, cutoff_slices=cutoff.slices, cutoff_mm=cutoff.mm or 0.0)
            measured.append(figures(decide_by(watched, chosen, settings.averaging), VALIDATION))
        return {
            "decision": {**asdict(cutoff), **asdict(settings.averaging), "unchosen": unchosen},
            "metrics": [asdict(metric) for metrics, _ in measured for metric in metrics],
            "not_computed": [sentence for _, sentences in measured for sentence in sentences],
            "averaging": averaging,
        }

    def _fold_of(self, images: Images) -> Indices:
        """The fold of each image; the same patient has the same one among all slices and among those learned from."""
        return fold_of(images, self.configuration.folds, self.configuration.seed)

    def _fit(self, learned: Features, watched: Floats | None) -> Checkpoint:
        first = self.team.first
        checkpoint = self._same_everywhere(Checkpoint.load(self.out) if first else Checkpoint())
        log = Log(self.out, checkpoint.entries) if first else None
        try:
            if isinstance(self.configuration.fit, Logistic):
                # One process is enough: the solver takes a minute, and its sums stay the same.
                if log:
                    self._fit_logistic(learned, watched, self.configuration.fit, checkpoint, log)
                    self._fit_folds(learned, checkpoint)
            else:
                self._fit_adam(learned, watched, checkpoint, log)
                self._fit_folds(learned, checkpoint)
        finally:
            if log:
                log.close()
        return checkpoint

    def _fit_folds(self, learned: Features, checkpoint: Checkpoint) -> None:
        """For each fold the layer that learns from the others, in the way of the final one."""
        count = self.configuration.folds
        progress = Progress("Layers of the folds", count) if count and self.team.first else None
        fold = self._fold_of(self.train) if count else np.empty(0)
        for left_out in range(len(checkpoint.folds), count):
            rows = [self._rows(member) for member in range(self.configuration.members)]
            kept = [own[fold[own % len(self.train)] != left_out] for own in rows]
            penalty = self._penalty(checkpoint)
            checkpoint.folds.append(Layer.mean([self._layer(learned, own, n, penalty) for n, own in enumerate(kept)]))
            if progress:
                checkpoint.save(self.out)
                progress.tell(left_out + 1)
            # The logistic layers are solved by the first process alone, so that it asks nobody.
            alone = isinstance(self.configuration.fit, Logistic)
            if self.work.stop() if alone else self.team.any(self.work.stop()):
                raise Stopped(self.out)
        if progress:
            progress.close()

    def _layer(self, learned: Features, rows: Indices, member: int, penalty: float) -> Layer:
        """The layer that some rows give."""
        settings = self.configuration.fit
        if isinstance(settings, Logistic):
            return self._logistic(learned).layer(rows, penalty, settings)
        fit = AdamFit(learned.parts[0].shape[1], settings, self.configuration.seed, member, self.team)
        positive = self.train.positive[rows % len(self.train)]
        while fit.epoch < settings.epochs:
            fit.run_epoch(TrainingRows(learned, rows, positive))
        return fit.layer

    def _logistic(self, learned: Features) -> Learned:
        return Learned(self.train, learned, self.configuration.augmentation.copies)

    def _penalty(self, checkpoint: Checkpoint) -> float:
        settings = self.configuration.fit
        if not isinstance(settings, Logistic):
            return 0.0
        return checkpoint.tried[0].penalty if checkpoint.tried else settings.penalties[0]

    def _fit_adam(self, learned: Features, watched: Floats | None, checkpoint: Checkpoint, log: Log | None) -> None:
        settings, members = self.configuration.fit, self.configuration.members
        assert not isinstance(settings, Logistic)
        progress = Progress("Final layer", members * settings.epochs) if log else None
        width = learned.parts[0].shape[1]
        for member in range(len(checkpoint.layers), members):
            rows = self._rows(member)
            training = TrainingRows(learned, rows, self.train.positive[rows % len(self.train)])
            fit = AdamFit(width, settings, self.configuration.seed, member, self.team)
            if checkpoint.adam:
                fit.go_on_from(checkpoint.adam)
            while fit.epoch < settings.epochs:
                loss = fit.run_epoch(training)
                last = fit.epoch == settings.epochs
                checkpoint.adam = None if last else fit.state()
                if last:
                    checkpoint.layers.append(fit.layer)
                if log and progress:
                    log.add(self._entry(member, fit.epoch, loss, fit.layer, watched))
                    checkpoint.save(self.out)
                    progress.tell(member * settings.epochs + fit.epoch)
                if self.team.any(self.work.stop()):
                    raise Stopped(self.out)
        if progress:
            progress.close()

    def _same_everywhere(self, checkpoint: Checkpoint) -> Checkpoint:
        """The first process's checkpoint, in all."""
        if self.team.size == 1:
            return checkpoint
        given = [checkpoint]
        torch.distributed.broadcast_object_list(given, src=0, device=self.team.device)
        return checkpoint if self.team.first else given[0]

    def _fit_logistic(
        self, learned: Features, watched: Floats | None, settings: Logistic, checkpoint: Checkpoint, log: Log
    ) -> None:
        if not checkpoint.tried and len(settings.penalties) > 1:
            progress = Progress("Penalty, in folds by patient", self.configuration.folds * len(settings.penalties))
            work = Work(lambda done, _: progress.tell(done), self.work.stop)
            checkpoint.tried = self._logistic(learned).choose(self._fold_of(self.train), settings, work)
            progress.close(f"{checkpoint.tried[0].penalty:g}")
            checkpoint.save(self.out)
        penalty = self._penalty(checkpoint)
        progress = Progress("Final layer", self.configuration.members)
        for member in range(len(checkpoint.layers), self.configuration.members):
            self.work.raise_if_stopped()
            rows = self._rows(member)
            positive = self.train.positive[rows % len(self.train)]
            layer = self._layer(learned, rows, member, penalty)
            checkpoint.layers.append(layer)
            loss = mean_loss(layer.logits(learned.rows(rows)), positive)
            log.add(self._entry(member, 1, loss, layer, watched))
            checkpoint.save(self.out)
            progress.tell(member + 1)
        progress.close()

    def _entry(self, member: int, epoch: int, loss: float, layer: Layer, watched: Floats | None) -> Entry:
        if self.validation is None or watched is None:
            return Entry(member, epoch, loss)
        return Entry.of(member, epoch, loss, layer.logits(watched), self.validation.positive)

    def _rows(self, member: int) -> Indices:
        return member_rows(len(self.train), self.configuration.augmentation.copies, member)


def _environment(team: Team, workers: int, seed: int) -> dict[str, Any]:
    name = torch.cuda.get_device_name(team.device) if team.device.type == "cuda" else platform.processor()
    return {
        "tools": {**tool_versions(), "tensorboard": version("tensorboard")},
        "system": platform.platform(),
        "device": team.device.type,
        "device_name": name,
        "threads": torch.get_num_threads(),
        "processes": team.size,
        "workers": workers,
        "seed": seed,
    }


def _sha256(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
