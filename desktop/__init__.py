"""Clivus, the reading application. Demonstration, not for clinical use."""

from desktop.offline import stay_offline

stay_offline()  # here, since no process of ours imports anything before this package
