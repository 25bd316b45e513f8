"""Automatic numbers of a Word document's paragraphs, as Word prints them."""

from collections.abc import Iterator

from ingest.extract.lists import known, numeral

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_DEPTH = 30  # styles that are based on each other


class Numbering:
    """Counts paragraphs by the document's list definitions, in the order in which they are asked for."""

    def __init__(self, document):
        self._levels: dict[str, list[dict]] = {}  # list id → its levels
        self._counting: dict[str, str] = {}  # list id → definition; lists of one definition count on together
        self._overrides: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._overridden: set[tuple[str, int]] = set()
        self._unknown: set[str] = set()
        self._styles = {style.get(WORD + "styleId"): style for style in document.styles.element.iter(WORD + "style")}
        self._default = next((i for i, s in self._styles.items() if _is_default(s)), None)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # a document without lists has no such part
            return
        self._read(root)

    def remarks(self) -> Iterator[str]:
        if self._unknown:
            yield f"numbers of the kind {', '.join(sorted(self._unknown))} are printed in digits"

    def _read(self, root) -> None:
        definitions = {item.get(WORD + "abstractNumId"): item for item in root.iterchildren(WORD + "abstractNum")}
        for item in root.iterchildren(WORD + "num"):
            list_id = item.get(WORD + "numId")
            definition = _value(item, "abstractNumId")
            if definition not in definitions:
                continue
            self._counting[list_id] = definition
            self._levels[list_id] = _levels(definitions[definition])
            for override in item.iterchildren(WORD + "lvlOverride"):
                level = _number(override.get(WORD + "ilvl"), 0)
                if (start := _value(override, "startOverride")) is not None:
                    self._overrides[list_id, level] = _number(start, 1)
                if (own := override.find(WORD + "lvl")) is not None and 0 <= level < _LEVELS:
                    self._levels[list_id][level] = _level(own)

    def number(self, paragraph) -> str:
        """The number printed in front of a paragraph, "" for none; counts it."""
        list_id, level = self._list_of(paragraph)
        if list_id not in self._levels or not 0 <= level < _LEVELS:
            return ""
        levels = self._levels[list_id]
        counts = self._counts.setdefault(self._counting[list_id], [None] * _LEVELS)
        if (list_id, level) in self._overrides and (list_id, level) not in self._overridden:
            self._overridden.add((list_id, level))
            counts[level] = self._overrides[list_id, level]
        else:
            counts[level] = levels[level]["start"] if counts[level] is None else counts[level] + 1
        for above in range(level):
            if counts[above] is None:
                counts[above] = levels[above]["start"]
        for below in range(level + 1, _LEVELS):
            counts[below] = None
        return self._printed(levels, level, counts)

    def _printed(self, levels: list[dict], level: int, counts: list[int | None]) -> str:
        here = levels[level]
        if here["kind"] == "bullet":
            return "•"
        if here["kind"] == "none" and "%" not in here["text"].replace(f"%{level + 1}", ""):
            return here["text"].replace(f"%{level + 1}", "").strip()
        text = here["text"]
        for at in range(level + 1):
            kind = "decimal" if here["legal"] else levels[at]["kind"]
            if f"%{at + 1}" in text:
                if not known(kind):
                    self._unknown.add(kind)
                text = text.replace(f"%{at + 1}", numeral(counts[at], kind))
        return text.strip()

    def _list_of(self, paragraph) -> tuple[str | None, int]:
        """(list id, level) of a paragraph, by itself or by its style."""
        properties = paragraph.find(WORD + "pPr")
        own = None if properties is None else properties.find(WORD + "numPr")
        level = None if own is None else _value(own, "ilvl")
        list_id = None if own is None else _value(own, "numId")
        if list_id is not None:
            return list_id, _number(level, 0)
        style = (None if properties is None else _value(properties, "pStyle")) or self._default
        for _ in range(_DEPTH):
            found = self._styles.get(style)
            if found is None:
                break
            numbers = found.find(f"{WORD}pPr/{WORD}numPr")
            if numbers is not None:
                list_id = _value(numbers, "numId")
                level = level if level is not None else _value(numbers, "ilvl")
                return list_id, self._level_of_style(list_id, style, level)
            style = _value(found, "basedOn")
        return None, 0

    def _level_of_style(self, list_id: str | None, style: str, level: str | None) -> int:
        if level is not None:
            return _number(level, 0)
        levels = self._levels.get(list_id, [])
        return next((at for at, item in enumerate(levels) if item["style"] == style), 0)


def _levels(definition) -> list[dict]:
    levels = [{"start": 1, "kind": "none", "text": "", "legal": False, "style": None} for _ in range(_LEVELS)]
    for item in definition.iterchildren(WORD + "lvl"):
        at = _number(item.get(WORD + "ilvl"), 0)
        if 0 <= at < _LEVELS:
            levels[at] = _level(item)
    return levels


def _level(item) -> dict:
    return {
        "start": _number(_value(item, "start"), 1),
        "kind": _value(item, "numFmt") or "decimal",
        "text": _value(item, "lvlText") or "",
        "legal": item.find(WORD + "isLgl") is not None,
        "style": _value(item, "pStyle"),
    }


def _is_default(style) -> bool:
    return style.get(WORD + "type") == "paragraph" and style.get(WORD + "default") in ("1", "true")


def _value(parent, tag: str) -> str | None:
    found = parent.find(WORD + tag)
    return None if found is None else found.get(WORD + "val")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else otherwise
