"""Read dates as instructors write them: with a zone, and only such as exist when clocks change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SPAN = re.compile(r"\+(\d+)([dh])")
_LAST_SECOND = time(23, 59, 59)
_EXAMPLES = "2026-12-01, 2026-12-01T18:00 or 2026-12-01T18:00+01:00"


class NoSuchMoment(ValueError):
    """A text or value that is no moment; its text is a clause without full stop."""


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of a name such as ``Europe/Berlin``.

    Raises:
        NoSuchMoment: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # what zoneinfo raises depends on what the name is like
        raise NoSuchMoment(f"there is no time zone {name!r}") from None


def moment(value: datetime | date, zone: ZoneInfo | None) -> datetime:
    """Return the moment that a date means.

    Args:
        value: with a zone of its own or without; a day without a time lasts until its end.
        zone: the course's; where clocks are put back, the later of two equal times is meant.

    Raises:
        NoSuchMoment: no zone is known, or clocks are put forward over that time.

    Example:
        >>> moment(date(2026, 12, 1), ZoneInfo("Europe/Berlin")).isoformat()
        '2026-12-01T23:59:59+01:00'
    """
    if not isinstance(value, datetime):
        value = datetime.combine(value, _LAST_SECOND)
    if value.tzinfo is not None:
        return value
    if zone is None:
        raise NoSuchMoment(
            f'{value:%Y-%m-%d %H:%M} needs a time zone: say zone = "Europe/Berlin" in course.toml, '
            "or add one to the time, such as +01:00"
        )
    found = value.replace(tzinfo=zone, fold=1)
    if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != value:
        raise NoSuchMoment(f"{value:%Y-%m-%d %H:%M} does not exist in {zone}: clocks skip it")
    return found


def read_moment(text: str, zone: ZoneInfo | None, start: datetime) -> datetime:
    """Read a date, or how much later than another moment it is.

    Args:
        text: ``2026-12-01`` (until its end), ``2026-12-01T18:00``, the same with an offset, or
            ``+2d`` and ``+12h``.
        zone: the course's. Two days later it is as late on the clock, whatever clocks do meanwhile.
        start: what ``+`` counts from.

    Raises:
        NoSuchMoment: it is none of these, or there is no such day.

    Example:
        >>> start = datetime(2026, 3, 28, 18, tzinfo=ZoneInfo("Europe/Berlin"))
        >>> read_moment("+2d", ZoneInfo("Europe/Berlin"), start).isoformat()
        '2026-03-30T18:00:00+02:00'
    """
    try:
        if span := _SPAN.fullmatch(text):
            count, unit = int(span[1]), span[2]
            if unit == "h":
                return start.astimezone(UTC) + timedelta(hours=count)
            local = start.astimezone(zone) if zone else start
            return local + timedelta(days=count)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return moment(date.fromisoformat(text), zone)
        return moment(datetime.fromisoformat(text), zone)
    except NoSuchMoment:
        raise
    except (ValueError, OverflowError):
        raise NoSuchMoment(
            f"{text!r} is no date: write {_EXAMPLES}, or +2d for two days more"
        ) from None


def as_utc(value: datetime) -> datetime:
    """Return a moment as nbgrader keeps it: in UTC, without saying so.

    Example:
        >>> as_utc(datetime.fromisoformat("2026-12-01T18:00+01:00"))
        datetime.datetime(2026, 12, 1, 17, 0)
    """
    return value.astimezone(UTC).replace(tzinfo=None)


def on_the_clock(value: datetime, zone: ZoneInfo | None) -> str:
    """Return a moment for people.

    Example:
        >>> on_the_clock(datetime.fromisoformat("2026-12-01T18:00+01:00"), None)
        '2026-12-01 17:00 UTC'
    """
    return f"{value.astimezone(zone or UTC):%Y-%m-%d %H:%M %Z}"
