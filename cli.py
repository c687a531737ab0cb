"""Launcher for a checkout: ``python cli.py`` is the same program as ``xps-keras``."""

import sys

from xps_keras.__main__ import main

if __name__ == "__main__":
    # This folder holds our own `datasets/` and `export/`, which must not hide installed packages of these names.
    sys.path.pop(0)
    main()
