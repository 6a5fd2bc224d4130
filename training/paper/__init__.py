"""The paper's own figures, recomputed: what is behind each of them, and what does not hold."""
