"""Count dated events in dated zones.

From Python::

    from layers.build.assembly import build
    from layers.monitor.run import monitor
    from layers.record.reader import read

    result = monitor(["events.csv"], build(read(BUNDLED_SEEDS)))
    result.table                     # a pyarrow.Table, see layers.monitor.report
    result.write(Path("out.parquet"))

Piece by piece, on any machine: `sources.iter_chunks` cuts files, `index.ZoneIndex` is made once and
pickled, `run.process_chunk` counts a piece, and what it returns is added with ``+`` in any order.
"""
