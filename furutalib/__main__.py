"""`python -m furutalib` is the command line `furuta`."""

import sys

from furutalib.lessons.cli import main

if __name__ == "__main__":
    sys.exit(main())
