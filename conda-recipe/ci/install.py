"""Solve and install packages into a new prefix.

    python install.py PREFIX CHANNEL[,CHANNEL…] SPEC [SPEC …]

A channel is a folder.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from rattler import Channel, MatchSpec, Platform, VirtualPackage, install, solve


async def main() -> None:
    """Install."""
    prefix, channels, *specs = sys.argv[1:]
    records = await solve(
        sources=[Channel(f"file://{Path(channel).absolute()}") for channel in channels.split(",")],
        specs=[MatchSpec(spec) for spec in specs],
        platforms=[Platform.current(), Platform("noarch")],
        virtual_packages=VirtualPackage.detect(),
    )
    await install(records, target_prefix=prefix, show_progress=False)
    print("installed", *sorted(record.file_name for record in records), sep="\n  ")


asyncio.run(main())
sys.stdout.flush()
os._exit(0)  # py-rattler sometimes aborts while the interpreter shuts down
