"""Worker processes with pipes of their own: what they tell and raise, and how they are missed."""

from __future__ import annotations

import os
import signal
import time

import pytest

from fundsim.processes import hands, those_that_tell


def halved(number: int) -> float:
    return 1 / number


def told_at_length(size: int) -> tuple[int, bytes]:
    return os.getpid(), bytes(size)


def test_what_is_asked_is_told_in_turn_and_what_is_raised_is_raised() -> None:
    (hand,) = hands(halved, 1)
    for number in (2, 0, 4):
        hand.ask(number)
    assert hand.told() == 0.5
    with pytest.raises(ZeroDivisionError):
        hand.told()
    assert hand.told() == 0.25
    hand.end()


@pytest.mark.parametrize("size", [0, 50_000_000])
def test_who_is_killed_is_found_out_even_with_half_an_answer_told(size: int) -> None:
    hand, other = hands(told_at_length, 2)
    hand.ask(0)
    process, _ = hand.told()
    if size:
        hand.ask(size)
        assert those_that_tell([hand, other]) == [hand]
        time.sleep(0.2)  # by then it waits for somebody to read on
    os.kill(process, signal.SIGKILL)
    with pytest.raises(EOFError):
        hand.told()
    hand.ask(0)  # is heard by nobody, and harms nobody
    other.ask(0)
    assert other.told()[0] != process
    hand.end()
    other.end()
