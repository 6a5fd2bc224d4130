"""Drawings of the landmarks that range and ROI are placed by, in the steps that ask for them."""
