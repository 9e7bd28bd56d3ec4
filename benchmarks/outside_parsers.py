"""What spaCy and underthesea add to the decision of assignments, and writes ``benchmarks/outside_parsers.md``.

    python -m benchmarks.outside_parsers [--shared ../shared] [--folds N] [--sentences N] [--write]

Three ways on documents left out: as shipped; with underthesea's parts of speech beside a body and at the head of its block
as features; with bodies that a spaCy entity recogniser finds where the grammar finds none (trained on our tokenizer, silver
from the lexicon over the provincial corpus, and the names of the gold in the other half of the documents). Each way fits the
decision anew; scale and threshold are the shipped ones.
"""

from __future__ import annotations

import argparse
import lzma
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import spacy.util
from spacy.language import Language
from spacy.training import Example as SpacyExample

from extractors import assignments as rules
from extractors.bodies.grammar import Body, find_bodies
from extractors.candidates import assignments
from extractors.decided import assignments_of
from extractors.decision.fit import Example, left_out
from extractors.decision.model import shipped
from extractors.pipeline import blank
from extractors.sense import reading
from extractors.sense.reading import Readings
from extractors.words.units import find_units
from scripts.training import train_facts
from scripts.training.train_facts import Annotated

ROOT = Path(__file__).resolve().parent.parent
OLD = ("001", "002", "004")
Tags = Callable[[str], list[tuple[int, str]]]
"""The offset and part of speech of each word of a text."""


def candidates_of(document: Annotated) -> list[assignments.Candidate]:
    return assignments.with_rules(Readings(document.structure), rules.find(document.structure))


def tagger() -> Tags:
    """underthesea's parts of speech; its model lies within its package."""
    from underthesea import pos_tag

    known: dict[str, list[tuple[int, str]]] = {}

    def tags(text: str) -> list[tuple[int, str]]:
        if text not in known:
            at, found = 0, []
            for word, tag in pos_tag(text):
                place = text.find(word, at)
                if place >= 0:
                    found.append((place, tag))
                    at = place + len(word)
            known[text] = found
        return known[text]

    return tags


def with_tags(candidate: assignments.Candidate, example: Example, tags: Tags) -> Example:
    """The example with the parts of speech beside the body, or at the head of the block that may be handed to it."""
    if candidate.source == "rule":
        return example
    own = candidate.source == "own"
    text = candidate.sentence.text[:_REACH] if own else candidate.sentences[0].text[:_REACH]
    told = tags(text)
    if own:
        front = [tag for at, tag in told if at < candidate.body.start][-2:]
        rest = [tag for at, tag in told if at >= candidate.task_at][:3]
    else:
        front, rest = [], [tag for _, tag in told[:3]]
    seen = [f"pos-={' '.join(front)}", f"pos+={' '.join(rest)}", *(f"pos+{i}={tag}" for i, tag in enumerate(rest))]
    return replace(example, features=(*example.features, *(f"{candidate.source}:{f}&{candidate.part}" for f in seen)))


_REACH = 400
"""Code points of a sentence that are tagged."""


def recogniser(silver: Sequence[str], gold: Sequence[Annotated], epochs: int = 3) -> Language:
    """spaCy's entity recogniser (no torch) on our tokenizer, of bodies that the lexicon or the gold names."""
    nlp = blank()
    nlp.add_pipe("ner").add_label("BODY")  # type: ignore[attr-defined]
    told = [(text, [(u.start, u.end) for u in find_units(text) if u.kind not in ("open", "generic")]) for text in silver]
    for document in gold:
        names = sorted({record["unit"] for record in document.gold["assignments"]}, key=len, reverse=True)
        for sentence in document.structure.sentences:
            spans = [(sentence.text.find(name), len(name)) for name in names if name in sentence.text]
            if spans:
                told.append((sentence.text, [(start, start + length) for start, length in spans]))
    examples = []
    for text, spans in told:
        doc = nlp.make_doc(text)
        cut = [doc.char_span(a, b, label="BODY", alignment_mode="expand") for a, b in spans]
        kept = spacy.util.filter_spans([span for span in cut if span is not None])
        examples.append(SpacyExample.from_dict(doc, {"entities": [(s.start_char, s.end_char, "BODY") for s in kept]}))
    random.Random(0).shuffle(examples)
    optimizer = nlp.initialize(lambda: examples[:500])
    for _ in range(epochs):
        for batch in spacy.util.minibatch(examples, 32):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return nlp


def sentences_of_corpus(shared: Path, count: int) -> list[str]:
    """Paragraphs of the provincial corpus, behind those of which documents of ``tests/gold`` are made."""
    with lzma.open(shared / "corpus" / "provincial.txt.xz", "rt", encoding="utf-8") as lines:
        return [line.strip() for line in islice(lines, 21500, 26000) if 40 < len(line) < 600][:count]


def seen_by(nlp: Language) -> Callable[[str], list[Body]]:
    """The bodies that the grammar finds, and those of the recogniser where it finds none."""
    known: dict[str, list[Body]] = {}

    def find(text: str) -> list[Body]:
        if text not in known:
            found = list(find_bodies(text))
            for entity in nlp(text[:2000]).ents:
                if all(b.end <= entity.start_char or entity.end_char <= b.start for b in found):
                    found.append(Body(entity.start_char, entity.end_char, entity.text, "body"))
            known[text] = sorted(found, key=lambda b: b.start)
        return known[text]

    return find


def figures(
    shared: Path,
    documents: Sequence[Annotated],
    made: Sequence[list[assignments.Candidate]],
    told: list[Example],
    folds: int,
) -> dict[str, str]:
    """F1 of the old and the new documents, each decided without itself."""
    sys.path.insert(0, str(shared / "eval"))
    import score_extract as scorer  # type: ignore[import-not-found]

    decision = shipped("assignments")
    chances = iter(left_out(told, decision.classes, folds=folds, strength=train_facts.STRENGTH["assignments"]))
    counts = {"old": [0, 0, 0, 0], "new": [0, 0, 0, 0]}
    met: set[str] = set()
    for document, candidates in zip(documents, made, strict=True):
        weighed = [(c, train_facts.rescaled(next(chances), decision.scale)) for c in candidates]
        if document.name in met:
            continue
        met.add(document.name)
        found = [
            {"unit": f.value.unit, "role": f.value.role, "task": f.value.task, "line": f.line, "line_end": f.line_end}
            for f in assignments_of(document.structure, weighed, decision.threshold)
        ]
        gold = document.gold["assignments"]
        pairs = scorer.match("assignments", gold, found)
        wanted = [g for g in gold if not g.get("optional")]
        right = {id(f) for g, f in pairs if not g.get("optional")}
        free = {id(f) for g, f in pairs if g.get("optional")} - right
        count = counts["old" if document.name in OLD else "new"]
        hit = {id(g) for g, _ in pairs}
        for i, n in enumerate((sum(id(g) in hit for g in wanted), len(wanted), len(right), len(found) - len(free))):
            count[i] += n
    return {name: _f1(*count) for name, count in counts.items()}


def _f1(reached: int, wanted: int, right: int, found: int) -> str:
    recall, precision = reached / max(1, wanted), right / max(1, found)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"{f1:.3f} ({precision:.3f} / {recall:.3f})"


def measured(shared: Path, folds: int, sentences: int) -> Iterator[tuple[str, dict[str, str], float]]:
    """For each way its figures and the seconds of processor time that the parser took."""
    documents = train_facts.read(shared)
    made = [candidates_of(d) for d in documents]
    told = [list(train_facts.assignment_examples(d)) for d in documents]
    yield "as shipped", figures(shared, documents, made, [e for es in told for e in es], folds), 0.0
    start = time.process_time()
    tags = tagger()
    tagged = [with_tags(c, e, tags) for cs, es in zip(made, told, strict=True) for c, e in zip(cs, es, strict=True)]
    spent = time.process_time() - start
    yield "with underthesea's parts of speech", figures(shared, documents, made, tagged, folds), spent
    start = time.process_time()
    silver, names = sentences_of_corpus(shared, sentences), sorted({d.name for d in documents})
    halves = (set(names[::2]), set(names[1::2]))
    finders = [seen_by(recogniser(silver, [d for d in documents if d.name not in half])) for half in halves]
    more: list[list[assignments.Candidate]] = []
    examples: list[Example] = []
    for document in documents:
        reading.find_bodies = finders[document.name in halves[1]]  # type: ignore[assignment]
        again = Annotated(document.name, replace(document.structure, kept={}), document.gold)
        more.append(candidates_of(again))
        examples += train_facts.assignment_examples(again)
    reading.find_bodies = find_bodies
    spent = time.process_time() - start
    yield "with bodies that spaCy's recogniser adds", figures(shared, documents, more, examples, folds), spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--sentences", type=int, default=500, help="of the corpus, as silver for spaCy")
    parser.add_argument("--write", action="store_true", help="write benchmarks/outside_parsers.md")
    args = parser.parse_args()
    report = [
        "# Outside parsers for the decision of assignments", "",
        f"Made by `python -m benchmarks.outside_parsers --folds {args.folds} --sentences {args.sentences}"
        f"{' --write' if args.write else ''}`.", "",
        "F1 (precision / recall) of documents left out of training; seconds of processor time of training and parsing.", "",
        "| | three old documents | forty-four new ones | seconds |", "|---|---|---|---|",
    ]  # fmt: skip
    for way, told, seconds in measured(args.shared, args.folds, args.sentences):
        report.append(f"| {way} | {told['old']} | {told['new']} | {seconds:.0f} |")
        print(report[-1], flush=True)
    if args.write:
        (ROOT / "benchmarks" / "outside_parsers.md").write_text("\n".join([*report, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
