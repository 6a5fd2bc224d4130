"""The reader's key slices: a Key Object Selection (TID 2010)."""

from __future__ import annotations

from desktop.report.dicom import vocabulary
from desktop.report.dicom.common_modules import NewSeries, Occasion, complete, new_uid
from desktop.report.dicom.evidence import stand_in
from desktop.report.dicom.library import Dataset, coded, highdicom
from desktop.report.dicom.source_images import SourceImages
from desktop.report.dicom.structured_report import device_context
from desktop.report.dicom.wanted import KeySlice
from desktop.version import MAKER

sr = highdicom.sr


def key_object(
    occasion: Occasion, series: NewSeries, chosen: SourceImages, key_slices: tuple[KeySlice, ...]
) -> Dataset:
    """The slices that the reader chose, with all notes in its one description: the template has none for each image.

    Args:
        chosen: the images of `key_slices`, in their order.
    """
    notes = [
        f"{number}: {note}" if len(key_slices) > 1 else note
        for number, (_, _, note) in enumerate(key_slices, start=1)
        if note
    ]
    files = [stand_in(image, occasion) for image in chosen.files.values()]
    content = highdicom.ko.KeyObjectSelection(
        document_title=coded(vocabulary.OF_INTEREST),
        referenced_objects=files[:1],
        observer_device_context=device_context(occasion),
        description="\n".join(notes) or None,
    )
    items = content[0].ContentSequence
    items.pop()  # highdicom refers to whole files; these are frames too
    items.extend(
        sr.ImageContentItem(
            coded(vocabulary.SOURCE),
            image.sop_class_uid,
            image.sop_instance_uid,
            referenced_frame_numbers=None if image.frame is None else [image.frame],
            relationship_type=sr.RelationshipTypeValues.CONTAINS,
        )
        for image in chosen.images
    )
    made = highdicom.ko.KeyObjectSelectionDocument(
        evidence=files,
        content=content,
        series_instance_uid=new_uid(),
        series_number=series.number,
        sop_instance_uid=new_uid(),
        instance_number=1,
        manufacturer=MAKER,
    )
    return complete(made, series, occasion, "".join(notes))
