"""pydicom, set up, and those of its names that read DICOM here. Use them by `desktop.imaging.dicom`.

Two things hold for the whole process, so they stand here and not in a file that happens to need pydicom first:

- Values are not validated while they are read. What is used is checked where it is used (attributes.py), and pydicom's
  own warnings repeat the values, names of patients too.
- pydicom is imported without decoders and download tools. It looks for them to decode pixels and to fetch test files;
  here the decoder processes decode (decoding/codecs.py) and nothing is fetched. Importing them delays the window by
  about 150 ms.
"""

from __future__ import annotations

from desktop.hidden_modules import without

__all__ = [
    "UID",
    "VR",
    "BaseTag",
    "Dataset",
    "MultiValue",
    "RawDataElement",
    "Tag",
    "dcmread",
    "dictionary_VR",
    "dictionary_has_tag",
    "keyword_for_tag",
    "python_encoding",
    "read_dataset",
    "read_file_meta_info",
    "read_sequence",
]


with without("gdcm", "jpeg_ls", "openjpeg", "rle", "PIL", "requests", "tqdm"):
    from pydicom import Dataset, config, dcmread
    from pydicom.charset import python_encoding
    from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
    from pydicom.dataelem import RawDataElement
    from pydicom.filereader import read_dataset, read_file_meta_info, read_sequence
    from pydicom.multival import MultiValue
    from pydicom.tag import BaseTag, Tag
    from pydicom.uid import UID
    from pydicom.valuerep import VR

config.settings.reading_validation_mode = config.IGNORE
