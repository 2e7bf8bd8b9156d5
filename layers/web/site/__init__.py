"""The static site: the whole atlas for any web host, or for a folder on a disk."""

from layers.web.site.write import Written, write_site

__all__ = ["Written", "write_site"]
