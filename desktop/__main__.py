"""`python -m desktop` is `clivus`."""

import sys

from desktop.cli import main

sys.exit(main())
