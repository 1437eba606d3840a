"""Text in, hits out: reviewed entries, how they are found, and how sure we are."""
