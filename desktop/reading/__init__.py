"""What a reader decides: ROI, range, run, verdict, the saved reading. No Qt, no DICOM."""
