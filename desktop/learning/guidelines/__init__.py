"""Reporting guidelines: what they ask, answered from what a bundle, its run and an evaluation know."""
