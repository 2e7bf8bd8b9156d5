"""The report of a monitoring desk: events of a period in zones, with what the record says of them.

`layers.report.assemble` counts and gathers everything once (`layers.report.model.Report`); HTML,
PDF, DOCX and CSV are made of that alone, so that all four say the same. What a desk adds of its
own, its name, logo, texts and templates, is read by `layers.report.desk`.
"""
