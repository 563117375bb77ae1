"""Facts that the library reads as files: lists and classifications.  A package, so that its files are installed with it."""
