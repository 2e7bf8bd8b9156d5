"""The log on standard error, written by a thread so that no answer waits for a terminal."""

from __future__ import annotations

import logging
import queue
from logging.handlers import QueueHandler, QueueListener

from layers.characters import printable

_NAMES = ("tamas", "uvicorn")


class Log:
    """Handlers of one running service; `close` writes what is left and takes them away."""

    def __init__(self) -> None:
        lines: queue.Queue[logging.LogRecord] = queue.Queue(20_000)
        shown = logging.StreamHandler()
        shown.setFormatter(_Plain("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._listener = QueueListener(lines, shown)
        self._handler = _Dropping(lines)
        self._listener.start()
        for name in _NAMES:
            logger = logging.getLogger(name)
            logger.addHandler(self._handler)
            logger.propagate = False
        logging.getLogger("tamas").setLevel(logging.INFO)
        logging.getLogger("uvicorn").setLevel(logging.WARNING)

    def close(self) -> None:
        """Write what is left and let go of the loggers."""
        for name in _NAMES:
            logging.getLogger(name).removeHandler(self._handler)
        self._listener.stop()


class _Dropping(QueueHandler):
    """A queue that is full loses lines instead of holding up answers."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Drop the line."""


class _Plain(logging.Formatter):
    """A line of the access log is JSON already; others get a time and a level."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        if record.name == "tamas.access":
            return printable(record.getMessage())
        return printable(super().format(record))
