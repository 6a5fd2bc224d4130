"""About Clivus: versions, model and device, what it may be used for, and whose work it stands on."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.inference.network import Network
from desktop.libraries import LICENCES, version_of
from desktop.messages import Message, clinical_review, message, offered, shown, tr, verbatim
from desktop.report.wording import licence_line, use_line
from desktop.version import VERSION
from desktop.viewer.panels.languages import own_name

PAPER = "Nakagawa et al., Jpn J Radiol 2024, doi:10.1007/s11604-023-01527-7"


def facts(network: Network | None) -> list[tuple[Message, Message]]:
    """What is told, each with its name."""
    told = [(message("Version"), verbatim(VERSION)), (message("Use"), message("Not for clinical use."))]
    if network is None:
        told.append((message("Model"), message("none is in use")))
    else:
        manifest = network.manifest
        told += [
            (message("Model"), verbatim(manifest.called)),
            (message("Use of the model"), use_line(manifest)),
            (message("Device"), verbatim(str(network.used).upper())),
        ]
        if (licence := licence_line(manifest)) is not None:
            told.append((message("Licence of the model"), licence))
    return [
        *told,
        (message("Method"), verbatim(PAPER)),
        *((verbatim(own_name(one)), review_line(one)) for one in offered() if one != "en"),
        (message("Licence"), verbatim("Apache-2.0")),
        (message("System"), verbatim(f"{platform.system()} {platform.release()}, Python {platform.python_version()}")),
    ]


def review_line(language: str) -> Message:
    """Who answers for the clinical sentences of a language. English is what the authors wrote."""
    if reviewer := clinical_review(language):
        return message("The clinical sentences in this language have been reviewed by {reviewer}.", reviewer=reviewer)
    return message("The clinical sentences in this language have not been reviewed by a radiologist.")


def libraries() -> list[str]:
    """The libraries that are installed, each with version and licence."""
    return [f"{name} {version}: {licence}" for name, licence in LICENCES.items() if (version := version_of(name))]


class AboutDialog(QDialog):
    """A page to read and to copy from; it can stay open during the work."""

    def __init__(self, network: Network | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Clivus"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        for row, (name, value) in enumerate(facts(network)):
            for column, text in enumerate((shown(name), shown(value))):
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(column == 1)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                label.setProperty("role", "quiet" if column == 0 else "")
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        built = QPlainTextEdit("\n".join(libraries()))
        built.setReadOnly(True)
        built.setAccessibleName(tr("Libraries with their versions and licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 12)
        layout.addLayout(grid)
        layout.addWidget(QLabel(tr("Libraries with their versions and licences")))
        layout.addWidget(built, 1)
        layout.addWidget(buttons)
        self.resize(640, 480)
