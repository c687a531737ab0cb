"""What builds the committed tables and the shipped model; run from a checkout."""
