"""`python -m spoolproof` is the command `spoolproof`."""

from spoolproof._start import main

main()
