"""What was read of a document's head, each value with the place where it stands. Nothing of ours is imported here."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """One value and where it was read.

    ``start`` and ``end`` are offsets in the document's normalised text, and ``text`` is what stands there. Of a line
    that was left out of that text (``left_out``) they are offsets in the decoded source, as those of ``LeftOut`` are.
    """

    value: str  # a date as 2018-02-06, a name or number as printed but without line breaks
    text: str
    start: int
    end: int
    left_out: bool = False


@dataclass(frozen=True)
class Event:
    """A line of a law's history: 2005年7月9日 中华人民共和国国务院令第440号公布."""

    day: str  # ISO
    kind: str  # "adopted", "issued", "amended", "effective"
    body: str | None  # who did it, as printed but without the number of its session
    reading: Reading


@dataclass(frozen=True)
class Head:
    """What a document states about itself; None or empty where it states nothing. ``doubts`` says why in words."""

    title: Reading | None = None
    title_zh: Reading | None = None  # of a text in two languages
    title_en: Reading | None = None
    issuers: tuple[Reading, ...] = ()
    document_number: Reading | None = None
    issued_on: Reading | None = None
    posted_on: Reading | None = None
    effective_on: Reading | None = None
    status: Reading | None = None  # in_force, repealed, superseded
    trial: Reading | None = None  # the words that call it provisional: 试行, 暂行, interim
    valid_until: Reading | None = None
    validity: Reading | None = None  # a period without its last day: 有效期6个月
    addressees: tuple[Reading, ...] = ()
    contacts: tuple[Reading, ...] = ()
    signatures: tuple[Reading, ...] = ()  # the names above or beside the date at the end
    signed_on: Reading | None = None
    history: tuple[Event, ...] = ()
    doubts: tuple[str, ...] = field(default=())

    @property
    def issuer(self) -> str | None:
        """All issuers as one name, as a manifest has it."""
        return " ".join(reading.value for reading in self.issuers) or None
