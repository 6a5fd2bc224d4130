"""`python -m desktop` is `clivus`, and so is the frozen application, which is its own children too."""

import importlib
import sys

from desktop.children import CHILDREN

if len(sys.argv) == 2 and sys.argv[1] in CHILDREN:  # first of all, so that a child loads nothing but what it needs
    importlib.import_module(sys.argv[1]).main()
else:
    from desktop.cli import main

    sys.exit(main())
