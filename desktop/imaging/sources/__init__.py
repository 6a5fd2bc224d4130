"""What a person opens (a folder, a file, a DICOMDIR or an archive), as a list of files."""

from desktop.imaging.sources.listing import Candidate, NothingToRead, NotUnpacked
from desktop.imaging.sources.source import Source

__all__ = ["Candidate", "NotUnpacked", "NothingToRead", "Source"]
