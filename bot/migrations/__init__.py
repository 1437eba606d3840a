"""The schema's history, one file a step; `make migration` writes the next."""
