"""The five steps at the left of the window, always in sight."""
