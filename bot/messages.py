"""The vocabulary of one turn, in data-path order: Message -> Detection -> Decision -> Outcome -> Reply.

Everything here is frozen: a step makes the next value, it never edits an earlier one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

DetectorName = Literal["zero_shot", "mature", "payload"]
DecisionKind = Literal["act", "clarify", "out_of_scope", "hand_off"]
SentimentLabel = Literal["negative", "neutral", "positive"]
Saying = Literal["take_your_time", "go_ahead", "acknowledged", "left_alone", "cannot_undo", "a_bot"]


@dataclass(frozen=True, slots=True)
class Message:
    """What a user said. `message_id` is the platform's own id: a repeat of it is answered once."""

    text: str
    conversation_id: str
    sender_id: str
    channel: str
    message_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_silent(self) -> bool:
        """Whether the page said it, unseen by the user. Only a payload can be: no words are hidden."""
        return self.metadata.get("silent") is True and self.text.startswith("/")


@dataclass(frozen=True, slots=True)
class Entity:
    """A slot value found in a message; `start` and `end` are character offsets, -1 when it came as a payload."""

    slot: str
    value: Any
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent and the calibrated probability, in [0, 1], that it is what the user means."""

    intent: str
    confidence: float
    detector: DetectorName


@dataclass(frozen=True, slots=True)
class Sentiment:
    """How the user feels: `valence` from -1 (very negative) to 1 (very positive)."""

    label: SentimentLabel
    valence: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An example (or card) of an intent and its cosine similarity to the message."""

    intent: str
    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a message that may be a wish of its own, and what it most likely means by itself.

    `risk` is that of acting on it, as in Detection.
    """

    text: str
    candidate: Candidate
    entities: tuple[Entity, ...] = ()
    risk: float = 1.0


@dataclass(frozen=True, slots=True)
class Detection:
    """What a message may mean. `candidates` are best first; together with `out_of_scope` they sum to at most 1.

    `risk`, in [0, 1], is that of acting on the best: of the messages on which this bot would act if it acted on this
    one, the share of which the best intent is wrong, estimated upwards. 1, when nothing is known, acts on none.
    `corrections` are words that were read as others, as slips of the keyboard: as written, in lower case, and as read.
    `segments` are there when the message falls into several pieces, in the order in which they were said.
    """

    candidates: tuple[Candidate, ...]
    out_of_scope: float
    sentiment: Sentiment
    entities: tuple[Entity, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    segments: tuple[Segment, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    risk: float = 1.0
    corrections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why in plain words. `alternatives` are the choices to offer, or the runners-up.

    `wishes` are there when the message holds several, all of them to be acted on; `intent` is the first of them.
    `without` names the slot that was asked for when there will be no answer. `refused`: it asks whether the user wants
    what the message said not to do, so that a mere yes is no answer. `again`: it asks what was just asked once more.
    `explains` names the slot that was asked for when the user asks about the question. `says` names the text of
    config.yml that is the whole answer, and leaves an open question open. `corrects`: the message does no more than
    correct a value, and does not answer the question that is open. `misunderstood`: it says that the last answer was
    not what was meant.
    """

    kind: DecisionKind
    intent: str | None
    confidence: float
    reason: str
    alternatives: tuple[Candidate, ...] = ()
    wishes: tuple[Segment, ...] = ()
    without: str | None = None
    refused: bool = False
    again: bool = False
    explains: str | None = None
    says: Saying | None = None
    corrects: bool = False
    misunderstood: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: `title` is shown, `payload` comes back as the text of a message when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an answer. At least one field is set; `custom` is passed through to the channel untouched."""

    text: str | None = None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    attachment: Any = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """The bot asked for `slot` on behalf of `intent` and waits for the answer."""

    intent: str
    slot: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision: the parts to say, the rasa-sdk events to apply, and what was asked for.

    `failed` means that the parts are an apology.
    """

    parts: tuple[Part, ...]
    events: tuple[Mapping[str, Any], ...] = ()
    requested: Requested | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back through the connector. `repeated`: this was said before, a pushing channel stays quiet.

    `pending`: another process is still at this very message, and nobody here knows what it will say. That is no answer:
    who sent the message should send it again later, under the same id.
    """

    parts: tuple[Part, ...]
    detection: Detection | None = None
    decision: Decision | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    repeated: bool = False
    pending: bool = False


Answer = Callable[[Message], Awaitable[Reply]]
