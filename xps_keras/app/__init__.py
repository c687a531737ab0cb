"""The local page: drop files, look at spectra and answers, change reference, method and regions, take results away.

It calls the same functions as the command line. Nothing that is dropped is written to a disk.
"""
