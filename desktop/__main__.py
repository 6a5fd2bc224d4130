"""`python -m desktop` is `clivus`, and so is the frozen application, which is its own decoder too."""

import sys

from desktop.imaging.decoding.command import DECODER_ARGUMENT

if sys.argv[1:] == [DECODER_ARGUMENT]:  # first of all, so that a decoder loads nothing but decoders
    from desktop.imaging.decoding.worker import main as decode

    decode()
else:
    from desktop.cli import main

    sys.exit(main())
