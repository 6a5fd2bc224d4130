"""The cases that a model is trained or evaluated on: table, slices, checks, split by patient, pictures, phantoms."""
