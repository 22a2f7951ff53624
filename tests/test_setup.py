"""Does tools/setup.py install what is pinned, with uv or with pip, as pip is configured?"""

import importlib.util
import re
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("setup_script", ROOT / "tools" / "setup.py")
setup = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(setup)

LISTING = r"""
:env:.index-url='file:///from-the-environment'
:env:.default-timeout='180'
global.index-url='file:///from-a-file'
global.extra-index-url='\nfile:///second\nfile:///third'
install.trusted-host='one.example two.example:8080'
freeze.timeout='1'
"""


# --- what uv is told -----------------------------------------------------------------------------


def test_the_environment_comes_before_files():
    """Does an environment variable of pip's replace what its files say, as for pip itself?"""
    settings = setup.pip_settings(LISTING)
    assert settings["index-url"] == "file:///from-the-environment"
    assert settings["extra-index-url"].split() == ["file:///second", "file:///third"]


def test_sections_of_other_commands_are_left_alone():
    """Does what is said of `pip freeze` alone stay out?"""
    assert "timeout" not in setup.pip_settings(LISTING)


@pytest.mark.parametrize(
    "listing", ["", "nonsense", "global.index-url=", "global.index-url='", "WARNING: no = file\n"]
)
def test_a_listing_that_says_nothing_gives_nothing(listing):
    """Is what pip prints beside its settings, or an empty value, no setting?"""
    assert setup.pip_settings(listing) == {}


def test_several_values_are_told_as_uv_reads_them():
    """Are indexes separated by blanks, folders of wheels by commas, and the best of all taken?"""
    told = setup.for_uv(
        {"extra-index-url": "file:///a\nfile:///b", "find-links": "/c\n/d", "cert": "/e.pem"}, {}
    )
    assert told == {
        "UV_INDEX": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/c,/d",
        "SSL_CERT_FILE": "/e.pem",
    }


def test_hosts_certificates_and_proxies_are_told():
    """Does uv trust whom pip trusts, and go the way that pip goes?"""
    settings = {"trusted-host": "one.example", "client-cert": "/me.pem", "proxy": "http://p:1"}
    told = setup.for_uv(settings, {"REQUESTS_CA_BUNDLE": "/all.pem"})
    assert told == {
        "UV_INSECURE_HOST": "one.example",
        "SSL_CLIENT_CERT": "/me.pem",
        "SSL_CERT_FILE": "/all.pem",
        "HTTP_PROXY": "http://p:1",
        "HTTPS_PROXY": "http://p:1",
    }


def test_what_is_said_to_uv_itself_stands():
    """Is a variable of uv's own, if it is set, left as it is?"""
    environment = {"UV_DEFAULT_INDEX": "file:///mine", "SSL_CERT_FILE": "/mine.pem"}
    assert setup.for_uv({"index-url": "file:///pip", "cert": "/pip.pem"}, environment) == {}


@pytest.mark.parametrize(("value", "told"), [("true", {"UV_NO_INDEX": "true"}), ("no", {})])
def test_a_switch_that_is_off_is_not_told(value, told):
    """Does `no-index = no` mean that indexes are asked?"""
    assert setup.for_uv({"no-index": value}, {"SSL_CERT_FILE": "x"}) == told


# --- what is run ---------------------------------------------------------------------------------


class Programs:
    """Stands for all programs that are started: writes down commands, and fails some."""

    def __init__(self, failing=()):
        self.commands, self.failing = [], failing

    def __call__(self, command, environment=None):
        self.commands.append(" ".join(command[1:]))
        return int(any(word in " ".join(command) for word in self.failing))


@pytest.fixture
def installing(monkeypatch, tmp_path):
    """Set up in an empty folder with stand-ins; returns the commands that were run."""

    def start(*failing, settings="", interrupted=False):
        programs = Programs(failing)
        venv = tmp_path / ".venv"
        venv.mkdir()
        if interrupted:
            (venv / ".installing").touch()
        listing = setup.subprocess.CompletedProcess([], 0, stdout=settings)
        monkeypatch.setattr(setup, "run", programs)
        monkeypatch.setattr(setup, "first_start", lambda python: None)
        monkeypatch.setattr(setup.subprocess, "run", lambda *args, **kwargs: listing)
        monkeypatch.setattr(setup, "VENV", venv)
        return setup.main(), programs.commands, venv

    return start


def test_the_lock_then_the_course_are_installed(installing):
    """Does uv install first what is pinned and then the course, without what that would bring?"""
    status, commands, venv = installing()
    assert status == 0
    assert [c for c in commands if c.startswith("pip install")] == [
        f"pip install --python {venv}/bin/python -r {ROOT}/requirements.lock",
        f"pip install --python {venv}/bin/python --no-deps --editable {ROOT}",
    ]
    assert not (venv / ".installing").exists()


@pytest.mark.parametrize("failing", [setup.UV, "pip install --python"])
def test_pip_installs_where_uv_does_not(installing, capsys, failing):
    """Does pip install the same, and is it said why, if uv cannot be had or fails?"""
    status, commands, _ = installing(failing)
    assert status == 0
    by_pip = [c for c in commands if c.startswith("-m pip install") and setup.UV not in c]
    assert [c.partition("check ")[2] for c in by_pip] == [
        f"-r {ROOT}/requirements.lock",
        f"--no-deps --editable {ROOT}",
    ]
    assert "uv" in capsys.readouterr().out.split("so pip installs")[-2].splitlines()[-1]


def test_pip_installs_where_it_is_told_what_uv_is_not(installing, capsys):
    """Does a choice between wheels and sources, which uv is not told, leave the work to pip?"""
    _, commands, _ = installing(settings="global.no-binary='numpy'\n")
    assert not [c for c in commands if "--python" in c]
    assert "pip is configured with no-binary, so pip installs" in capsys.readouterr().out


def test_what_was_interrupted_is_installed_anew(installing):
    """Is a package that may be half installed not taken for installed?"""
    _, commands, _ = installing(interrupted=True)
    assert [c for c in commands if "--reinstall" in c and "requirements.lock" in c]


def test_what_fails_is_said_and_left_to_go_on(installing, capsys):
    """If pip fails as well, does one sentence say what to do, and is nothing called ready?"""
    status, _, venv = installing("requirements.lock")
    assert status == 1
    assert "again: it goes on from here." in capsys.readouterr().err
    assert (venv / ".installing").exists()


# --- what is said --------------------------------------------------------------------------------


def test_few_lines_tell_how_far_it_is(capsys):
    """Of what uv writes into a log, are the large downloads and the sums kept?"""
    lines = [
        "Using Python 3.12.3 environment at: .venv\n",
        "Resolved 183 packages in 1.36s\n",
        "Downloading tensorflow-cpu (251.3MiB)\n",
        "Downloading mlxtend (1.3MiB)\n",
        " Downloaded mlxtend\n",
        "Installed 183 packages in 1.52s\n",
        " + absl-py==2.3.1\n",
    ]
    assert setup.relay(lines, lambda: 0) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["Resolved", "Downloading", "Installed"]
    assert "tensorflow-cpu" in said[1]


def test_what_a_program_says_last_is_shown_if_it_fails(capsys):
    """Is the cause of a failure not lost with the lines that are left out?"""
    assert setup.relay(["error: No space left on device\n"], lambda: 2) == 2
    assert "No space left" in capsys.readouterr().err


def test_a_program_that_is_not_there_is_told(capsys):
    """Does a missing program give a status and a sentence, no traceback?"""
    assert setup.run([str(ROOT / "nowhere")]) == 1
    assert "could not be started" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="the size is that of Linux's packages")
def test_the_size_that_is_told_is_about_right():
    """Do the pinned packages that are installed here take what the script promises?"""
    names = {
        Requirement(line).name
        for line in setup.LOCK.read_text(encoding="utf-8").splitlines()
        if line
    }
    size = 0
    for name in names:
        try:
            size += sum(file.size or 0 for file in files(name) or ())
        except PackageNotFoundError:  # for another system
            continue
    assert 0.7 * setup.ON_DISK < size / 1e6 < 1.4 * setup.ON_DISK


def test_it_needs_only_the_standard_library():
    """Does the script, which runs before anything is installed, import nothing else?"""
    source = (ROOT / "tools" / "setup.py").read_text(encoding="utf-8")
    modules = re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE)
    assert set(modules) <= set(sys.stdlib_module_names) | {"__future__"}
