"""The version number."""

VERSION = "0.2.0"
