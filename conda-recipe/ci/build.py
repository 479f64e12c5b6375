"""Render and build every output of the recipe against a local channel, and run the recipe's own tests.

    python build.py OUTPUT CHANNEL

OUTPUT becomes a channel with the packages built.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from rattler_build import Stage0Recipe, ToolConfiguration, VariantConfig

HERE = Path(__file__).resolve().parent
NAMES = ("libqscore", "qscore")


def forget_older_builds() -> None:
    """Remove packages of the same name and version from the cache, which would be taken for these."""
    cache = Path(os.environ.get("RATTLER_CACHE_DIR", Path.home() / ".cache/rattler/cache")) / "pkgs"
    for name in NAMES:
        for package in cache.glob(f"{name}-[0-9]*"):
            shutil.rmtree(package) if package.is_dir() else package.unlink()


def main() -> int:
    """Build and test."""
    output, channel = (str(Path(argument).absolute()) for argument in sys.argv[1:3])
    forget_older_builds()
    recipe = Stage0Recipe.from_file(str(HERE.parent / "recipe.yaml"))
    for variant in recipe.render(variant_config=VariantConfig.from_file(str(HERE / "variants.yaml"))):
        try:
            built = variant.run_build(
                tool_config=ToolConfiguration(test_strategy="native"), output_dir=output, channels=[f"file://{channel}"]
            )
        except Exception as error:
            for log in sorted(Path(output).glob("bld/*/work/conda_build.log")):
                print(f"{log}:\n{log.read_text()}", file=sys.stderr)
            print(f"failed: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
        print("built and tested", built)
    return 0


status = main()
sys.stdout.flush()
os._exit(status)  # py-rattler-build sometimes aborts while the interpreter shuts down
