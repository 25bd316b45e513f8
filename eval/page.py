"""Results → one self-contained HTML page: figures, plots, then every question. Nothing is loaded from elsewhere."""

import html
from collections.abc import Sequence

from eval import plots
from eval.gold import Quote
from eval.run import Result
from eval.score import ANSWERABLE, EVERY, REFUSABLE
from eval.spans import marked
from eval.summary import summary

_MEANING = {
    "recall@k": "share of the evidence among the first k passages",
    "ndcg@10, mrr@10": "how high the evidence stands among them",
    "sentence …": "the same for the sentences cited, in their order; nothing for a refusal",
    "answered": "answered rather than refused",
    "evidence": "share of the evidence that the citations carry",
    "coverage": "share of the evidence's characters that are cited",
    "tightness": "share of the cited characters that are evidence",
    "first": "the first citation carries evidence",
    "statements": "share of the answer's sentences whose citations support them (citation recall of ALCE)",
    "precision": "share of the citations that are needed (citation precision of ALCE)",
    "facts": "share of the figures and names asked for that the answer states",
    "decision": "answered if it can be, refused if it cannot",
    "verbatim": "share of the quotes that stand in the document where the citation says",
    "figures": "share of the sentences whose numbers all stand in what they cite",
    "language": "the answer speaks the asker's language",
    "refused, reason": "of the questions to be refused: refused, and for the right reason",
}
_COLUMNS = ("recall@5", "recall@10", "ndcg@10", "answered", "evidence", "precision", "facts")
_CSS = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d5dae1;--back:#fff;--card:#f6f7f9;--mark:#ffe58a;
--blue:#1f5fa8;--bad:#a8271f;--good:#1d6b3a}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#9aa5b4;--line:#3a4350;--back:#14181e;--card:#1d232b;
--mark:#6b5600;--blue:#7db4f0;--bad:#f08a80;--good:#7fcf9b}}
body{font:15px/1.55 system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif;color:var(--ink);background:var(--back);
max-width:76rem;margin:1.5rem auto;padding:0 1.25rem}
h1{font-size:1.7rem;margin:.2em 0}h2{font-size:1.25rem;margin:2em 0 .5em;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .3em}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}td,th{padding:.25em .7em;text-align:right;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);vertical-align:bottom}tbody th{text-align:left;white-space:nowrap}
small,.soft{color:var(--soft);font-size:.85em}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}.tiles{display:flex;flex-wrap:wrap;gap:.8rem}
.tile{background:var(--card);border-radius:.5rem;padding:.6rem 1rem;min-width:8.5rem}
.tile b{display:block;font-size:1.5rem}
.plots{display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(29rem,100%),1fr))}figure{margin:0;max-width:100%}
figcaption{font-weight:600;margin-bottom:.3em}svg{max-width:100%;height:auto}
svg text{font-size:12px;fill:var(--ink);paint-order:stroke;
stroke:var(--back);stroke-width:4px}
.grid{stroke:var(--line)}.whisker{stroke:var(--blue);stroke-width:3;opacity:.45}.dot{fill:var(--blue)}
.curve{fill:none;stroke:var(--blue);stroke-width:2}.diagonal{stroke:var(--soft);stroke-dasharray:4 4}
.bubble{fill:var(--blue);opacity:.55}.controls{display:flex;flex-wrap:wrap;gap:.8rem;margin:.8em 0;align-items:center}
.controls input,.controls select{font:inherit;padding:.25em .5em}
article{background:var(--card);border-radius:.5rem;padding:.8rem 1rem;margin:.7rem 0;border-left:4px solid var(--bad)}
article.right{border-left-color:var(--good)}.verdict{color:var(--bad)}.right .verdict{color:var(--good)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem}@media(max-width:50rem){.two{grid-template-columns:1fr}}
.two h4{margin:.3em 0;font-size:.85rem;color:var(--soft)}blockquote{margin:.3em 0;padding-left:.7em;
border-left:2px solid var(--line);overflow-wrap:anywhere}mark{background:var(--mark);color:inherit}
pre{white-space:pre-wrap;font:inherit;margin:.3em 0;overflow-wrap:anywhere}[hidden]{display:none}
"""
_JS = """
const find=document.getElementById('find'),only=document.getElementById('only'),count=document.getElementById('count');
const all=[...document.querySelectorAll('article')];
function show(){const text=find.value.toLowerCase();let shown=0;for(const one of all){
const fits=(only.value===''||one.dataset.kind.split(' ').includes(only.value))
&&one.textContent.toLowerCase().includes(text);
one.hidden=!fits;shown+=fits}count.textContent=shown+' of '+all.length}
find.addEventListener('input',show);only.addEventListener('change',show);show();
"""


def page(results: Sequence[Result], circumstances: dict, found: dict | None = None) -> str:
    """The page; ``found`` is the summary if it was made already."""
    found = found or summary(results)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Yiju: gold questions</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_CSS}</style></head><body>'
        f"<h1>Gold questions</h1><p class=soft>{found['questions']} questions"
        f" · {found['without a result']} without a result, counted with the worst</p>"
        + _tiles(found)
        + f"<h2>Plots</h2><div class=plots>{_plots(results, found)}</div>"
        + _tables(found)
        + _reasons(found["decisions"]["reasons"])
        + _refusals_and_lengths(found)
        + f"<h2>Circumstances</h2>{_list(circumstances)}<h2>What the measures mean</h2>{_list(_MEANING)}"
        + _questions(results)
        + f"<script>{_JS}</script></body></html>"
    )


def _tiles(found: dict) -> str:
    every, decided = found["intervals"]["all"]["all"], found["decisions"]
    tiles = [
        (name, every[name]) for name in ("recall@10", "evidence", "precision", "facts", "verbatim") if name in every
    ]
    tiles += [(name, decided[name]) for name in ("balanced accuracy", "area under risk", "brier", "calibration error")]
    boxes = "".join(
        f"<div class=tile>{_text(name)}<b>{value:.3f}</b><small>95 %: {low:.3f} to {high:.3f}</small></div>"
        for name, (value, low, high) in tiles
    )
    spread = found["milliseconds"]
    return (
        f"<div class=tiles>{boxes}<div class=tile>time to the answer<b>{spread['median']:.1f} ms</b>"
        f"<small>95 % within {spread['p95']:.1f} ms</small></div></div>"
        "<p class=soft>Area under risk, brier and calibration error: 0 is best. All others: 1 is best.</p>"
    )


def _plots(results: Sequence[Result], found: dict) -> str:
    by_cell = found["intervals"]["language → source"]
    recall = [(f"{name} ({row['n']})", *row["recall@10"]) for name, row in by_cell.items() if "recall@10" in row]
    answered = [result.decision for result in results if result.answered]
    mark = None
    if answered:
        mark = len(answered) / len(results), sum(1 - item.support for item in answered) / len(answered)
    spread = found["milliseconds"]
    times = [("all", spread), *spread["stages"].items()]
    longest = max([row["p95"] for _, row in times] + [0.001])
    latency = [(name, row["median"], row["median"], row["p95"]) for name, row in times]
    figures = {
        "Recall@10 by question → source language, 95 % interval": plots.dots(recall, "recall@10"),
        "Latency by stage: median, and to the 95th percentile": plots.dots(latency, "milliseconds", longest),
        "Risk by coverage: the most confident answers first": plots.curve(
            found["decisions"]["risk by coverage"], mark, "coverage", "risk"
        ),
        "Calibration: is the confidence right? (number of questions)": plots.diagram(
            found["decisions"]["reliability"], "confidence", "carried by the citations"
        ),
    }
    return "".join(f"<figure><figcaption>{name}</figcaption>{plot}</figure>" for name, plot in figures.items())


def _tables(found: dict) -> str:
    parts = ["<h2>Every measure</h2><div class=wide><table><tbody>"]
    every = found["intervals"]["all"]["all"]
    for name in (*EVERY, *ANSWERABLE, *REFUSABLE):
        if name in every:
            value, low, high = every[name]
            parts.append(f"<tr><th>{_text(name)}<td>{value:.3f}<td class=soft>{low:.3f} to {high:.3f}")
    parts.append("</tbody></table></div>")
    for dimension, rows in found["intervals"].items():
        table = _dimension(rows)
        if dimension == "all":
            continue
        whole = " × " in dimension
        parts.append(
            f"<details><summary>All cells, {_text(dimension)}</summary>" if whole else f"<h2>By {dimension}</h2>"
        )
        parts.append(table + ("</details>" if whole else ""))
    return "".join(parts)


def _dimension(rows: dict) -> str:
    columns = (*_COLUMNS, "refused", "decision", "verbatim")
    head = "".join(f"<th>{_text(column)}" for column in columns)
    body = ""
    for name, row in rows.items():
        cells = "".join(_cell(row.get(column)) for column in columns)
        body += f"<tr><th>{_text(name)}<td>{row['n']}{cells}"
    return f"<div class=wide><table><thead><tr><th><th>n{head}</thead><tbody>{body}</tbody></table></div>"


def _cell(interval: Sequence[float] | None) -> str:
    if interval is None:
        return "<td class=soft>–"
    value, low, high = interval
    return f"<td>{value:.2f}<br><small>{low:.2f}–{high:.2f}</small>"


def _reasons(table: dict[str, dict[str, int]]) -> str:
    said = sorted({name for row in table.values() for name in row})
    head = "".join(f"<th>{_text(name)}" for name in said)
    body = "".join(
        f"<tr><th>{_text(right)}" + "".join(f"<td>{row.get(name, 0) or '·'}" for name in said)
        for right, row in sorted(table.items())
    )
    return (
        "<h2>What was right, and what was said</h2><div class=wide><table><thead><tr><th>right ↓ said →"
        f"{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _refusals_and_lengths(found: dict) -> str:
    refusals = {name: value if isinstance(value, int) else f"{value:.3f}" for name, value in found["refusal"].items()}
    lengths = {
        name: f"median {spread['median']:.0f}, 95 % within {spread['p95']:.0f}"
        for name, spread in found["characters"].items()
    }
    return f"<h2>Refusals</h2>{_list(refusals)}<h2>Length of answers, in characters</h2>{_list(lengths)}"


def _questions(results: Sequence[Result]) -> str:
    options = ("wrong", "right", "answerable", "refusable", "tune", "report", "zh", "en", "mixed", "error")
    choices = "".join(f"<option>{option}" for option in options)
    return (
        '<h2>Questions</h2><div class=controls><input id=find type=search placeholder="Find" aria-label="Find">'
        f'<select id=only aria-label="Show only"><option value="">all{choices}</select>'
        "<span id=count class=soft></span></div>" + "".join(_article(result) for result in results)
    )


def _article(result: Result) -> str:
    question, answer = result.question, result.answer
    right = is_right(result)
    kinds = [question.language, question.split, "answerable" if question.answerable else "refusable"]
    kinds += ["right" if right else "wrong", *(["error"] if result.error else [])]
    verdict = result.error or (answer["reason"] if answer["status"] == "no_answer" else answer["status"])
    about = " · ".join((question.question_id, question.user, question.kind, question.style, question.split))
    measures = " · ".join(f"{name} {value:.2f}" for name, value in result.measures.items())
    return (
        f'<article class="{"right" if right else "wrong"}" data-kind="{" ".join(kinds)}">'
        f"<h3>{_text(question.text)}</h3><p class=soft>{_text(about)} · <span class=verdict>"
        f"{'✓' if right else '✗'} {_text(verdict)}</span> · confidence {answer['confidence']:.2f}"
        f" · {1000 * result.seconds:.0f} ms</p><div class=two><div><h4>Answer</h4>"
        f"<pre>{_text(answer['answer'])}</pre></div>"
        f"<div><h4>Gold evidence, what is cited marked</h4>{_evidence(result)}{_citations(result)}</div></div>"
        f"<details><summary class=soft>measures</summary><small>{_text(measures)}</small></details></article>"
    )


def is_right(result: Result) -> bool:
    """All of the evidence cited, or refused where it must be."""
    name = "evidence" if result.question.answerable else "refused"
    return result.measures[name] == 1


def _citations(result: Result) -> str:
    """The quotes with what is gold evidence in them marked."""
    quotes = [quote for group in result.question.evidence for quote in group]
    parts = []
    for at, citation in enumerate(result.answer["citations"]):
        checked = result.checked[at] if at < len(result.checked) else None
        said = "verbatim" if checked else "not checked" if checked is None else "✗ not at its place"
        body = _pieces(marked(citation["quote"], citation["document_id"], quotes))
        place = (
            f"[{citation['number']}] {citation['document_id']} {citation.get('start')}–{citation.get('end')} · {said}"
        )
        parts.append(f"<blockquote><small>{_text(place)}</small><br>{body}</blockquote>")
    return ("<h4>Citations, evidence marked</h4>" + "".join(parts)) if parts else ""


def _evidence(result: Result) -> str:
    """The expected quotes with what is cited of them marked."""
    question = result.question
    if not question.answerable:
        return f"<p>None: to be refused, {_text(question.reason)}{' (a near miss)' if question.near_miss else ''}</p>"
    cited = [Quote(item["document_id"], item["quote"]) for item in result.answer["citations"]]
    parts = []
    for group in question.evidence:
        for at, quote in enumerate(group):
            lead = "or " if at else ""
            body = _pieces(marked(quote.text, quote.document_id, cited))
            parts.append(f"<blockquote><small>{lead}{_text(quote.document_id)}</small><br>{body}</blockquote>")
    wanted = "; ".join(" / ".join(forms) for forms in question.facts)
    return "".join(parts) + (f"<p class=soft>Facts: {_text(wanted)}</p>" if wanted else "")


def _pieces(pieces: Sequence[tuple[str, bool]]) -> str:
    return "".join(f"<mark>{_text(text)}</mark>" if inside else _text(text) for text, inside in pieces)


def _list(pairs: dict) -> str:
    return "<dl>" + "".join(f"<dt>{_text(key)}<dd>{_text(value)}" for key, value in pairs.items()) + "</dl>"


def _text(value: object) -> str:
    return html.escape(str(value))
