"""The command line: the app, and one module for each command."""
