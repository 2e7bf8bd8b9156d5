"""The record in the hands of a desk: its tables as a workbook and back, drawn shapes as drafts."""
