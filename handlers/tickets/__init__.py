"""Tickets: what could not be answered at once, until the asker says it is solved."""
