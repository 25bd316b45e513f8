"""Tables as lines of text: a row is a line, its cells apart by " | "."""

from collections.abc import Sequence

_WIDEST = 1000  # columns and rows that a cell may claim to span
_MOST_REPEATED = 50  # cells that are repeated in the rows below; a page could claim any number


def grid_rows(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[str]]:
    """Cells as (text, columns, rows) that they span → the texts of each row; a cell over several rows is in each."""
    waiting: dict[int, tuple[str, int]] = {}  # column → text from above, and rows it still covers
    found = []
    for row in rows:
        texts, column = [], 0
        cells = iter(row)
        pending = next(cells, None)
        while pending or column in waiting:
            if column in waiting:
                text, left = waiting.pop(column)
                if left > 1:
                    waiting[column] = (text, left - 1)
                texts.append(text)
                column += 1
                continue
            text, columns, down = pending
            texts.append(text)
            if down > 1 and len(waiting) < _MOST_REPEATED:
                waiting[column] = (text, min(down, _WIDEST) - 1)
            column += max(1, min(columns, _WIDEST))
            pending = next(cells, None)
        found.append(texts)
    return found


def row_line(texts: Sequence[str]) -> str:
    """A row as a line; "" where no cell has a word. Empty cells stay, so that columns keep their order."""
    return " | ".join(texts) if any(texts) else ""
