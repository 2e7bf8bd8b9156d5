"""Count dated events in dated zones."""
