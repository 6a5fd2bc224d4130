"""How the network was made."""

from __future__ import annotations

from training.paper.cases import Study
from training.paper.findings.finding import Finding
from training.paper.printed import COPIES, TRAINING_IMAGES, VALIDATION_SHARE, Paper

STEM = 7
"""Width in pixels of ResNet50's first convolution (He et al. 2016, Table 1); a test asks torchvision's network."""

PRINTED_STEM = 3

STEM_FILTERS, COLOURS = 64, 3


def siblings(paper: Paper, study: Study) -> Finding:
    """A validation split that is drawn after augmentation."""
    images = sum(TRAINING_IMAGES) * (1 + COPIES)
    trained = images - round(VALIDATION_SHARE * images)
    # The other versions of a validation image are COPIES draws without replacement from all other images.
    mean = COPIES * trained / (images - 1)
    return Finding(
        "augmented siblings",
        f"{100 * VALIDATION_SHARE:.0f} % of the training data are for internal validation, by image; {COPIES} copies "
        "of each are made before training",
        f"Whether that split came before the copies is not stated. Drawn after them, from {images} images of which "
        f"{trained} train, a validation image has on average {COPIES} x {trained}/{images - 1} = {mean:.1f} of its "
        f"{COPIES} siblings among those trained on: such a validation measures memory.",
        {"siblings": mean},
    )


def stem(paper: Paper, study: Study) -> Finding:
    """The first convolution."""
    printed, real = (side**2 * COLOURS * STEM_FILTERS for side in (PRINTED_STEM, STEM))
    return Finding(
        "stem",
        f"ResNet50 begins with a convolution of {PRINTED_STEM} x {PRINTED_STEM}",
        f"ResNet50's is {STEM} x {STEM} (He et al. 2016): {STEM}² x {COLOURS} x {STEM_FILTERS} = {real} weights, where "
        f"{PRINTED_STEM} x {PRINTED_STEM} has {printed}. The ImageNet weights that the paper keeps are of the former.",
        {"real": real, "printed": printed},
    )


def not_stated(paper: Paper, study: Study) -> Finding:
    """What another group would need."""
    return Finding(
        "not stated",
        "nothing",
        "Threshold on the slice probability, ranges of rotation and shift, and scaling of the input are not stated. "
        "They cannot be computed, because no slice's probability is printed.",
        {},
    )
