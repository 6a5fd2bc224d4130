"""Palette and style sheet of the window: dark for a reading room, with one accent."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.messages import language
from desktop.viewer.fonts import use_fonts_of
from desktop.viewer.theme import (
    ACCENT,
    AMBER,
    BACKGROUND,
    ENTRY_EDGE_PX,
    ENTRY_PADDING_PX,
    FAINT,
    LINE,
    PANEL,
    PROGRESS_BAR,
    QUIET,
    RAISED,
    TEXT,
    VERDICT_LINES,
)


def dress(app: QApplication) -> None:
    """Give the application its dark palette and style, and the font of the language in use."""
    app.setStyle("Fusion")
    use_fonts_of(language(), app)
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in {
        role.Window: PANEL,
        role.WindowText: TEXT,
        role.Base: BACKGROUND,
        role.AlternateBase: PANEL,
        role.Text: TEXT,
        role.Button: RAISED,
        role.ButtonText: TEXT,
        role.BrightText: TEXT,
        role.Highlight: ACCENT,
        role.HighlightedText: BACKGROUND,
        role.ToolTipBase: RAISED,
        role.ToolTipText: TEXT,
        role.PlaceholderText: QUIET,
        role.Link: ACCENT,
    }.items():
        palette.setColor(name, QColor(colour))
    for disabled in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, disabled, QColor(FAINT))
    app.setPalette(palette)
    app.setStyleSheet(_STYLE)


_STYLE = f"""
QMainWindow, QDialog {{ background: {PANEL}; }}
QToolTip {{ color: {TEXT}; background: {RAISED}; border: 1px solid {LINE}; padding: 4px; }}
QLabel[role="heading"] {{ color: {TEXT}; font-weight: 600; }}
QLabel[role="quiet"] {{ color: {QUIET}; }}
QLabel[role="warning"] {{ color: {AMBER}; }}
QFrame[role="step"] {{ background: {PANEL}; border: none; border-bottom: 1px solid {LINE}; }}
QCheckBox::indicator {{
    width: 13px; height: 13px; border: 1px solid {QUIET}; border-radius: 2px; background: {BACKGROUND};
}}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QCheckBox::indicator:focus {{ border-color: {TEXT}; }}
QPushButton {{
    color: {TEXT}; background: {RAISED}; border: 1px solid {LINE}; border-radius: 3px; padding: 3px 9px;
}}
QPushButton:hover {{ border-color: {ACCENT}; }}
QPushButton:focus, QListWidget:focus, QComboBox:focus, QPlainTextEdit:focus {{ border: 1px solid {ACCENT}; }}
QPushButton:pressed {{ background: {LINE}; }}
QPushButton:checked {{ background: {LINE}; border-color: {TEXT}; }}
QPushButton[role="invasion"]:checked {{ background: {VERDICT_LINES["positive"]}; color: {BACKGROUND}; }}
QPushButton[role="no invasion"]:checked {{ background: {VERDICT_LINES["negative"]}; color: {BACKGROUND}; }}
QPushButton:disabled {{ color: {FAINT}; background: {PANEL}; }}
QPushButton[role="main"]:enabled {{ background: {ACCENT}; color: {BACKGROUND}; font-weight: 600; }}
QPushButton[role="main"]:focus {{ border: 1px solid {TEXT}; }}
QComboBox {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: 3px; padding: 2px 6px; combobox-popup: 0;
}}
QComboBox QAbstractItemView {{
    selection-background-color: {ACCENT}; selection-color: {BACKGROUND}; border: 1px solid {LINE}; outline: none;
}}
QTableView {{ selection-background-color: {ACCENT}; selection-color: {BACKGROUND}; }}
QListWidget {{ background: {BACKGROUND}; border: 1px solid {LINE}; outline: none; }}
QListWidget::item {{ padding: {ENTRY_PADDING_PX}px; border-left: {ENTRY_EDGE_PX}px solid transparent; }}
QListWidget::item:selected {{ background: {RAISED}; color: {TEXT}; border-left: {ENTRY_EDGE_PX}px solid {ACCENT}; }}
QProgressBar {{
    background: {BACKGROUND}; border: 1px solid {LINE}; border-radius: 3px; text-align: center; color: {TEXT};
}}
QProgressBar::chunk {{ background: {PROGRESS_BAR}; }}
QScrollArea {{ border: none; }}
QDialog QScrollArea {{ border: 1px solid transparent; }}
QDialog QScrollArea:focus {{ border-color: {ACCENT}; }}
QPlainTextEdit {{ background: {BACKGROUND}; border: 1px solid {LINE}; }}
QSlider {{ border: 1px solid transparent; border-radius: 3px; }}
QSlider:focus {{ border-color: {ACCENT}; }}
QTabBar::tab {{ color: {QUIET}; background: {PANEL}; border: 1px solid transparent; padding: 3px 10px; }}
QTabBar::tab:selected {{ color: {TEXT}; background: {RAISED}; }}
QTabBar::tab:selected:focus {{ border-color: {ACCENT}; }}
QSplitter::handle {{ background: {LINE}; }}
QStatusBar {{ background: {BACKGROUND}; color: {QUIET}; }}
QStatusBar::item {{ border: none; }}
QMenuBar {{ background: {BACKGROUND}; color: {QUIET}; }}
QMenuBar::item:selected {{ background: {RAISED}; color: {TEXT}; }}
QToolBar {{ background: {BACKGROUND}; border: none; padding: 2px 4px; spacing: 0px; }}
QToolBar::separator {{ background: {LINE}; width: 1px; margin: 4px 2px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 3px; padding: 3px; }}
QToolButton:hover, QToolButton:focus {{ border-color: {ACCENT}; }}
QToolButton:checked, QToolButton:pressed {{ background: {RAISED}; }}
QToolButton::menu-indicator {{ image: none; }}
QMenu {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; }}
QMenu::item:selected {{ background: {LINE}; }}
QMenu::separator {{ background: {LINE}; height: 1px; margin: 3px 6px; }}
"""
