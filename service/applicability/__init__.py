"""Which certification applies to an enterprise, each with the clause that decides. Read ``check.py`` first."""
