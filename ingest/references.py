"""References in a text: to documents by number or name, to articles, paragraphs and items of them or of the text itself.

``find_references`` says what is printed where; ``ingest.reference_links`` says which clause is meant.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.reference_english import english_clauses, english_titles
from ingest.reference_names import Names, is_document_title, titles_in, unknown_name_ending_at
from ingest.reference_numbers import DocumentNumber, FoundNumber, find_numbers, organs_in, with_issuer
from ingest.reference_places import Chain, Reference, Step, chains, normal_place
from ingest.reference_text import same_length_fold

__all__ = ["Reference", "Step", "find_references", "normal_place"]
