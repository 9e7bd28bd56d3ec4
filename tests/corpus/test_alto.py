"""ALTO: the structure that the schema asks for, every word with its place, and what was read as an alternative."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from corpus.pages.alto import NAMESPACE, alto, page_alto
from corpus.pages.placed import place_document, placed_pages
from db.store import Corpus
from tests.making import DECISION, a_document, the_decision

A = f"{{{NAMESPACE}}}"
MAY_HOLD = {
    "alto": ["Description", "Tags", "Layout"],
    "Description": ["MeasurementUnit", "sourceImageInformation", "Processing"],
    "sourceImageInformation": ["fileName"],
    "processingSoftware": ["softwareName"],
    "Processing": ["processingCategory", "processingSoftware"],
    "Tags": ["LayoutTag"],
    "Layout": ["Page"],
    "Page": ["PrintSpace"],
    "PrintSpace": ["TextBlock"],
    "TextBlock": ["TextLine"],
    "TextLine": ["String", "SP"],
    "String": ["ALTERNATIVE"],
}
MUST_HAVE = {"Page": {"ID", "PHYSICAL_IMG_NR"}, "TextBlock": {"ID"}, "String": {"CONTENT"}, "LayoutTag": {"ID"}}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with Corpus.open(tmp_path_factory.mktemp("alto") / "c.db", create=True) as corpus:
        corpus.save(the_decision(), path="a")
        corpus.save(a_document('<b> & "\x07\n\nx\n', name="<.pdf"), path="b")
        yield corpus


def check(element: ElementTree.Element) -> None:
    """What alto-4-4.xsd says of the elements that are used: which may be where, in which order, with what."""
    name = element.tag.removeprefix(A)
    children = [child.tag.removeprefix(A) for child in element]
    order = MAY_HOLD.get(name, [])
    assert set(children) <= set(order), (name, children)
    if name not in ("TextLine",):
        assert children == sorted(children, key=order.index)
    assert MUST_HAVE.get(name, set()) <= set(element.keys())
    for child in element:
        check(child)


def test_alto_is_as_its_schema_wants(corpus):
    for row in corpus.rows("SELECT key, p.number FROM pages p JOIN documents d ON d.id = document_id"):
        root = ElementTree.fromstring(page_alto(corpus, row["key"], row["number"]))
        check(root)
        names = [element.get("ID") for element in root.iter() if element.get("ID")]
        assert len(names) == len(set(names))
        tags = {element.get("ID") for element in root.iter(f"{A}LayoutTag")}
        assert {ref for block in root.iter(f"{A}TextBlock") for ref in block.get("TAGREFS").split()} <= tags
        for string in root.iter(f"{A}String"):
            assert 0 <= float(string.get("WC", "0")) <= 1


def test_alto_has_the_repaired_words_with_what_was_read(corpus):
    key = next(row["key"] for row in corpus.rows("SELECT key FROM documents WHERE number = '05/QĐ-UBND'"))
    root = ElementTree.fromstring(page_alto(corpus, key, 1))
    lines = [" ".join(s.get("CONTENT") for s in line.iter(f"{A}String")) for line in root.iter(f"{A}TextLine")]
    assert lines == DECISION.replace("ngay", "ngày").splitlines()
    (repaired,) = [s for s in root.iter(f"{A}String") if len(s)]
    assert (repaired.get("CONTENT"), repaired[0].text) == ("ngày", "ngay")
    first = next(root.iter(f"{A}String"))
    assert float(first.get("HPOS")) == pytest.approx(50 / 72 * 1200, abs=0.1)
    assert page_alto(corpus, key, 9) is None


def test_what_was_just_read_is_placed_like_what_was_stored(corpus):
    made = the_decision()
    key = corpus.row("SELECT key FROM documents WHERE number = '05/QĐ-UBND'")["key"]
    assert list(place_document(made.document, made.repaired)) == list(placed_pages(corpus, key))
    assert ElementTree.fromstring(alto(place_document(made.document, made.repaired), "a.pdf")) is not None
