"""Facts of the machine and of what was measured on it."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

from common import REPOSITORY, last_line


def facts() -> dict[str, str]:
    """Return what a reader needs to know to compare the figures with others."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "processor": processor(),
        "cores": f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, {distribution()}",
        "compiler": first_line(os.environ.get("CXX", "c++"), "--version"),
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "gemmi", "mrcfile")),
        "qscore": f"{importlib.metadata.version('qscore')}{' (editable installation)' if editable() else ''}",
    }


def load() -> str:
    """Return how busy the machine is: processes that run or wait to, over the last minute and the last five."""
    return "{:.1f}, {:.1f}".format(*os.getloadavg()[:2])


def commit() -> str:
    """Return the commit of the checkout, and whether it was changed."""
    name = first_line("git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD")
    changed = first_line("git", "-C", str(REPOSITORY), "status", "--porcelain", "--untracked-files=no")
    return f"{name}, with changes" if changed else name


def processor() -> str:
    """Return the processor's name, and the widest instruction set of ours that it has."""
    words = Path("/proc/cpuinfo")
    if not words.exists():
        return platform.processor()
    lines = dict(line.split(":", 1) for line in words.read_text().splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in lines.items()}
    flags = fields.get("flags", "").split()
    widest = next((name for flag, name in (("avx512bw", "AVX-512"), ("avx2", "AVX2")) if flag in flags), "no AVX2")
    family = f"family {fields.get('cpu family', '?')} model {fields.get('model', '?')}"
    return f"{fields.get('model name', platform.machine())} ({family}, {widest})"


def distribution() -> str:
    """Return the name of the Linux distribution."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "unknown distribution"


def editable() -> bool:
    """Return whether qscore is installed as a link to its sources, which imports more slowly."""
    direct = importlib.metadata.distribution("qscore").read_text("direct_url.json") or ""
    return '"editable": true' in direct


def first_line(*command: str) -> str:
    """Return the first line that a program prints, or why there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "none found"
    return done.stdout.partition("\n")[0] if done.returncode == 0 else last_line(done.stderr)


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}: {value}\n" for name, value in facts().items())
