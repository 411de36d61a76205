from __future__ import annotations

from bot.detectors.scripted import SURE, ScriptedDetector
from bot.messages import Sentiment


def test_it_says_what_it_was_told() -> None:
    detection = ScriptedDetector({"Hello there": "greet", "bye": "goodbye"}).detect(" hello THERE ")
    assert [(one.intent, one.confidence) for one in detection.candidates] == [("greet", SURE), ("goodbye", 0.0)]


def test_anything_else_is_out_of_scope() -> None:
    assert ScriptedDetector({"hello": "greet"}).detect("hello?").out_of_scope == 1.0


def test_feelings_can_be_scripted() -> None:
    cross = Sentiment("negative", -0.9)
    detector = ScriptedDetector({"where is it": "order_status"}, {"WHERE IS IT": cross})
    assert detector.detect("where is it").sentiment == cross
    assert detector.detect("hm").sentiment.label == "neutral"
