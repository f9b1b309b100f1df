"""Figures as a person says them: money to three figures, counts, days, shares."""

from __future__ import annotations

from datetime import date

_ARTICLES = {"the", "a", "an", "my", "our", "your", "this"}
LARGE = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def money(pounds: float) -> str:
    """Write pounds to three figures, as a person says them.

    >>> money(82_556_900), money(2e9), money(-1234), money(12.3)
    ('£82.6m', '£2.00bn', '-£1.23k', '£12.30')
    >>> money(-0.001)
    '£0.00'
    """
    sign, size = "-" if round(pounds, 2) < 0 else "", abs(pounds)
    for unit, word in LARGE:
        if size >= 0.9995 * unit:  # so that £999,990 is £1.00m and not £1000k
            return f"{sign}£{three_figures(size / unit)}{word}"
    return f"{sign}£{size:.2f}"


def three_figures(number: float) -> str:
    """Write a number from 0.9995 to 9,999 with three figures.

    >>> three_figures(1.0), three_figures(45.67), three_figures(999.4)
    ('1.00', '45.7', '999')
    """
    return f"{number:.{2 if number < 9.995 else 1 if number < 99.95 else 0}f}"  # noqa: PLR2004 - where rounding adds a digit


def counted(number: int, what: str) -> str:
    """Write how many of something there are.

    >>> counted(1, "year"), counted(1000, "year")
    ('1 year', '1,000 years')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def the(title: str) -> str:
    """Name something by its title in a sentence, with an article unless it has one.

    >>> the("Recovery Fund"), the("Our endowment"), the("England's £738m")
    ('the Recovery Fund', 'Our endowment', "England's £738m")
    """
    first = title.split(maxsplit=1)[0] if title.strip() else ""
    has_one = first.lower() in _ARTICLES or first.endswith(("'s", "s'"))
    return title if has_one else f"the {title}"


def day(when: date) -> str:
    """Write a day in words.

    >>> day(date(2021, 4, 1))
    '1 April 2021'
    """
    return f"{when.day} {when:%B %Y}"
