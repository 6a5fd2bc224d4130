"""Results as DICOM objects, for archives and other systems. Nothing here is imported until objects are wanted."""
