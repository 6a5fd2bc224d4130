"""Clivus, the reading application. Demonstration, not for clinical use."""

from desktop.offline import stay_offline

stay_offline()  # here, because every Clivus process imports this package first
