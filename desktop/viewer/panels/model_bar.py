"""What a reader has to decide about a model, beside the views: which one judges, and whether one that was brought is
installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.messages import Message, message, shown, tr
from desktop.models.shelf import Model
from desktop.report.wording import use_line
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.model_shelf import Brought, ModelShelf
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.beside_views import BesideViews
from desktop.viewer.panels.step import button
from desktop.viewer.theme import ACCENT, AMBER, RAISED, TEXT


class ModelBar(BesideViews):
    """One question at a time, with its buttons; it waits until it is answered."""

    def __init__(self, shelf: ModelShelf, judging: Judging, show_models: Callable[[], object]) -> None:
        super().__init__()
        self._shelf, self._judging = shelf, judging
        self._place: Path | None = None
        self._model: Model | None = None
        self._default_missing = False
        self.demonstration = button(
            tr("Use the demonstration model"),
            tr("Use the demonstration model that came with Clivus until the window is closed"),
            judging.use_shipped,
        )
        self.others = button(tr("Models …"), tr("Choose among the models on this computer"), show_models)
        self.install = button(tr("Install"), tr("Install the model on this computer"), self._install)
        self.open_once = button(
            tr("Use without installing"), tr("Use the model without installing it"), self._open_once
        )
        self.make_default = button(
            tr("Make it the default"), tr("Make the model the default, and use it now"), self._default
        )
        self.later = button(tr("Not now"), tr("Close the question about the model"), self._later)
        self._buttons = (self.demonstration, self.make_default, self.others, self.install, self.open_once, self.later)
        self.add(self.demonstration, self.make_default, self.others, self.install)
        self.add(self.open_once, self.later)
        judging.default_refused.connect(self._ask_which)
        judging.changed.connect(self._in_use)
        shelf.offered.connect(self._ask_to_install)
        shelf.installed.connect(self._ask_to_use)

    def _ask_which(self, told: Message) -> None:
        self._default_missing = True
        text = message(
            "{told} The demonstration model that came with Clivus is not taken in its place: nothing is judged until "
            "you choose.",
            told=told,
        )
        self._ask(text, AMBER, self.demonstration, self.others)

    def _in_use(self) -> None:
        """A model judges, so there is nothing left to decide about that."""
        if self._default_missing and self._judging.network is not None:
            self._default_missing = False
            self.hide()

    def _ask_to_install(self, brought: Brought) -> None:
        manifest, self._place = brought.manifest, brought.place
        use, stranger = use_line(manifest), brought.standing.told_before
        text = message(
            "{id} {version} is a model. {use} Install it on this computer?",
            id=manifest.id,
            version=manifest.version,
            use=use,
        )
        if stranger:
            text = message(
                "{model} is a model. {caution} {use} Install it on this computer?",
                model=manifest.called,
                caution=brought.standing.caution,
                use=use,
            )
        self._ask(text, AMBER if stranger else ACCENT, self.install, self.open_once, self.later)

    def _ask_to_use(self, model: Model) -> None:
        self._model = model
        if self._shelf.is_default(model):
            self.hide()
            return
        text = message(
            "{model} is installed. Is it to be the default, with which cases are judged from now on?", model=model.name
        )
        self._ask(text, ACCENT, self.make_default, self.others, self.later)

    def _ask(self, text: Message, mark: str, *buttons: object) -> None:
        for one in self._buttons:
            one.setVisible(one in buttons)
        self.say(shown(text), shown(text), RAISED, TEXT, mark)
        announce(self, shown(text), urgent=mark == AMBER)

    def _install(self) -> None:
        self.hide()
        if self._place is not None:
            self._shelf.install(self._place)

    def _open_once(self) -> None:
        self.hide()
        if self._place is not None:
            self._judging.open_model(self._place)

    def _default(self) -> None:
        self.hide()
        if self._model is not None:
            self._shelf.make_default(self._model)

    def _later(self) -> None:
        self.hide()
