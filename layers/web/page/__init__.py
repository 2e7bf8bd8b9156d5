"""The one page of the atlas: a Folium map with its date, its list and its evidence.

The same page serves three uses. As a file it holds its assets and its data and asks the
network for nothing; in the service its assets come from ``assets/`` and its data from
``map/data.json``, both relative to the page; in a static site its data are scripts, because a
page opened from a disk may not fetch. Folium is imported when a page is first
made, because most commands never make one.
"""
