"""Cut a base map for an atlas from files that somebody has: Natural Earth's, or any other's.

`layer_files` finds and reads them, `topology` has each edge that areas share once, `thinning` drops
vertices, `parts` makes land, borders, coast, waters, units, roads and towns, `cut` all of them.
"""
