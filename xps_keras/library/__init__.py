"""The reference polymers: structures, peak tables, labels, line shapes."""
