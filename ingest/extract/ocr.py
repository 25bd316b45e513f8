"""Text recognition for pages without a text layer: the extra ``ocr`` (rapidocr, whose models are in its package, and
pypdfium2 for the images of pages). Used only where it is installed and a page cannot be read otherwise."""

from collections.abc import Callable
from importlib.util import find_spec

_SCALE = 2  # of 72 dots an inch; three take as long again and read the same
_SURE = 0.5  # what a line must score to be taken
_SAME_LINE = 0.5  # of a line's height


def installed() -> bool:
    return all(find_spec(name) for name in ("rapidocr", "pypdfium2", "onnxruntime"))


def recogniser(data: bytes, each: Callable[[int], None]) -> Callable[[int], list[str] | None]:
    """(number of a page from 1) → its lines from top to bottom, None where nothing was recognised.

    ``each`` is called before a page is read. Models are loaded for the first page.
    """
    engine = document = None

    def recognise(number: int) -> list[str] | None:
        nonlocal engine, document
        each(number)
        if engine is None:
            import pypdfium2
            from rapidocr import RapidOCR

            engine = RapidOCR(params={"Global.log_level": "critical"})
            document = pypdfium2.PdfDocument(data)
        found = engine(document[number - 1].render(scale=_SCALE).to_numpy())
        if not found.txts:
            return None
        boxes = [
            (min(corner[0] for corner in box), min(corner[1] for corner in box), max(corner[1] for corner in box), text)
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if score >= _SURE
        ]
        return rows(boxes) or None

    return recognise


def rows(boxes: list[tuple[float, float, float, str]]) -> list[str]:
    """Texts at (left, top, bottom) as lines: what stands beside each other is one line, from left to right."""
    lines: list[list[tuple[float, float, float, str]]] = []
    for box in sorted(boxes, key=lambda box: (box[1] + box[2]) / 2):
        _, top, bottom, _ = box
        if lines:
            middle = sum((other[1] + other[2]) / 2 for other in lines[-1]) / len(lines[-1])
            if abs((top + bottom) / 2 - middle) < _SAME_LINE * (bottom - top):
                lines[-1].append(box)
                continue
        lines.append([box])
    return [" ".join(text for _, _, _, text in sorted(line)) for line in lines]
