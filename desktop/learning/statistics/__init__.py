"""The measures and intervals that a model states of itself: plain arrays in, figures out."""
