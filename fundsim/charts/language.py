"""The language of a picture: a sentence is asked for in English, and said in the one spoken now.

A sentence's English text is its name, with what changes in braces; a catalogue in `languages/` has
the same places in another order and other words. A block `speaking` a language holds for the thread
that draws, and ends with it. What a table says keeps how it was said, so that tables are English
for machines and a picture of one says it anew.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Self

from fundsim.errors import RunError, nearest

NAMES = {"en": "English", "cy": "Welsh"}
"""The languages that there are, and their names, by the tag of BCP 47."""
ENGLISH = "en"


@dataclass(frozen=True)
class Language:
    """What sentences are in a language, and who has checked them.

    `words` are whole sentences or parts of one, `nouns` how things are counted: one, and more.
    `unchecked` and `lacking` say in it what `marks` says. English has no words of its own.
    """

    tag: str
    checked_by: str = ""
    checked_on: str = ""
    unchecked: str = ""
    lacking: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    nouns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        """Whether somebody has checked it, and when is known; nobody needs to check English."""
        return self.english or bool(self.checked_by and self.checked_on)

    @property
    def english(self) -> bool:
        """Whether it is the language that sentences are written in."""
        return self.tag == ENGLISH

    @property
    def told(self) -> str:
        """Which language it is, and whether it is checked, as a file says it of itself."""
        if self.english:
            return self.tag
        by = f"checked by {self.checked_by} on {self.checked_on}"
        return f"{self.tag}, {by if self.checked else 'not yet checked by a translator'}"

    def marks(self, lacking: int) -> list[str]:
        """Say in it and in English what a reader should know: unchecked, or sentences left out."""
        name = NAMES.get(self.tag, self.tag)
        unchecked = f"{self.unchecked} (This {name} is not yet checked by a translator.)"
        left = f"{self.lacking} (What has no {name} words yet stands in English: {lacking:,}.)"
        return [*([] if self.checked else [unchecked]), *([left] if lacking else [])]


IN_ENGLISH = Language(ENGLISH)


@dataclass
class Speech:
    """A language while it is spoken, and what was said that it has no words for."""

    language: Language
    lacking: set[str] = field(default_factory=set)

    @property
    def marks(self) -> list[str]:
        """Say what a reader should know of the language of what was said so far."""
        return self.language.marks(len(self.lacking))

    def words(self, template: str) -> str:
        """Find a sentence in the language; where it has none, it is noted and stays English."""
        if self.language.english:
            return template
        if template not in self.language.words:
            self.lacking.add(template)
        return self.language.words.get(template, template)

    def noun(self, noun: str, *, one: bool) -> str:
        """Find how so many things are written; where that is not known, it stays English."""
        forms = self.language.nouns.get(noun)
        if forms is None and not self.language.english:
            self.lacking.add(noun)
        english = f"{{number}} {noun}{'' if one else 's'}"
        return forms["one" if one else "more"] if forms else english


# Of the block that speaks, in its thread: a sentence is said deep inside a drawing, where carrying
# the language along would be an argument of every function.
_SPEECH: ContextVar[Speech] = ContextVar("speech", default=Speech(IN_ENGLISH))  # noqa: B039 - nothing is ever noted of English


@contextmanager
def speaking(language: str | Language) -> Iterator[Speech]:
    """Say everything in a language until the block ends."""
    chosen = language_of(language) if isinstance(language, str) else language
    before = _SPEECH.set(Speech(chosen))
    try:
        yield _SPEECH.get()
    finally:
        _SPEECH.reset(before)


def spoken() -> Speech:
    """Give what is spoken now: English unless something else was begun."""
    return _SPEECH.get()


class Said(str):
    """Something said, which can be said again in another language; `places` are what was put in."""

    __slots__ = ("again", "places")

    again: Callable[[], str]
    places: Mapping[str, object]

    @classmethod
    def by(cls, again: Callable[[], str], **places: object) -> Self:
        """Make it of what says it, and what that puts in."""
        made = cls(again())
        made.again, made.places = again, places
        return made


def say(template: str, **places: object) -> str:
    """Say a sentence, or a part of one, as a Said: its English text, what changes in braces.

    >>> say("{share} of futures", share="4%")
    '4% of futures'
    """

    def again() -> str:
        told = {name: _again(value) for name, value in places.items()}
        return spoken().words(template).format(**told)

    return Said.by(again, **places)


def resaid(text: str, template: str, **more: object) -> str:
    """Say what was said in another sentence, which has the same places and more; or leave it."""
    return say(template, **text.places, **more) if isinstance(text, Said) else text


def listed(texts: Sequence[str], between: str = ", ") -> str:
    """Write texts one after the other, as a Said.

    >>> listed(["equities", "bonds"])
    'equities, bonds'
    """
    return Said.by(lambda: between.join(aloud(text) for text in texts))


def counted(number: int, noun: str) -> str:
    """Write a number of things, as a Said.

    >>> counted(1, "area"), counted(1000, "area")
    ('1 area', '1,000 areas')
    """

    def again() -> str:
        from fundsim.charts.figures import whole  # which says words itself

        return spoken().noun(noun, one=number == 1).format(number=whole(number))

    return Said.by(again)


def phrase(text: str) -> str:
    """Mark words that are said later, so that they are known to need a translation."""
    return text


def aloud(text: str) -> str:
    """Say in the language spoken now what was said before, as in a table; other text stays."""
    return text.again() if isinstance(text, Said) else text


def _again(value: object) -> object:
    return aloud(value) if isinstance(value, str) else value


def known_language(tag: str) -> str:
    """Check a language; an unknown one is a RunError that names the nearest."""
    if tag in NAMES:
        return tag
    names = {name.lower(): known for known, name in NAMES.items()}
    hint = nearest(tag.lower(), [*NAMES, *names])
    for name, known in names.items():
        hint = hint.replace(f'"{name}"', f'"{known}"')
    there = ", ".join(f"{known} ({name})" for known, name in NAMES.items())
    message = f'no picture is written in "{tag}"{hint}; there are: {there}'
    raise RunError(message)


def language_asked(asked: Mapping[str, Any]) -> str:
    """Say in which language a picture of a record is; English goes without saying."""
    return str(asked.get("language", ENGLISH))


@cache
def language_of(tag: str) -> Language:
    """Read a language's catalogue."""
    if known_language(tag) == ENGLISH:
        return IN_ENGLISH
    text = (resources.files(__package__) / "languages" / f"{tag}.toml").read_text("utf-8")
    found = tomllib.loads(text)
    return Language(tag, **found["language"], words=found["words"], nouns=found["nouns"])
