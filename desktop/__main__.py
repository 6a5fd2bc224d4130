"""`python -m desktop` is `clivus`. The frozen application starts here too, and so do its child processes."""

import importlib
import sys

from desktop.children import CHILDREN

if len(sys.argv) == 2 and sys.argv[1] in CHILDREN:  # first, so that a child process loads only what it needs
    importlib.import_module(sys.argv[1]).main()
else:
    from desktop.cli import main

    sys.exit(main())
