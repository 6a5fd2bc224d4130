"""CT in: files to series, Hounsfield units in patient space, eligibility checks. No Qt."""
