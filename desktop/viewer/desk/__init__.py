"""What is open and what happens to it: the case, its display, opening, analysing, saving. No widgets."""
