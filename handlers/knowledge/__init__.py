"""The entries that answer, as the database holds them."""
