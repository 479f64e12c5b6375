"""The manual and the README: every command and every Python snippet in them runs, and prints what stands there.

Blocks of a page run in their order, in one folder that holds the demo (model.cif, map.mrc) and the test data by their
names. In `console` blocks, lines behind "$ " are commands and what follows is their output; without a "$ " every line
is a command. In shown output "…" stands for anything, and how lines are broken does not count.
"""

import doctest
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from golden import FILES
from qscore import cli
from qscore.cli import config
from qscore.demo import write_demo
from qscore.tables import TABLES
from qscore.writers import WRITERS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

# commands that set up, need a network, or take minutes -> the part of the CI that runs them or their like
ELSEWHERE = {
    r"python3 -m venv \.venv && \.venv/bin/pip install .*": "python",
    r"cmake -S \. -B build/cpp .*|cmake --build build/cpp|ctest --test-dir build/cpp .*": "cpp",
    r"cmake -S \. -B build/library .*|cmake --(build|install) build/library": "library",
    r"\.venv/bin/pip install \"\.\[docs\]\"|\.venv/bin/sphinx-build .*": "docs",
    r"python benchmarks/run\.py": "python",  # its parts: test_benchmarks.py
}


@dataclass
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}, line {self.line}"


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    fences = re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(page, text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in fences]


def commands(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with the output shown."""
    lines = block.text.replace("\\\n", " ").splitlines()
    if not any(line.startswith("$ ") for line in lines):
        return [(line, "") for line in lines if line]
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line + "\n")
    return found


def elsewhere(command: str) -> str | None:
    return next((part for pattern, part in ELSEWHERE.items() if re.fullmatch(pattern, command)), None)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def folder(tmp_path, monkeypatch, request):
    """The folder the blocks run in; `qscore` and `python` are those of this interpreter."""
    _, map = write_demo(tmp_path)
    with map.open("rb") as plain, gzip.open(tmp_path / "map.mrc.gz", "wb", compresslevel=1) as packed:
        shutil.copyfileobj(plain, packed)
    if needs_data(request.node.callspec.params["page"]):
        data = request.getfixturevalue("data")
        for case, names in FILES.items():
            for name in names:
                (tmp_path / name).symlink_to((data / case / name).resolve())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def needs_data(page: Path) -> bool:
    files = [name for names in FILES.values() for name in names]
    return any(name in block.text for block in blocks(page) for name in files)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.stem)
def test_what_a_page_shows_runs(page, folder):
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.language in ("console", "bash", "sh"):
            for command, shown in commands(block):
                if elsewhere(command) is None:
                    run(block, command, shown)
        elif block.language == "python":
            exec(compile(block.text, str(block), "exec"), names)
        elif block.language == "pycon":
            check_session(block, names)


def run(block: Block, command: str, shown: str) -> None:
    assert shutil.which(shlex.split(command)[0]), f"{block}: no such program: {command}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{block}: {command}\n{done.stderr}"
    wanted = ".*".join(re.escape(flat(part)) for part in shown.split("…"))
    assert re.match(wanted, flat(done.stdout), re.DOTALL), f"{block}: {command} prints\n{done.stdout}"


def check_session(block: Block, names: dict[str, object]) -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(block.text, names, str(block), str(block.page), block.line)
    test.globs = names  # which the parser copies
    failures: list[str] = []
    doctest.DocTestRunner(optionflags=options).run(test, out=failures.append, clear_globs=False)
    assert not failures, "".join(failures)


@pytest.mark.skipif(not (ROOT / ".ci").is_dir(), reason="source distributions leave .ci out")
def test_what_does_not_run_here_is_run_by_the_ci():
    every = [c for page in PAGES for b in blocks(page) if b.language == "console" for c, _ in commands(b)]
    for pattern, part in ELSEWHERE.items():
        assert any(re.fullmatch(pattern, command) for command in every), f"no page has {pattern}"
        assert (ROOT / ".ci" / part).is_file()


def test_listings_of_commands_are_called_console():
    """So that none escapes these tests."""
    for page in PAGES:
        for block in blocks(page):
            assert block.language not in ("bash", "sh", "shell", "shell-session"), f"{block}: call it console"


def options_of(command: click.Command) -> set[str]:
    context = click.Context(command)
    found = {option for parameter in command.get_params(context) for option in parameter.opts}
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            subcommand = command.get_command(context, name)
            assert subcommand is not None
            found |= options_of(subcommand)
    return found


def test_commands_and_options_named_in_the_text_exist():
    known = options_of(cli.commands) | options_of(config.command)
    for page in PAGES:
        text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for code in re.findall(r"`((?:qscore(?:-config)? |--)[^`]+)`", text):
            program, *words = code.split()
            if program == "qscore" and words[0].islower() and words[0].isalpha():
                assert words[0] in cli.COMMANDS, f"{page.name}: {code}"
            for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", code):
                assert option in known, f"{page.name}: {code}"


def test_every_file_and_field_is_described():
    text = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`([^`\n]+)`", text))
    for name, files in WRITERS.items():
        assert name in described
        for file in files:
            pattern = file.name.format(model="MODEL", map="MAP")
            assert described.intersection([pattern, pattern + "/"]), f"{pattern} is not in docs/files.md"
    for table in TABLES.values():
        for field in fields_of(table):
            prefixes = [f"{field[:end]}_…" for end in range(len(field)) if field[end] == "_"]
            assert described.intersection([field, *prefixes]), f"{field} is not in docs/files.md"


def test_every_key_of_the_summary_is_described():
    text = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`([^`\n]+)`", text))
    schema = json.loads((ROOT / "python" / "qscore" / "writers" / "summary.schema.json").read_text(encoding="utf-8"))
    keys = dict(schema["properties"])
    for name in ("model", "map", "options"):
        keys |= schema["properties"][name]["properties"]
    assert not set(keys) - described


def fields_of(table) -> list[str]:
    import numpy as np
    from golden import result_of
    from qscore.demo.model import WRONG_ROTAMER, build
    from qscore.model import Model

    model = Model.from_structure(build(WRONG_ROTAMER))
    return list(table(result_of(model, np.zeros(len(model.scored)))))


def test_every_public_header_is_described():
    text = (ROOT / "docs" / "cpp.md").read_text(encoding="utf-8")
    for header in (ROOT / "cpp" / "include" / "qscore").glob("*.hpp"):
        if header.stem != "export":
            assert f"#include <qscore/{header.name}>" in text, f"{header.name} is not in docs/cpp.md"


def test_every_public_name_of_the_package_is_described():
    import qscore

    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    for name in qscore.__all__:
        if name != "__version__":
            assert re.search(rf":: qscore\.{name}$", text, re.MULTILINE), f"qscore.{name} is not in docs/python.md"


def test_the_citation_names_this_version():
    assert f"version: {(ROOT / 'VERSION').read_text().strip()}\n" in (ROOT / "CITATION.cff").read_text()
