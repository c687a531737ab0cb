"""The reference fit: a corrected spectrum as a mixture of what the library knows, and what is left over."""
