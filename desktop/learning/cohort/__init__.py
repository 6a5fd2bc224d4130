"""Cases to learn from: opened, held against their readings, cut out, and divided by patient."""
