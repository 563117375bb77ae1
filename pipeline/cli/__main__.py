"""``python -m pipeline.cli``: the same command where nothing is installed."""

from pipeline.cli.app import main

main()
