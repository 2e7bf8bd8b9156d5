"""Run the command as `python -m layers`."""

from layers.cli import main

if __name__ == "__main__":  # processes that are started by this one read it too
    main()
