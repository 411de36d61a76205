"""Wild values of a turn, for hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bot.conversations.events import CHANGES, TOLD, UNSUPPORTED
from bot.messages import (
    Button,
    Candidate,
    Decision,
    Detection,
    Entity,
    Neighbour,
    Outcome,
    Part,
    Requested,
    Segment,
    Sentiment,
)

"""A busy machine is no failure."""

texts = st.text(st.characters(), max_size=12)
"""Any characters at all, NUL and lone surrogates too."""

jsons: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, jsons, max_size=3)
timings = st.dictionaries(texts, st.floats(), max_size=3)


def tuples(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=3).map(tuple)


candidates = st.builds(Candidate, texts, st.floats(), st.sampled_from(["zero_shot", "mature", "payload"]))
entities = st.builds(Entity, texts, jsons, st.integers(), st.integers())
sentiments = st.builds(Sentiment, st.sampled_from(["negative", "neutral", "positive"]), st.floats())
neighbours = st.builds(Neighbour, texts, texts, st.floats())
segments = st.builds(Segment, texts, candidates, tuples(entities))
detections = st.builds(
    Detection,
    tuples(candidates),
    st.floats(),
    sentiments,
    tuples(entities),
    tuples(neighbours),
    tuples(segments),
    timings,
)
decisions = st.builds(
    Decision,
    st.sampled_from(["act", "clarify", "out_of_scope", "hand_off"]),
    st.none() | texts,
    st.floats(),
    texts,
    tuples(candidates),
    tuples(segments),
    st.none() | texts,
    st.booleans(),
    st.booleans(),
    st.none() | texts,
    st.sampled_from([None, "take_your_time", "go_ahead", "acknowledged"]),
)
parts = st.builds(
    Part,
    st.none() | texts,
    tuples(st.builds(Button, texts, texts)),
    st.none() | texts,
    jsons,
    st.none() | objects,
)
kinds = st.sampled_from([*CHANGES, *sorted(TOLD), *sorted(UNSUPPORTED), "undo", "rewind", "nonsense"])
events = st.fixed_dictionaries(
    {"event": kinds}, optional={"name": texts, "value": jsons, "timestamp": st.none() | st.floats(0, 2e9)}
)
rubbish = jsons | st.dictionaries(st.just("event"), jsons) | events
outcomes = st.builds(
    Outcome, tuples(parts), tuples(objects | events), st.none() | st.builds(Requested, texts, texts), st.booleans()
)
