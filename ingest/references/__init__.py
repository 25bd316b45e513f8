"""References between documents: what is printed (``find``), which clause is meant (``links``), and where it is kept
(``table``). Read ``find.py`` first."""
