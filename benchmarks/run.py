"""Runs the benchmarks and prints one table.

python benchmarks/run.py [TOPIC …] [--data DIR] [--rounds N] [--out DIR] [--readme]

A topic is the name of a file benchmark_TOPIC.py here; by default all are run, one after the other.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
from common import HERE, Row, add_options, say, table

TOPICS = tuple(sorted(file.stem.removeprefix("benchmark_") for file in HERE.glob("benchmark_*.py")))
START, END = "<!-- measured: written by run.py --readme -->", "<!-- end of measured -->"


def rows_of(topic: str, options: argparse.Namespace) -> list[Row]:
    """Run a topic in a process of its own and return its rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        words = ["--data", options.data, "--cache", options.cache, "--rounds", options.rounds, "--json", file]
        command = [sys.executable, HERE / f"benchmark_{topic}.py", *words]
        done = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL)
        if not file.exists():
            return [Row("the whole topic", None, note=f"failed: exit code {done.returncode}, see its messages")]
        return [Row(**fields) for fields in json.loads(file.read_text())]


def markdown(facts: dict[str, str], results: dict[str, list[Row]]) -> str:
    """Return facts and tables as a text for people."""
    parts = ["\n".join(f"- {name}: {value}" for name, value in facts.items())]
    parts += [f"**{topic}**\n\n{table(rows)}" for topic, rows in results.items()]
    return "\n\n".join(parts)


def put_into_readme(text: str) -> None:
    """Replace the measured part of the README beside this file."""
    readme = HERE / "README.md"
    before, _, rest = readme.read_text().partition(START)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}")


def main() -> None:
    """Run the topics that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=", ".join(TOPICS))
    add_options(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="for results.json and results.md (default: the cache)")
    parser.add_argument("--readme", action="store_true", help="put the results into README.md here, too")
    options = parser.parse_args()
    unknown = [topic for topic in options.topics if topic not in TOPICS]
    if unknown:
        parser.error(f"no topic {', '.join(unknown)}; choose from {', '.join(TOPICS)}")

    if options.readme and options.topics:
        parser.error("--readme replaces all measured tables: run all topics for it")

    facts = machine.facts()
    facts["load at the start"] = machine.load()
    start = time.monotonic()
    results = {}
    for topic in options.topics or TOPICS:
        say(topic)
        results[topic] = rows_of(topic, options)
    facts["load at the end"] = f"{machine.load()} (the benchmarks themselves keep up to 2 busy)"
    facts["rounds"] = f"{options.rounds}, {(time.monotonic() - start) / 60:.0f} min in all"

    text = markdown(facts, results)
    print(text)
    out = options.out or options.cache
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.md").write_text(text + "\n")
    document = {"machine": facts, "rows": [{"topic": t, **vars(row)} for t, rows in results.items() for row in rows]}
    (out / "results.json").write_text(json.dumps(document, indent=1) + "\n")
    if options.readme:
        put_into_readme(text)
    say(f"results.md and results.json are in {out}")
    sys.exit(any(row.note.startswith("failed") for rows in results.values() for row in rows))


if __name__ == "__main__":
    main()
