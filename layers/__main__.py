"""Run the command as `python -m layers`."""

from layers.cli import main

main()
