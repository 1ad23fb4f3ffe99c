"""``python -m trigpoint``."""

from trigpoint.cli import main

main()
