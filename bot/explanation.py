"""Why the bot decides as it does about a text, and what would have changed it: what `ripen explain` tells.

Every "would" is tried, not guessed: words are left out, settings changed and the sentence learnt as an example, and the
bot that comes of it is asked again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.catalog.catalog import Catalog, Example
from bot.config import DecisionSettings, Settings
from bot.detectors.detector import LearnedDetector
from bot.detectors.evidence import Evidence, compare, gather_evidence
from bot.errors import RipenError
from bot.live import Snapshot
from bot.messages import Decision, Detection, Message
from bot.pipeline import detect, refuse
from bot.running import decide_alone
from bot.situation import LEAST_LIKELY
from bot.slots import delexicalise

SHOWN = 3
MOST_WORDS = 40
"""Words that are left out one by one; a message of more is rare, and each costs a pass of the encoder."""

RISKS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
TELLING_VALENCE, TELLING_CONFIDENCE = 0.05, 0.03
WORD = re.compile(r"\S+")

Learn = Callable[[Catalog], Iterator[LearnedDetector]]


@dataclass(frozen=True, slots=True)
class WordWeight:
    """What a word does: valence and confidence in the best intent with it, less those without it.

    `without` is the best intent when it is left out.
    """

    word: str
    valence: float
    confidence: float
    without: str | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure that a decision hangs on, `value`, and the `least` or `most` of it that is enough."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is enough."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was tried, in words, and the decision that came of it."""

    what: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `decision`. `read_as` is what the encoder saw, `evidence` the likeliest intents and those asked about.

    `lead` is what the best intent has over `rival`, the runner-up or the intent that was expected, in log odds by name
    (evidence.SHARES); their sum is the log of how many times likelier it is. `words` are in the order of the message,
    at most MOST_WORDS of them. `sources` says where the examples in `evidence` are written, as file:line. Of a pressed
    button, and of no text, there is nothing to tell but the decision.
    """

    text: str
    read_as: str
    detection: Detection
    decision: Decision
    evidence: tuple[Evidence, ...]
    rival: str | None
    lead: Mapping[str, float]
    words: tuple[WordWeight, ...]
    thresholds: tuple[Threshold, ...]
    changes: tuple[Change, ...]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A bot that has learnt all that its intent files say: the files, what came of them, and how to learn others."""

    catalog: Catalog
    detector: LearnedDetector
    learn: Learn
    settings: Settings


def explain(text: str, bot: Learnt, expected: str | None = None) -> Explanation:
    """Why the bot decides as it does about `text`, outside any conversation.

    With `expected`, an intent, what it would take for that one. Raises RipenError: there is no such intent.
    """
    _check(expected, bot.catalog)
    detection, decision = _ask(text, bot, bot.detector)
    text = text[: bot.settings.max_message_chars]
    read_as = bot.detector.read(delexicalise(text, bot.catalog))
    if not text.strip() or any(each.detector == "payload" for each in detection.candidates):
        return Explanation(text, read_as, detection, decision, (), None, {}, (), (), (), {})
    found = gather_evidence(read_as, bot.detector, (expected,) if expected else (), SHOWN)
    evidence, sources = _as_written(found, bot.catalog)
    rival = next((one for one in evidence[1:] if one.intent == expected), evidence[1] if evidence[1:] else None)
    return Explanation(
        text,
        read_as,
        detection,
        decision,
        evidence,
        rival.intent if rival else None,
        compare(evidence[0], rival) if rival else {},
        _leave_words_out(text, bot, detection),
        _thresholds(detection, bot),
        tuple(_changes(text, bot, decision, expected)),
        sources,
    )


def _check(expected: str | None, catalog: Catalog) -> None:
    if expected is None or expected in catalog.intents:
        return
    close = difflib.get_close_matches(expected, catalog.intents, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise RipenError(f"--expect names {expected}, which is no intent of this bot. {hint}ripen intents lists them.")


def _ask(
    text: str, bot: Learnt, detector: LearnedDetector, rule: DecisionSettings | None = None
) -> tuple[Detection, Decision]:
    """Detect and decide as in a new conversation; what the pipeline refuses to read is refused here too."""
    settings = bot.settings if rule is None else bot.settings.model_copy(update={"decision": rule})
    detection = detect(text[: settings.max_message_chars], Snapshot(bot.catalog, detector), settings.language)
    refused = refuse(Message(text, "", "", ""), settings)
    return detection, refused[0] if refused else decide_alone(text, detection, bot.catalog, settings)


def _as_written(found: tuple[Evidence, ...], catalog: Catalog) -> tuple[tuple[Evidence, ...], dict[str, str]]:
    """Examples as they stand in the intent files, not as the encoder reads them; and where they stand."""
    evidence, sources = [], dict[str, str]()
    for one in found:
        read = {delexicalise(each.text, catalog): each for each in reversed(catalog.intents[one.intent].examples)}
        sources |= {read[near.text].text: str(read[near.text].source) for near in one.nearest}
        nearest = tuple(replace(near, text=read[near.text].text) for near in one.nearest)
        evidence.append(replace(one, nearest=nearest))
    return tuple(evidence), sources


def _leave_words_out(text: str, bot: Learnt, detection: Detection) -> tuple[WordWeight, ...]:
    words = list(WORD.finditer(text))[:MOST_WORDS]
    best = detection.candidates[0] if detection.candidates else None
    if len(words) < 2 or best is None:
        return ()
    found = []
    for word in words:
        left = delexicalise(" ".join((text[: word.start()] + text[word.end() :]).split()), bot.catalog)
        without = bot.detector.detect(left)
        mine = next((each.confidence for each in without.candidates if each.intent == best.intent), 0.0)
        found.append(
            WordWeight(
                word[0],
                detection.sentiment.valence - without.sentiment.valence,
                best.confidence - mine,
                without.candidates[0].intent if without.candidates else None,
            )
        )
    return tuple(found)


def _thresholds(detection: Detection, bot: Learnt) -> tuple[Threshold, ...]:
    """What acting, asking back and handing off hang on."""
    rule, mood = bot.settings.decision, bot.settings.sentiment
    if not detection.candidates:
        return ()
    sure = detection.candidates[0].confidence
    held = sum(each.confidence for each in detection.candidates[: rule.choices])
    if rule.act is not None:
        acting = [Threshold("confidence", sure, least=rule.act)]
    else:
        least = bot.detector.curve.confidence_for(rule.risk)
        acting = [
            Threshold("risk of acting", detection.risk, most=rule.risk),
            Threshold("confidence", sure, least=max(LEAST_LIKELY, 1.0 if least is None else least)),
        ]
    feeling = Threshold("valence", detection.sentiment.valence, most=mood.strongly_negative)
    asking = Threshold(f"best {rule.choices} together", held, least=rule.clarify)
    return (*acting, asking, *([feeling] if mood.hand_off_after else []))


def _changes(text: str, bot: Learnt, decision: Decision, expected: str | None) -> Iterator[Change]:
    """What makes the decision another one: each is tried."""
    yield from _other_settings(text, bot, decision)
    yield from _one_more_example(text, bot, decision, expected)


def _other_settings(text: str, bot: Learnt, decision: Decision) -> Iterator[Change]:
    """The nearest `decision.risk` on each side that changes the decision."""
    rule = bot.settings.decision
    if rule.act is not None:
        return
    looser = [risk for risk in RISKS if risk > rule.risk]
    stricter = [risk for risk in reversed(RISKS) if risk < rule.risk]
    for tried in (looser, stricter):
        for risk in tried:
            _, then = _ask(text, bot, bot.detector, rule.model_copy(update={"risk": risk}))
            if (then.kind, then.intent) != (decision.kind, decision.intent):
                yield Change(f"with decision.risk: {risk:g}", then)
                break


def _one_more_example(text: str, bot: Learnt, decision: Decision, expected: str | None) -> Iterator[Change]:
    """The sentence learnt as an example of the intent that is expected, or of the likeliest that was not acted on."""
    detection = bot.detector.detect(delexicalise(text, bot.catalog))
    acted = decision.intent if decision.kind in ("act", "hand_off") else None
    likeliest = [each.intent for each in detection.candidates if each.intent != acted][: 1 if acted else 2]
    for name in [expected] if expected else likeliest:
        intent = bot.catalog.intents[name]
        if any(example.text == text for example in intent.examples):
            continue
        more = replace(intent, examples=(*intent.examples, Example(text, intent.source)))
        taught = replace(bot.catalog, intents={**bot.catalog.intents, name: more})
        *_, detector = bot.learn(taught)
        _, then = _ask(text, replace(bot, catalog=taught), detector)
        yield Change(f"with this sentence as an example of {name}", then)
