"""From judged cases to figures with their intervals."""
