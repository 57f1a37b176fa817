"""What is made once, and what is let go."""

import threading

import pytest

from engine.bench.memo import Memo


def test_two_that_ask_at_once_wait_for_one() -> None:
    once, made, ready = Memo(), [], threading.Barrier(4)

    def make() -> int:
        made.append(1)
        return 7

    def ask() -> None:
        ready.wait()
        assert once.get("key", make) == 7

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert once._waited == {}, "the lock goes when nobody waits for it"


def test_what_could_not_be_made_is_tried_again() -> None:
    once = Memo()
    with pytest.raises(ZeroDivisionError):
        once.get("key", lambda: 1 // 0)
    assert once._waited == {} and once.get("key", lambda: 3) == 3


def test_the_last_used_stay() -> None:
    once = Memo(limit=2)
    for name in ("a", "b", "a", "c"):
        once.get(name, lambda name=name: name)
    assert [once.get(name, lambda: "anew") for name in ("a", "c", "b")] == ["a", "c", "anew"]


def test_one_thing_may_be_made_of_another() -> None:
    once = Memo()
    assert once.get("sum", lambda: once.get("part", lambda: 2) + 1) == 3
