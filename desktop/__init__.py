"""Clivus, the reading application. Demonstration, not for clinical use."""
