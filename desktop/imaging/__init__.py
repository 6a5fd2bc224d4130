"""CT in: files to series, Hounsfield units in patient space, eligibility; and phantoms. No Qt."""
