"""The version number."""

VERSION = "0.4.0"

MAKER = "Clivus"
"""Manufacturer (0008,0070) in every DICOM object that Clivus writes, by which it knows them again."""
