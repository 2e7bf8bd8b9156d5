"""Choose and compare rows: by day, by what was known, by point, by box, by name."""
