"""Measures, their intervals and their comparisons: plain arrays in, figures out."""
