"""The project's own renderings of clauses in the other language: read (``read``), checked (``checks``) and drafted
(``drafts``)."""
