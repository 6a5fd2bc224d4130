"""One fit from images to a complete run."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from desktop.errors import Cancelled, InstallationUnsound
from desktop.messages import message
from desktop.work import Work
from training.fit.adam import AdamFit, TrainingRows
from training.fit.augmentation import Augmentation
from training.fit.checkpoint import Checkpoint
from training.fit.configuration import Configuration, Logistic
from training.fit.draws import stream
from training.fit.features import FeatureOrder, Features, Floats, Indices, backbone_sha256, cached_features
from training.fit.figures import validation_metrics
from training.fit.images import Images, require_learnable
from training.fit.layer import Layer
from training.fit.log import Entry, Log
from training.fit.logistic import choose_penalty, fit_logistic
from training.fit.maps import measure_maps
from training.fit.record import FEATURES_FOLDER, Run, begin, complete
from training.fit.stopping import Stopped, noticing_sigterm
from training.fit.team import Team, open_team
from training.model.network import SkullBaseNetwork, round_to_half
from training.model.tools import tool_versions
from training.model.weights import first_weights
from training.model.weights_file import Origin
from training.work.hardware import TrainingDevice
from training.work.progress import Progress


class BackboneChanged(InstallationUnsound):
    """The frozen backbone is not what it was: a defect, not the user's."""


def fit_run(
    train: Images,
    validation: Images,
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
        validation: images of other patients; watched, nothing is chosen by them.
        out: a new folder, or that of the same run, begun.
        workers: threads that make copies.
        cohort: anything to be kept with the run, as JSON has it.

    Returns:
        The complete run; None in processes other than the first.

    Raises:
        ImagesRefused: one class only, or a patient on both sides.
        WeightsRefused: the first weights cannot be had or do not fit.
        NoSuchDevice: there is no such device.
        WrongUse, RunRefused: the folder holds a complete run, another one, or something else.
        FitRefused: fewer patients than folds, or no convergence.
        NotWritten: the disk is full; what was saved stays and can be gone on from.
        Stopped: SIGTERM came; everything is saved.
    """
    require_learnable(train, validation)
    with open_team(device) as team, noticing_sigterm() as work:
        try:
            _Fit(train, validation, configuration, out, team, workers, work).run(dict(cohort or {}))
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
    """A fit in one process."""

    train: Images
    validation: Images
    configuration: Configuration
    out: Path
    team: Team
    workers: int
    work: Work

    def run(self, cohort: dict[str, Any]) -> None:
        network, origin = frozen_backbone(self.configuration)
        backbone = backbone_sha256(network)
        prints = {side: one.fingerprint() for side, one in self._sides().items()}
        fingerprints = {
            "data": _sha256(sorted(prints.items())),
            "split": _sha256({side: sorted(set(one.patient)) for side, one in self._sides().items()}),
            "configuration": self.configuration.fingerprint(),
            "backbone": backbone,
        }
        record: dict[str, Any] = {}
        if self.team.first:
            surroundings = _environment(self.team, self.workers, self.configuration.seed)
            record = begin(self.out, self.configuration, self._sides(), fingerprints, origin, cohort, surroundings)
        started = perf_counter()
        network.to(self.team.device, memory_format=torch.channels_last)
        learned, watched = self._features(network, backbone, prints)
        extracted = perf_counter()
        checkpoint = self._fit(learned, watched)
        if not self.team.first:
            return
        Layer.mean(checkpoint.layers).into(network.fc)
        round_to_half(network)
        if backbone_sha256(network) != backbone:
            raise BackboneChanged(
                message("The frozen backbone changed during the fit, so the run is not completed: report this.")
            )
        answers = Layer.of(network.fc).logits(watched)
        metrics, not_computed = validation_metrics(answers, self.validation)
        results = {
            "metrics": [asdict(one) for one in metrics],
            "not_computed": not_computed,
            "penalties": [asdict(one) for one in checkpoint.tried],
            "maps": asdict(measure_maps(network, self.train)),
            "seconds": {"features": extracted - started, "final layer": perf_counter() - extracted},
        }
        complete(self.out, record, network, results)

    def _sides(self) -> dict[str, Images]:
        return {"train": self.train, "validation": self.validation}

    def _features(self, network: SkullBaseNetwork, backbone: str, prints: dict[str, str]) -> tuple[Features, Floats]:
        """Features of the training images and copies, and those of the validation images [n, m]."""
        seed, augmentation = self.configuration.seed, self.configuration.augmentation
        copies = augmentation.copies * self.configuration.members
        orders = {
            "train": FeatureOrder(self.train, copies, seed, augmentation.amounts, prints["train"]),
            # Without copies neither seed nor amounts count.
            "validation": FeatureOrder(self.validation, 0, 0, Augmentation(0.0, 0.0), prints["validation"]),
        }
        found = {
            side: cached_features(
                network, backbone, order, self.out / FEATURES_FOLDER / side, self.team, self.workers, self.work
            )
            for side, order in orders.items()
        }
        return found["train"], found["validation"].rows(np.arange(orders["validation"].rows)).numpy()

    def _fit(self, learned: Features, watched: Floats) -> Checkpoint:
        first = self.team.first
        checkpoint = Checkpoint.load(self.out) if first else Checkpoint()
        log = Log(self.out, checkpoint.entries) if first else None
        try:
            if isinstance(self.configuration.fit, Logistic):
                # One process is enough: the solver takes a minute, and its sums stay the same.
                if log:
                    self._fit_logistic(learned, watched, self.configuration.fit, checkpoint, log)
            else:
                self._fit_adam(learned, watched, checkpoint, log)
        finally:
            if log:
                log.close()
        return checkpoint

    def _fit_adam(self, learned: Features, watched: Floats, checkpoint: Checkpoint, log: Log | None) -> None:
        settings, members = self.configuration.fit, self.configuration.members
        assert not isinstance(settings, Logistic)
        checkpoint = self._same_everywhere(checkpoint)
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
                    answers = fit.layer.logits(watched)
                    log.add(Entry.of(member, fit.epoch, loss, answers, self.validation.positive))
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
        self, learned: Features, watched: Floats, settings: Logistic, checkpoint: Checkpoint, log: Log
    ) -> None:
        if not checkpoint.tried and len(settings.penalties) > 1:
            rows = self._rows(0)
            progress = Progress("Penalty, in folds by patient", settings.folds * len(settings.penalties))
            checkpoint.tried = choose_penalty(
                learned.rows(rows).double().numpy(),
                self.train.positive[rows % len(self.train)],
                self._patients(rows),
                len(self.train),
                settings,
                self.configuration.seed,
                Work(lambda done, _: progress.tell(done), self.work.stop),
            )
            progress.close(f"{checkpoint.tried[0].penalty:g}")
            checkpoint.save(self.out)
        penalty = checkpoint.tried[0].penalty if checkpoint.tried else settings.penalties[0]
        progress = Progress("Final layer", self.configuration.members)
        for member in range(len(checkpoint.layers), self.configuration.members):
            self.work.raise_if_stopped()
            rows = self._rows(member)
            positive = self.train.positive[rows % len(self.train)]
            features = learned.rows(rows)
            layer = fit_logistic(features.double().numpy(), positive, self._patients(rows), penalty, settings.balance)
            checkpoint.layers.append(layer)
            loss = Entry.of(member, 1, 0.0, layer.logits(features.numpy()), positive).validation_loss
            log.add(Entry.of(member, 1, loss, layer.logits(watched), self.validation.positive))
            checkpoint.save(self.out)
            progress.tell(member + 1)
        progress.close()

    def _rows(self, member: int) -> Indices:
        """The feature rows of a member: the images themselves, and copies of its own."""
        count, copies = len(self.train), self.configuration.augmentation.copies
        own = np.arange(member * copies * count, (member + 1) * copies * count) + count
        return np.concatenate([np.arange(count), own])

    def _patients(self, rows: Indices) -> list[str]:
        return [self.train.patient[n] for n in rows % len(self.train)]


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
