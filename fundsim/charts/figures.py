"""How figures and dates are said in a picture, the same in every country's settings.

A house style may write them with other marks: whatever is written here is, and tables never.
"""

from __future__ import annotations

from datetime import date

from fundsim.charts.language import phrase, say
from fundsim.charts.style import numbers

MONTHS = (
    *(phrase("January"), phrase("February"), phrase("March"), phrase("April")),
    *(phrase("May"), phrase("June"), phrase("July"), phrase("August")),
    *(phrase("September"), phrase("October"), phrase("November"), phrase("December")),
)
FIRM = "\N{NO-BREAK SPACE}"

TENPENCE = 0.1  # below it, pence say more than pounds

_SCALES = ((1e9, "bn"), (1e6, "m"))


def housed(figure: str) -> str:
    """Write a figure with the marks of the house; what is written already is not to be given again.

    >>> housed("£1,234.5m"), housed("43%"), housed("without bound")
    ('£1,234.5m', '43%', 'without bound')
    """
    marks = numbers()
    digits = figure.rstrip("bnm%")
    if not digits[-1:].isdigit():
        return figure
    own = {"bn": marks.billion, "m": marks.million, "%": marks.percent}
    unit = figure[len(digits) :]
    swaps: dict[str, str | int | None] = {",": _firm(marks.thousands), ".": marks.decimal}
    return digits.translate(str.maketrans(swaps)) + _firm(own.get(unit, unit))


def _firm(text: str) -> str:
    return text.replace(" ", FIRM)


def whole(number: float) -> str:
    """Write a number without decimals, such as a rank or how many there are.

    >>> whole(1234)
    '1,234'
    """
    return housed(f"{number:,.0f}")


def decimals(value: float, digits: int) -> str:
    """Write a number with so many decimals.

    >>> decimals(0.25, 3)
    '0.250'
    """
    return housed(f"{value:,.{digits}f}")


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits and no idle zeros.

    >>> significant(1.4), significant(83.04), significant(1234.0), significant(0.6449, 2)
    ('1.4', '83', '1,230', '0.64')
    """
    if not value:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    whole = len(f"{abs(rounded):.0f}") if abs(rounded) >= 1 else 0
    text = f"{rounded:,.{max(digits - whole, 0) if whole else digits + 2}f}"
    return housed(text.rstrip("0").rstrip(".") if "." in text else text)


def money(pounds: float) -> str:
    """Write an amount of money shortly.

    >>> money(83_040_000), money(1.4e9), money(999_999_999), money(45_678), money(0), money(-600)
    ('£83m', '£1.4bn', '£1bn', '£45,700', '£0', '−£600')
    """
    if pounds < 0:
        return f"−{money(-pounds)}"
    rounded = float(f"{pounds:.2e}")
    for scale, unit in _SCALES:
        if rounded >= scale:
            own = numbers().billion if unit == "bn" else numbers().million
            return f"£{significant(rounded / scale)}{_firm(own)}"
    return f"£{significant(rounded)}"


def per_head(pounds: float, *, largest: float | None = None) -> str:
    """Write pounds a head: to the penny, or whole pounds or tenths of a penny, as `largest` asks.

    >>> per_head(12.4), per_head(12.4, largest=200.0), per_head(0.0142)
    ('£12.40', '£12', '1.4p')
    """
    largest = pounds if largest is None else largest
    if not pounds:
        return "£0"
    if largest >= 100:
        return f"£{whole(pounds)}"
    if 0 < largest < TENPENCE:
        return say("{pence}p", pence=decimals(pounds * 100, 1))
    return f"£{decimals(pounds, 2)}"


def more_or_less(pounds: float, *, largest: float | None = None) -> str:
    """Write a difference of pounds a head with its sign; `largest` is that of all, signs aside.

    >>> more_or_less(12.4), more_or_less(-0.5, largest=12.4), more_or_less(-0.001, largest=12.4)
    ('+£12.40', '−£0.50', '£0')
    """
    largest = abs(pounds) if largest is None else largest
    if not written(abs(pounds), largest=largest):
        return "£0"
    return f"{'+' if pounds > 0 else '−'}{per_head(abs(pounds), largest=largest)}"


def percent(share: float) -> str:
    """Write a share: whole percents, but tenths where all or nothing would be said wrongly.

    >>> percent(0.434), percent(0.004), percent(0.9991), percent(0.00001), percent(1), percent(0)
    ('43%', '0.4%', '99.9%', 'under 0.1%', '100%', '0%')
    """
    rounded = f"{share:.0%}"
    if share in (0, 1) or rounded not in ("0%", "100%"):
        return housed(rounded)
    tenths = f"{share:.1%}"
    if tenths == "0.0%":
        return say("under {figure}", figure=housed("0.1%"))
    return say("over {figure}", figure=housed("99.9%")) if tenths == "100.0%" else housed(tenths)


def whole_percent(share: float) -> str:
    """Write a share in whole percents, near nothing and all too.

    >>> whole_percent(0.434), whole_percent(0.004)
    ('43%', '0%')
    """
    return housed(f"{share:.0%}")


def rate(share: float) -> str:
    """Write a yearly rate in per cent, with three significant digits.

    >>> rate(0.035), rate(0.04217)
    ('3.5%', '4.22%')
    """
    return f"{significant(100 * share)}{_firm(numbers().percent)}"


def parts_of_a_pound(largest: float) -> int:
    """Count the smallest parts of a pound that `per_head` writes where this is the largest figure.

    >>> parts_of_a_pound(200.0), parts_of_a_pound(12.4), parts_of_a_pound(0.0142)
    (1, 100, 1000)
    """
    if largest >= 100:
        return 1
    return 1_000 if largest < TENPENCE else 100


def written(pounds: float, *, largest: float) -> int:
    """Give pounds a head as `per_head` writes them, in the smallest parts that it writes.

    >>> written(1.2496, largest=1.4), written(1.2496, largest=200.0), written(0.0142, largest=0.05)
    (125, 1, 14)
    """
    many = parts_of_a_pound(largest)
    if many == 1_000:
        return round(round(pounds * 100, 1) * 10)  # tenths of a penny, rounded as pence
    return round(round(pounds, 2 if many == 100 else 0) * many)


def day(when: date) -> str:
    """Write a date in words, with blanks that no line breaks at.

    >>> day(date(2021, 4, 1)).split()
    ['1', 'April', '2021']
    """
    return f"{when.day}{FIRM}{say(MONTHS[when.month - 1])}{FIRM}{when.year}"


def year_of(label: int, start: date) -> str:
    """Write a year of a run: a year that begins inside a calendar year bears both numbers.

    >>> year_of(2021, date(2021, 4, 1)), year_of(2099, date(2021, 4, 1))
    ('2021/22', '2099/2100')
    >>> year_of(2021, date(2021, 1, 1))
    '2021'
    """
    if (start.month, start.day) == (1, 1):
        return str(label)
    after = label + 1
    return f"{label}/{after}" if after % 100 == 0 else f"{label}/{after % 100:02d}"
