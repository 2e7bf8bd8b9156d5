"""Read points with their days, in any file that a desk has, with one tolerance everywhere.

``columns``   which columns say where and when, and how precisely
``values``    texts to numbers and days, or the reason why not
``encoding``  which encoding a text is in
``text``      CSV and TSV: rows placed by pyarrow, an open quote costs its own line alone
``tables``    workbooks, GeoPackage, Shapefile, Stata, JSON
``sources``   files found, cut into pieces of work, each read on its own
``survey``    what is known of files before they are read: columns taken, what looks odd
``points``    a file or a request body as points to ask the atlas about
"""
