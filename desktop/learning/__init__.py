"""A site's final layer from its own cases: images, copies, fit, choice, figures and card, on numpy."""
