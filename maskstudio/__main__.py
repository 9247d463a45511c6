"""`python -m maskstudio` is the command line."""

from maskstudio.cli.main import main

main()
