"""The marks by which a series that Clivus drew is known from a patient's: only Clivus writes them.

A demonstration's network gives verdicts on such series alone, so both must stand on every slice, and a stack is never
made of slices with and without them.
"""

SOFTWARE = "CLIVUS_PHANTOM"
"""SoftwareVersions (0018,1020)."""

COMMENT = "Synthetic phantom, not a patient"
"""ImageComments (0020,4000)."""
