"""Read a seeds folder, check it, and add to it."""
