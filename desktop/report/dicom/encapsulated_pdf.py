"""The report for people: a PDF in DICOM (PS3.3 A.45.1)."""

from __future__ import annotations

from desktop.imaging.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from desktop.report.dicom.common_modules import NOT_FOR_DIAGNOSIS, NewSeries, Occasion, complete, new_uid, reference_to
from desktop.report.dicom.library import Dataset, EncapsulatedPDFStorage, highdicom
from desktop.version import MAKER


def encapsulated_pdf(occasion: Occasion, series: NewSeries, pdf: bytes) -> Dataset:
    """A PDF in which nothing tells whose it is: the object does."""
    made = highdicom.SOPClass(
        study_instance_uid=occasion.source.study_instance_uid,
        series_instance_uid=new_uid(),
        series_number=series.number,
        sop_instance_uid=new_uid(),
        sop_class_uid=EncapsulatedPDFStorage,
        instance_number=1,
        modality="DOC",
        manufacturer=MAKER,
        transfer_syntax_uid=EXPLICIT_LITTLE_ENDIAN,
    )
    made.ConversionType = "WSD"
    made.AcquisitionDateTime = ""
    made.BurnedInAnnotation = "NO"
    made.DocumentTitle = NOT_FOR_DIAGNOSIS
    made.ConceptNameCodeSequence = []
    made.SourceInstanceSequence = [reference_to(image, whole=True) for image in occasion.source.files.values()]
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(pdf)
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return complete(made, series, occasion)
