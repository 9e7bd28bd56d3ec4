"""Offsets, on which every box and every review rests: replayed, mapped both ways, at the edges of edits."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from documents.edits import Doubt, Edit, LineIndex, OffsetMap, Repaired, Span, join_repaired, replay

# Of letters, so that every offset can be told from its neighbours.
TEXT = st.text("abcdeghiklmnopqrstuvxyđươ \n", max_size=40)


@st.composite
def repairs(draw, empty: bool = True) -> tuple[str, list[Edit]]:
    """A raw text and edits that fit it: sorted, apart or touching; insertions and deletions among them where ``empty``."""
    raw = draw(TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=10)))
    edits = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        after = draw(st.text("ABC", max_size=5))
        if (after and end > start) or (empty and (after or end > start)):
            edits.append(Edit(start, end, raw[start:end], after, "rule"))
    return raw, edits


@given(repairs())
def test_replayed_text_is_what_lies_between_the_edits_and_what_they_put_there(repair):
    raw, edits = repair
    rest = raw
    for edit in reversed(edits):
        assert rest[edit.start : edit.end] == edit.before
        rest = rest[: edit.start] + edit.after + rest[edit.end :]
    assert replay(raw, edits) == rest


@given(repairs(empty=False))
def test_a_span_between_edits_keeps_its_text_both_ways(repair):
    raw, edits = repair
    text, offsets = replay(raw, edits), OffsetMap(edits)
    edges = [0, *(edge for edit in edits for edge in (edit.start, edit.end)), len(raw)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for span in (Span(start, end), Span(start, start + (end - start) // 2), Span(start + (end - start) // 2, end)):
            if span.start < span.end:
                there = offsets.to_repaired(span)
                assert text[there.start : there.end] == raw[span.start : span.end]
                assert offsets.to_raw(there) == span


@given(repairs(empty=False))
def test_a_replaced_piece_maps_to_what_replaced_it_and_back(repair):
    raw, edits = repair
    text, offsets = replay(raw, edits), OffsetMap(edits)
    for edit in edits:
        there = offsets.to_repaired(Span(edit.start, edit.end))
        assert text[there.start : there.end] == edit.after
        assert offsets.to_raw(there) == Span(edit.start, edit.end)
        # a part of it can't be told from the whole
        assert offsets.to_repaired(Span(edit.start, edit.start + 1)) == there
        assert offsets.to_repaired(Span(edit.end - 1, edit.end)) == there
        assert offsets.to_raw(Span(there.start, there.start + 1)) == Span(edit.start, edit.end)


@given(repairs(), st.data())
@example(("ab", [Edit(1, 2, "b", "", "rule")]), None)
def test_offsets_are_monotone_and_within_the_text(repair, data):
    raw, edits = repair
    offsets = OffsetMap(edits)
    for length, other_length, mapped in (
        (len(raw), len(replay(raw, edits)), offsets.to_repaired),
        (len(replay(raw, edits)), len(raw), offsets.to_raw),
    ):
        spans = [mapped(Span(at, at + 1)) for at in range(length)]
        assert all(0 <= span.start <= span.end <= other_length for span in spans)
        assert [span.start for span in spans] == sorted(span.start for span in spans)
        assert [span.end for span in spans] == sorted(span.end for span in spans)
        whole = mapped(Span(0, length))
        if spans:
            assert whole.start <= spans[0].start and whole.end >= spans[-1].end


@given(repairs())
def test_undone_edits_give_back_the_raw_text(repair):
    raw, edits = repair
    offsets, back = OffsetMap(edits), []
    shift = 0
    for edit in edits:
        back.append(Edit(edit.start + shift, edit.start + shift + len(edit.after), edit.after, edit.before, "back"))
        shift += len(edit.after) - len(edit.before)
    assert replay(replay(raw, edits), back) == raw
    undone = OffsetMap(back)
    for at in range(len(raw)):
        span = Span(at, at + 1)
        assert undone.to_raw(span) == offsets.to_repaired(span)


# raw "xin chao ban", repaired "xin chào bạn": an edit of the same length, one longer, one shorter
LONGER = OffsetMap([Edit(4, 8, "chao", "chàoooo", "r"), Edit(9, 12, "ban", "b", "r")])


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        (Span(0, 4), Span(0, 4)),  # ends where the edit begins: before it, not in it
        (Span(3, 4), Span(3, 4)),
        (Span(4, 4), Span(4, 4)),
        (Span(0, 5), Span(0, 11)),  # ends in the edit: at its end
        (Span(5, 8), Span(4, 11)),  # begins in it: at its start
        (Span(8, 9), Span(11, 12)),
        (Span(8, 10), Span(11, 13)),
        (Span(12, 12), Span(13, 13)),
        (Span(12, 15), Span(13, 16)),
    ],
)
def test_spans_at_the_edges_of_edits(raw, repaired):
    assert LONGER.to_repaired(raw) == repaired


@pytest.mark.parametrize(
    ("repaired", "raw"),
    [(Span(0, 4), Span(0, 4)), (Span(4, 11), Span(4, 8)), (Span(6, 7), Span(4, 8)), (Span(11, 12), Span(8, 9)),
     (Span(12, 13), Span(9, 12)), (Span(13, 14), Span(12, 13))],
)  # fmt: skip
def test_spans_at_the_edges_of_edits_backwards(repaired, raw):
    assert LONGER.to_raw(repaired) == raw


def test_touching_edits_are_told_apart():
    offsets = OffsetMap([Edit(0, 2, "ab", "ABC", "r"), Edit(2, 4, "cd", "D", "r")])
    assert offsets.to_repaired(Span(0, 2)) == Span(0, 3)
    assert offsets.to_repaired(Span(2, 4)) == Span(3, 4)
    assert offsets.to_repaired(Span(1, 3)) == Span(0, 4)
    assert offsets.to_raw(Span(0, 3)) == Span(0, 2)
    assert offsets.to_raw(Span(3, 4)) == Span(2, 4)


def test_what_was_deleted_is_an_empty_place_and_what_was_inserted_comes_from_one():
    assert OffsetMap([Edit(2, 4, "cd", "", "r")]).to_repaired(Span(2, 4)) == Span(2, 2)
    assert OffsetMap([Edit(2, 4, "cd", "", "r")]).to_repaired(Span(2, 3)) == Span(2, 2)
    assert OffsetMap([Edit(2, 2, "", "cd", "r")]).to_raw(Span(2, 4)) == Span(2, 2)
    assert OffsetMap([Edit(2, 2, "", "cd", "r")]).to_raw(Span(4, 5)) == Span(2, 3)
    assert OffsetMap([Edit(2, 2, "", "cd", "r")]).to_raw(Span(0, 2)) == Span(0, 2)
    # both go with what stands to their left
    assert OffsetMap([Edit(2, 2, "", "cd", "r")]).to_repaired(Span(0, 2)) == Span(0, 4)
    assert OffsetMap([Edit(2, 4, "cd", "", "r")]).to_raw(Span(0, 2)) == Span(0, 4)
    assert OffsetMap([Edit(2, 2, "", "cd", "r")]).to_repaired(Span(2, 3)) == Span(4, 5)


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, "ab", "x", "r"), Edit(1, 3, "bc", "y", "r")],
        [Edit(2, 3, "c", "x", "r"), Edit(0, 1, "a", "y", "r")],
        [Edit(0, 2, "ac", "x", "r")],
        [Edit(2, 5, "cde", "x", "r")],
    ],
)
def test_edits_that_do_not_fit_are_refused(edits):
    with pytest.raises(ValueError, match="does not fit"):
        replay("abcd", edits)


@pytest.mark.parametrize("span", [(-1, 0), (2, 1)])
def test_impossible_spans_are_refused(span):
    with pytest.raises(ValueError, match="impossible span"):
        Span(*span)


def test_shifting_moves_both_ends_and_keeps_the_rest():
    assert Span(1, 3).shifted(4) == Span(5, 7)
    assert Edit(1, 3, "ab", "c", "rule", 0.5).shifted(4) == Edit(5, 7, "ab", "c", "rule", 0.5)
    assert Doubt(1, 3, 0.25, "c").shifted(4) == Doubt(5, 7, 0.25, "c")
    assert Edit(0, 1, "a", "b", "rule").score == 1.0 and Span(0, 0) == Span(0, 0)


@given(st.lists(repairs(), min_size=1, max_size=4))
def test_joined_repairs_replay_as_their_parts_do(parts):
    made = [
        Repaired(raw, replay(raw, edits), tuple(edits), (Doubt(0, len(raw), 0.5),), f"profile {i}")
        for i, (raw, edits) in enumerate(parts)
    ]
    joined = join_repaired(made)
    assert joined.raw == "\f".join(raw for raw, _ in parts)
    assert replay(joined.raw, joined.edits) == joined.text == "\f".join(part.text for part in made)
    assert [joined.raw[doubt.start : doubt.end] for doubt in joined.doubts] == [raw for raw, _ in parts]
    longest = max(len(raw) for raw, _ in parts)
    assert len(parts[int(joined.profile.split()[1])][0]) == longest


def test_nothing_joined_is_clean():
    assert join_repaired([]) == Repaired("", "") and Repaired("", "").profile == "clean"


@given(st.text("ab\n\f", max_size=30))
def test_lines_and_pages_are_numbered_by_what_stands_before(text):
    index = LineIndex(text)
    assert len(index) == text.count("\n") + 1
    for at in range(len(text) + 1):
        assert index.line_of(at) == 1 + text.count("\n", 0, at)
        assert index.page_of(at) == 1 + text.count("\f", 0, at)
    assert [text[span.start : span.end] for span in map(index.span_of, range(1, len(index) + 1))] == text.split("\n")
