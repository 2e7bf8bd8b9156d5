"""Pure geometry on the WGS84 ellipsoid: knows no date, no source and no country.

`geo.recipes` says what a recipe may be, `geo.evaluate` turns one into its inner, nominal
and outer shape with the constructions of `geo.shapes`, which stand on `geo.buffers` and
`geo.lines`; `geo.crs` holds the projections with their error, `geo.measure` lengths, areas
and distances. `geo.budget` counts what a drawing would cost before it is made.
"""
