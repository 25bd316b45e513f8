"""What the head and the end of a document state about it. Read ``read.py`` first."""
