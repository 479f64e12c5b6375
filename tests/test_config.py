"""``qscore-config``: where other programs' build systems find the library."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from qscore.cli import config
from qscore.errors import InputError


def ask(*options: str) -> str:
    result = CliRunner().invoke(config.command, options)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_the_answers_name_what_is_there() -> None:
    version = (Path(__file__).parents[1] / "VERSION").read_text().strip()
    assert ask("--version") == version
    package_version = (Path(ask("--cmakedir")) / "qscoreConfigVersion.cmake").read_text()
    assert f'"{version}"' in package_version
    assert (Path(ask("--includes").removeprefix("-I")) / "qscore" / "score.hpp").is_file()
    file, *flags = ask("--libs").split()
    assert Path(file).is_file()
    assert flags == [f"-Wl,-rpath,{Path(file).parent}"]


def test_every_header_of_the_project_is_installed() -> None:
    folder = Path(ask("--includes").removeprefix("-I")) / "qscore"
    sources = Path(__file__).parents[1] / "cpp" / "include" / "qscore"
    assert {p.name for p in folder.glob("*")} == {p.name for p in sources.glob("*.hpp")} | {"version.hpp"}


def test_a_missing_library_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(config.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=f"{re.escape(str(tmp_path))}: install libqscore"):
        config.prefix()


def test_no_option_is_bad_usage() -> None:
    script = "from qscore.cli.config import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--cmakedir" in done.stdout + done.stderr
