"""Qt's own words on buttons, in context menus and in file dialogs, in the reader's language."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QObject, QTranslator

from desktop.messages import Message, language, message, shown

_TEXTS = (
    # Buttons of questions
    message("OK"),
    message("&Yes"),
    message("&No"),
    message("Save"),
    message("Discard"),
    message("Cancel"),
    message("Close"),
    # Context menus of texts
    message("&Undo"),
    message("&Redo"),
    message("Cu&t"),
    message("&Copy"),
    message("&Paste"),
    message("Delete"),
    message("Select All"),
    # Tabs
    message("Scroll Left"),
    message("Scroll Right"),
    # File dialogs
    message("&Choose"),
    message("&Open"),
    message("Open"),
    message("&Save"),
    message("&Delete"),
    message("&Rename"),
    message("&New Folder"),
    message("&Look in:"),
    message("Directory:"),
    message("File &name:"),
    message("Files of &type:"),
    message("All Files (*)"),
    message("Directories"),
    message("Files"),
    message("Folder"),
    message("Drive"),
    message("Computer"),
    message("Name"),
    message("Size"),
    message("Type"),
    message("Date Modified"),
    message("Back"),
    message("Go back"),
    message("Forward"),
    message("Go forward"),
    message("Parent Directory"),
    message("Go to the parent directory"),
    message("Create New Folder"),
    message("Create a New Folder"),
    message("List View"),
    message("Change to list view mode"),
    message("Detail View"),
    message("Change to detail view mode"),
    message("Sidebar"),
    message("List of places and bookmarks"),
    message("Show "),
    message("Show &hidden files"),
)
"""What Qt shows in this window, so that the catalogues hold it. The names of keys stay as they stand on the keys."""

_KNOWN = frozenset(text.text for text in _TEXTS)

_KEYS = "QShortcut"
"""Where Qt keeps the names of keys."""


class QtTexts(QTranslator):
    """Asks our catalogue first, so that a language is one file, and complete where Qt has none of it or not all; then
    Qt's own, for what this window was not known to show."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._qts = QTranslator(self)
        self._qts.load(f"qtbase_{language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        if context == _KEYS:
            return text
        own = shown(Message(text)) if text in _KNOWN else text
        return own if own != text else self._qts.translate(context, text, disambiguation, n) or text
