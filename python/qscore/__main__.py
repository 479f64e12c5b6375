"""``python -m qscore``."""

from .cli import main

main()
