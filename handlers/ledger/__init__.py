"""What the tickets add up to: figures, tables, the ledger, and the digests that are said of themselves."""
