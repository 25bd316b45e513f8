"""Traditional characters and the simplified one for each, for matching only: the single-character facts of OpenCC's
traditional-to-simplified table, in two lines of ``simplified.txt``."""

from pathlib import Path


def simplified_characters() -> dict[str, str]:
    """Simplified character by traditional one."""
    traditional, simplified = Path(__file__).with_suffix(".txt").read_text("utf-8").split()
    return dict(zip(traditional, simplified, strict=True))
