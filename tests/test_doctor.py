"""What the doctor says of a machine."""

from __future__ import annotations

import minilesson
import pytest

from autograder.grading import machine as doctor
from autograder.grading.machine import MachineCheck, examine, show
from autograder.sandbox import Unavailable
from autograder.sandbox.probe import IsolationCheck as Step


@pytest.fixture
def course(tmp_path, monkeypatch):
    course = minilesson.course(tmp_path)
    monkeypatch.chdir(course.root)
    return course


def only(monkeypatch, *names):
    monkeypatch.setattr(doctor, "CHECKS", {n: doctor.CHECKS[n] for n in names})


@pytest.mark.heavy
def test_a_machine_that_isolates_passes(course, monkeypatch):
    only(monkeypatch, "isolation", "sandbox", "course", "disk", "Python", "packages")
    checks = examine()
    assert [c.name for c in checks if not c.works] == []
    assert show(checks) == 0


@pytest.mark.heavy
def test_the_backend_and_the_accelerator_are_named(monkeypatch):
    only(monkeypatch, "Keras backend", "accelerator")
    backend, accelerator = examine()
    assert backend.detail.startswith("tensorflow")
    assert accelerator.works is not False


def test_a_machine_that_does_not_isolate_fails_and_is_told_how_to_mend_it(monkeypatch, capsys):
    step = Step("bubblewrap", False, "Install your system's package `bubblewrap`.")
    monkeypatch.setattr(doctor, "probe_isolation", lambda: [step])
    only(monkeypatch, "isolation")
    assert show(examine()) == 1
    out = capsys.readouterr().out
    assert "✗ isolation: fails at: bubblewrap" in out
    assert "→ Install your system's package" in out


def test_a_sandbox_that_cannot_start_fails(course, monkeypatch):
    def unavailable(**_):
        raise Unavailable("No namespaces here.")

    monkeypatch.setattr(doctor, "Sandbox", unavailable)
    only(monkeypatch, "sandbox")
    assert examine() == [MachineCheck("sandbox", False, "No namespaces here.")]


def test_too_little_disk_fails(monkeypatch):
    monkeypatch.setattr(doctor, "_DISK_GIB", 10**9)
    only(monkeypatch, "disk")
    assert show(examine()) == 1


@pytest.mark.parametrize(("release", "works"), [("0.9.5", False), ("0.9.6", True), ("", False)])
def test_an_nbgrader_that_serves_any_file_is_refused(release, works, monkeypatch):
    """Is nbgrader 0.9.5, whose validation pages leave the course's folder, said not to do?"""
    versions = {"keras": "3.15.1", "tensorflow": "2.21.0", "nbgrader": release}
    monkeypatch.setattr(doctor, "_version", lambda name: versions.get(name) or None)
    only(monkeypatch, "packages")
    [check] = examine()
    assert check.works is works


def test_what_colab_has_and_the_grader_lacks_is_listed(monkeypatch, capsys):
    """Does an instructor learn which imports of students will be left out?"""
    only(monkeypatch, "as on Colab")
    monkeypatch.setattr("autograder.grading.colab.PREINSTALLED", ("numpy", "no_such_module", "a.b"))
    assert show(examine()) == 0
    out = capsys.readouterr().out
    assert "modules are missing: no_such_module, a.b" in out
    assert "left out in grading" in out


def test_nothing_is_said_to_be_missing_that_is_here(monkeypatch):
    only(monkeypatch, "as on Colab")
    monkeypatch.setattr("autograder.grading.colab.PREINSTALLED", ("numpy",))
    [check] = examine()
    assert check.works is True


def test_outside_a_course_it_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    only(monkeypatch, "course")
    [check] = examine()
    assert check.works is False
    assert "change to the repository's folder" in check.mend


def test_a_check_that_breaks_stops_no_other(monkeypatch):
    monkeypatch.setattr(
        doctor, "CHECKS", {"a": lambda: 1 / 0, "b": lambda: MachineCheck("b", True, "")}
    )
    broken, fine = examine()
    assert broken.works is False
    assert "ZeroDivisionError" in broken.detail
    assert fine.works
