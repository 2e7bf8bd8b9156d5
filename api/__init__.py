"""The service: OGC API - Features, the map page, and answers for scripts."""
