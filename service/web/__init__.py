"""The pages that people use: the same functions as the JSON interface, shown as HTML. ``routes`` is read first."""
