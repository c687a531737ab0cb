"""``python -m xps_keras`` is the same program as ``xps-keras``."""

from xps_keras.cli.app import main

if __name__ == "__main__":
    main()
