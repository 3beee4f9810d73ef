"""`python cli.py …` from a checkout: the same program as the installed `muui-maps`."""

import sys

from muui_maps.cli import main

if __name__ == "__main__":
    sys.exit(main())
