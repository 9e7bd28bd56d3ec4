"""What comes out of the samples, as files to read: a change of behaviour shows as a difference in them.

``tests/golden/SAMPLE/``: ``text.txt`` (repaired), ``lines.tsv`` (page, kind, box in points, the line as it was read),
``header.json``, ``facts.jsonl``. ``UPDATE_GOLDEN=1`` writes them anew, to be read before they are committed; no test here
passes while it is set. What an engine read is compared only under the engine that read it (``made_by.txt``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from documents.outcome import Processed
from documents.page import Source
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "documents"
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.is_file())
MADE_BY = GOLDEN / "made_by.txt"
UPDATE = "UPDATE_GOLDEN"


def engine_version() -> str:
    try:
        return make_engine(None).version
    except EngineError:
        return "no engine"


def lines_of(processed: Processed) -> Iterator[str]:
    for page in processed.document.pages:
        for line in page.lines:
            box = line.box
            if box is None:  # of a text file, which has no places and is its own reading
                continue
            place = f"{box.left:.0f},{box.top:.0f},{box.right:.0f},{box.bottom:.0f}"
            yield f"{page.number}\t{line.kind}\t{place}\t{line.text}"


def facts_of(processed: Processed) -> Iterator[str]:
    for one in processed.facts.found:
        said = {name: value for name, value in asdict(one.value).items() if value not in (None, "", [], ())}
        told = {"kind": one.kind, "line": one.line, "line_end": one.line_end, "page": one.page, "quote": one.quote, **said}
        yield json.dumps(told | {"rule": one.rule, "confidence": round(one.confidence, 1)}, ensure_ascii=False, default=str)


def header_of(processed: Processed) -> str:
    header = {name: value for name, value in asdict(processed.facts.header).items() if value not in (None, "", [], (), {})}
    header.pop("probabilities", None)  # their last digits differ between processors
    if "candidates" in header:
        header["candidates"] = {name: sorted(read) for name, read in header["candidates"].items()}
    return json.dumps(header, ensure_ascii=False, indent=1, default=str)


def outputs(processed: Processed) -> dict[str, str]:
    lines = "".join(f"{line}\n" for line in lines_of(processed))
    return {
        "text.txt": processed.repaired.text,
        **({"lines.tsv": lines} if lines else {}),
        "header.json": header_of(processed) + "\n",
        "facts.jsonl": "".join(f"{fact}\n" for fact in facts_of(processed)),
    }


@pytest.mark.slow
@pytest.mark.timeout(900)  # the first one waits for all samples to be read
@pytest.mark.parametrize("name", NAMES)
def test_samples_come_out_as_they_did(name: str, samples_read: dict[str, Processed]) -> None:
    processed = samples_read[name]
    folder = GOLDEN / Path(name).stem
    if os.environ.get(UPDATE):
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in outputs(processed).items():
            (folder / file).write_bytes(text.encode())
        MADE_BY.write_text(engine_version() + "\n", encoding="utf-8")
        pytest.fail(f"golden outputs were written anew: read them and run again without {UPDATE}")
    looked_at = any(page.source in (Source.OCR, Source.MIXED) for page in processed.document.pages)
    if looked_at and MADE_BY.read_text(encoding="utf-8").strip() != engine_version():
        pytest.skip("read by another engine than the golden outputs")
    for file, text in outputs(processed).items():
        assert text == (folder / file).read_bytes().decode(), f"{folder.name}/{file}"


def test_golden_outputs_are_of_the_samples() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir() if path.is_dir()) == sorted(Path(name).stem for name in NAMES)
