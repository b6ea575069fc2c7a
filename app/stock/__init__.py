"""The book: movements, levels, counts, discrepancies, quarantine."""
