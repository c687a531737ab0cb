"""What ``xps-keras``, ``python -m xps_keras`` and ``python cli.py`` start: one program."""

from xps_keras import interrupts


def main() -> None:
    """Run the command line, which takes a tenth of a second to import."""
    interrupts.end_at_once()
    from xps_keras.cli.app import main as run

    try:
        run()
    finally:
        interrupts.pass_over()


if __name__ == "__main__":
    main()
