from __future__ import annotations

from bot.connectors.web.sessions import ECHO_SECONDS, KEPT_MESSAGES, KEPT_SECONDS, Sessions, Utterance


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def said(clock: Clock, *names: object) -> list[Utterance]:
    return [Utterance(str(name), {"text": str(name)}, clock()) for name in names]


def test_what_is_kept_is_bounded_in_number_and_age() -> None:
    clock = Clock()
    session = Sessions(clock).open("s1")
    session.keep(said(clock, *range(KEPT_MESSAGES + 5)))
    assert [one.id for one in session.recall()] == [str(number) for number in range(5, KEPT_MESSAGES + 5)]
    clock.now += KEPT_SECONDS / 2
    session.keep(said(clock, "late"))
    clock.now += KEPT_SECONDS / 2 + 1
    assert [one.id for one in session.recall()] == ["late"]


def test_the_same_utterance_is_kept_once_until_it_arrived() -> None:
    clock = Clock()
    session = Sessions(clock).open("s1")
    session.keep(said(clock, "a", "b"))
    session.keep(said(clock, "b", "c"))
    session.arrived(frozenset({"a", "unknown"}))
    assert [one.id for one in session.recall()] == ["b", "c"]


def test_too_many_sessions_lose_the_oldest_that_nobody_is_in() -> None:
    sessions = Sessions(Clock(), limit=2)
    first, second = sessions.open("first"), sessions.open("second")
    sessions.join("socket", first, acknowledges=False)
    sessions.open("third")
    assert sessions.open("first") is first
    assert sessions.open("second") is not second


def test_a_socket_is_in_one_session() -> None:
    sessions = Sessions(Clock())
    one, two = sessions.open("one"), sessions.open("two")
    sessions.join("socket", one, acknowledges=True)
    sessions.join("socket", two, acknowledges=True)
    assert (list(one.sockets), list(two.sockets)) == ([], ["socket"])
    sessions.leave("socket")
    assert sessions.of("socket") is None
    assert not two.sockets


def test_an_echo_is_hasty_on_two_connections() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    session = sessions.open("s1")
    sessions.join("one", session, acknowledges=False)
    assert not session.is_echo("hi")
    assert not session.is_echo("hi"), "twice on one connection is a person who says it twice"
    clock.now += ECHO_SECONDS + 1
    assert not session.is_echo("typed later")
    sessions.join("two", session, acknowledges=False)
    assert session.is_echo("hi")
    assert not session.is_echo("typed later")
    clock.now += ECHO_SECONDS + 1
    assert not session.is_echo("hi"), "nobody's program waits that long"
