"""Atomic percentages: areas of lines, sensitivity factors, and why some regions must not be compared."""
