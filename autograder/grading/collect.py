"""Put a learning platform's download where `autograder grade` looks for it."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.course import CourseError
from autograder.grading.bulk_download import BulkDownload, Piece, open_download
from autograder.grading.entries import Unreadable, is_notebook_name
from autograder.grading.hand_ins import Stamp, keep
from autograder.grading.inventory import TIMESTAMP
from autograder.grading.plain_text import listed, plain, student_id
from autograder.grading.plain_text import shown as quoted
from autograder.grading.roster import Enrolled, Roster
from autograder.grading.submission_limits import MIB, GradingLimits
from autograder.grading.submitted_names import lesson_meant


@dataclass
class Collected:
    """What became of a download.

    Attributes:
        kept: lesson → what became of its hand-ins → how many: "first", "later", "earlier", "known".
        refused: a sentence for each thing that was not collected.
        notes: sentences on what was.
        absent: students of the roster of whom nothing is in the download.
    """

    kept: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Packet:
    """All that one student has in a download.

    Args:
        student: the id to record under.
        pieces: the files.
        enrolled: what the roster says; None without one.
    """

    student: str
    pieces: list[Piece]
    enrolled: Enrolled | None = None


def collect(
    source: Path,
    into: Path,
    lessons: Sequence[str],
    lesson: str | None = None,
    roster: Roster | None = None,
) -> Collected:
    """Put all hand-ins of a download into folders of students; nothing is overwritten.

    Args:
        source: the ZIP file or folder that Canvas or Moodle gave.
        into: ``submitted``; it is made if need be.
        lessons: the course's lessons, to tell which a notebook's name means.
        lesson: the lesson that was handed in; None to tell it by the names.
        roster: who is in the class; without one, students are called as the download calls them.

    Raises:
        CourseError: the download cannot be read, there is nothing in it, or no room for it.
    """
    result = Collected()
    with open_download(source) as found:
        result.refused.extend(found.refused)
        if not found.pieces:
            why = f" {found.refused[0]}" if found.refused else ""
            raise CourseError(f"Nothing in {source} was handed in by anybody.{why}")
        try:
            into.mkdir(parents=True, exist_ok=True)
            _check_room(found, into)
            seen = set()
            for packet in _packets(found, roster, lessons, result):
                seen.add(packet.student)
                _Placing(packet, into, lessons, lesson, result).place()
        except OSError as error:
            raise CourseError(f"{into} cannot be written to: {error.strerror}.") from None
    enrolled = roster.students if roster else ()
    result.absent = sorted(s.student for s in enrolled if s.student not in seen)
    return result


def _check_room(found: BulkDownload, into: Path) -> None:
    needed, free = sum(piece.size for piece in found.pieces), shutil.disk_usage(into).free
    if needed > free:
        raise CourseError(
            f"{into} has no room: {needed // MIB} MB are needed, {free // MIB} MB are free."
        )


def _packets(
    found: BulkDownload, roster: Roster | None, lessons: Sequence[str], result: Collected
) -> Iterator[Packet]:
    """Yield each student's files; what is nobody's is named."""
    together: dict[tuple[str, str, str], list[Piece]] = defaultdict(list)
    for piece in found.pieces:
        what = piece.what
        together[what.platform, what.student, what.number].append(piece)
    claims: dict[str, list[Packet]] = defaultdict(list)
    namesakes = Counter((platform, student) for platform, student, _ in together)
    for (platform, student, number), pieces in together.items():
        if roster is not None:
            whose = roster.whose(pieces[0].what)
            if isinstance(whose, str):
                result.refused.append(f"{quoted(pieces[0].source)} was not collected: {whose}.")
            else:
                claims[whose.student].append(Packet(whose.student, pieces, whose))
            continue
        alone = namesakes[platform, student] == 1
        name = student_id((student if alone else f"{student}_{number}").replace("/", "_"))
        if name in lessons:
            result.refused.append(
                f"{quoted(pieces[0].source)} has a lesson's name for a student's."
            )
        else:
            claims[name].append(Packet(name, pieces))
    for name, packets in sorted(claims.items()):
        if len(packets) == 1:
            yield packets[0]
            continue
        both = listed([quoted(packet.pieces[0].source) for packet in packets])
        result.refused.append(f"{both} would both be {name}'s: neither was collected.")


class _Placing:
    """One student's files while they are put where they belong."""

    def __init__(
        self,
        packet: Packet,
        into: Path,
        lessons: Sequence[str],
        lesson: str | None,
        result: Collected,
    ) -> None:
        self._packet, self._into, self._result = packet, into, result
        self._lessons, self._lesson = lessons, lesson

    def place(self) -> None:
        student = self._packet.student
        if sum(piece.size for piece in self._packet.pieces) > GradingLimits().archive_bytes:
            most = GradingLimits().archive_bytes // MIB
            self._refuse(f"{plain(student)} handed in more than {most} MB: nothing was collected.")
            return
        by_lesson = self._by_lesson()
        for lesson, pieces in by_lesson.items():
            folder = self._into / student
            if any(path.is_symlink() or path.is_file() for path in (folder, folder / lesson)):
                place = quoted(f"{student}/{lesson}")
                self._refuse(f"{place} is a link or a file, no folder: nothing was put there.")
                continue
            for batch in _hand_ins(pieces, lesson):
                self._keep(lesson, batch)

    def _by_lesson(self) -> dict[str, list[Piece]]:
        """Return each lesson's files; those that are no notebooks go with the only lesson."""
        found: dict[str, list[Piece]] = defaultdict(list)
        others, unknown = [], []
        for piece in self._packet.pieces:
            if PurePosixPath(piece.name).name.lower() == TIMESTAMP:
                self._result.notes.append(
                    f"{quoted(piece.source)} was left out: students do not say when they handed in."
                )
                continue
            meant = self._meant(piece)
            if meant is not None and self._lesson in (None, meant):
                found[meant].append(piece)
            elif meant is not None:
                self._refuse(
                    f"{quoted(piece.source)} is called like {meant}: collect that lesson for it."
                )
            elif self._lesson is None and is_notebook_name(piece.name):
                unknown.append(piece)
            else:
                others.append(piece)
        for piece in unknown:
            self._refuse(
                f"{quoted(piece.source)} names no lesson: say which one, autograder collect "
                "DOWNLOAD LESSON."
            )
        lesson = self._lesson or (next(iter(found)) if len(found) == 1 else None)
        if lesson is not None and (others or lesson in found):
            found[lesson].extend(others)
        elif not unknown:
            for piece in others:
                self._refuse(f"{quoted(piece.source)} belongs to no notebook that was handed in.")
        return found

    def _meant(self, piece: Piece) -> str | None:
        """Return the lesson that a notebook's name, or a folder it lies in, means."""
        if not is_notebook_name(piece.name):
            return None
        for part in reversed(PurePosixPath(piece.name).parts):
            if meant := lesson_meant(part, self._lessons):
                return meant
        return None

    def _keep(self, lesson: str, pieces: list[Piece]) -> None:
        files: dict[str, bytes] = {}
        for piece in pieces:
            try:
                data = piece.read()
            except Unreadable as error:
                self._refuse(f"{quoted(piece.source)} was not collected: {error}.")
                continue
            files[_place(piece, lesson, files)] = data
        if not files:
            return
        enrolled = self._packet.enrolled
        order = max(piece.what.order for piece in pieces)
        stamp = Stamp(enrolled.handed_in if enrolled else None, order)
        became = keep(self._into, self._packet.student, lesson, files, stamp)
        self._result.kept[lesson][became] += 1
        if any(piece.what.late for piece in pieces) and stamp.handed_in is None:
            self._result.notes.append(
                f"{plain(self._packet.student)} was late with {lesson}, and the download does not "
                "say by how much: a roster with a column handed_in does."
            )

    def _refuse(self, sentence: str) -> None:
        self._result.refused.append(sentence)


def _hand_ins(pieces: list[Piece], lesson: str) -> list[list[Piece]]:
    """Return the hand-ins among a student's files for a lesson, the earliest first.

    Canvas numbers files; a second notebook of the lesson's name was handed in later. What is no
    notebook of that name goes with the last.
    """
    ordered = sorted(pieces, key=lambda piece: (piece.what.order, _again(piece.name)))
    named = [p for p in ordered if p.what.order and _is_lessons(p, lesson)]
    earlier = named[:-1]
    return [*([piece] for piece in earlier), [p for p in ordered if p not in earlier]]


def _again(name: str) -> int:
    """Return which copy a name says it is: Canvas and browsers number them."""
    found = re.search(r"(?:-|\()(\d{1,3})\)?\.ipynb", name)
    return int(found[1]) if found else 0


def _is_lessons(piece: Piece, lesson: str) -> bool:
    return (
        "/" not in piece.name
        and is_notebook_name(piece.name)
        and (lesson_meant(piece.name, [lesson]) == lesson)
    )


def _place(piece: Piece, lesson: str, taken: dict[str, bytes]) -> str:
    """Return the path to write a file to, of its own and with nothing odd in it."""
    parts = PurePosixPath(piece.name).parts
    name = "/".join(student_id(part) for part in parts)
    if _is_lessons(piece, lesson):
        name = f"{lesson}.ipynb"
    if not _clashes(name, taken):
        return name
    path = PurePosixPath(name)
    for number in range(2, len(taken) + 3):
        other = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        if not _clashes(other, taken):
            return other
    raise AssertionError("there are more names than files")


def _clashes(name: str, taken: dict[str, bytes]) -> bool:
    """Say whether a file cannot have this name: another has it, or lies below or above it."""
    return any(
        name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/")
        for other in taken
    )
