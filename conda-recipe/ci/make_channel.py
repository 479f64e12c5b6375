"""Make a local conda channel of stand-ins, with which the recipe can be built where conda-forge cannot be reached.

    python make_channel.py CHANNEL

The packages have conda-forge's names. `python` and the compilers are links to those of this machine, libraries
of the compiler are empty, and all others are wheels from PyPI, with the dependencies that their metadata state.
The channel is of use on this machine only.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler.index import index_fs
from rattler_build import Stage0Recipe, ToolConfiguration, VariantConfig, assemble_package

PLATFORM = "linux-64"
MAJOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
TAG = MAJOR.replace(".", "")
SITE_PACKAGES = f"lib/python{MAJOR}/site-packages"

EMPTY = {  # name: version
    "_openmp_mutex": "4.5",
    "libgcc": "12.2.0",
    "libgomp": "12.2.0",
    "libstdcxx": "12.2.0",
    f"sysroot_{PLATFORM}": "2.17",
}
COMPILERS = {f"gxx_{PLATFORM}": ("CXX", "g++"), f"gcc_{PLATFORM}": ("CC", "gcc")}  # name: (variable, program)
WHEELS = ("click", "cmake", "gemmi", "mrcfile", "ninja", "numpy", "pip", "pybind11", "rich", "scikit-build-core")
EIGEN = "cmeel-eigen"  # the wheel whose files become the package eigen

PYTHON_RECIPE = f"""\
package: {{name: python, version: "{".".join(map(str, sys.version_info[:3]))}"}}
build:
  number: 0
  string: "0_cpython"
  script:
    - mkdir -p $PREFIX/bin $PREFIX/{SITE_PACKAGES}
    - ln -s {sys.base_prefix}/bin/python{MAJOR} $PREFIX/bin/python{MAJOR}
    - ln -s python{MAJOR} $PREFIX/bin/python
    - ln -s python{MAJOR} $PREFIX/bin/python3
    - printf 'home = {sys.base_prefix}/bin\\ninclude-system-site-packages = false\\n' > $PREFIX/pyvenv.cfg
    - touch $PREFIX/{SITE_PACKAGES}/.stub
requirements:
  run_exports:
    noarch: [python]
    strong: ["python >={MAJOR},<{sys.version_info[0]}.{sys.version_info[1] + 1}.0a0", "python_abi {MAJOR}.* *_cp{TAG}"]
about: {{license: PSF-2.0}}
"""


class Channel:
    """A folder of packages in the making."""

    def __init__(self, folder: Path, work: Path) -> None:
        self.folder, self.work = folder, work
        shutil.rmtree(folder, ignore_errors=True)
        for platform in (PLATFORM, "noarch"):
            (folder / platform).mkdir(parents=True)

    @contextmanager
    def package(self, name: str, version: str, build: str = "0", depends: list[str] | None = None) -> Iterator[Path]:
        """Give an empty folder and pack what is put there."""
        files = self.work / name
        files.mkdir()
        yield files
        assemble_package(
            name=name,
            version=version,
            target_platform=PLATFORM,
            build_string=build,
            output_dir=self.folder / PLATFORM,
            files_dir=files,
            depends=depends or [],
            license="stub",
            compression_level=1,
        )

    def add_empty(self, name: str, version: str, build: str = "0") -> None:
        """Add a package of one empty file."""
        with self.package(name, version, build) as files:
            (files / "share").mkdir()
            (files / "share" / f"{name}.stub").touch()

    def add_compiler(self, name: str, variable: str, program: str) -> None:
        """Add a package whose activation names the machine's compiler."""
        with self.package(name, "12.2.0") as files:
            script = files / "etc/conda/activate.d" / f"activate-{name}.sh"
            script.parent.mkdir(parents=True)
            script.write_text(f"export {variable}={shutil.which(program)}\n")

    def add_python(self) -> None:
        """Add the interpreter that runs this, as a virtual environment; only a recipe can carry run_exports."""
        recipe = self.work / "recipe.yaml"
        recipe.write_text(PYTHON_RECIPE)
        for variant in Stage0Recipe.from_file(str(recipe)).render(variant_config=VariantConfig()):
            variant.run_build(
                tool_config=ToolConfiguration(test_strategy="skip"), output_dir=str(self.work / "out"), channels=[]
            )
        for built in (self.work / "out").rglob("python-*.conda"):
            shutil.copy(built, self.folder / PLATFORM)
        self.add_empty("python_abi", MAJOR, f"0_cp{TAG}")

    def add_wheel(self, wheel: Path) -> None:
        """Add the files of a wheel, installed as pip does, and what it depends on."""
        name, version = wheel.name.split("-")[:2]
        name = canonicalize_name(name)
        unpacked = self.work / "unpacked" / name
        subprocess.check_call(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", unpacked, wheel]
        )
        for cache in list(unpacked.rglob("__pycache__")):
            shutil.rmtree(cache)
        if name == EIGEN:
            with self.package("eigen", version) as files:
                for part in ("include", "share"):
                    shutil.move(unpacked / "cmeel.prefix" / part, files / part)
            return
        with self.package(name, version, f"py{TAG}_0", [f"python {MAJOR}.*", *dependencies(unpacked)]) as files:
            (files / SITE_PACKAGES).parent.mkdir(parents=True)
            shutil.move(unpacked, files / SITE_PACKAGES)
            programs = files / SITE_PACKAGES / "bin"
            if programs.exists():
                shutil.move(programs, files / "bin")
                for program in (files / "bin").iterdir():
                    content = program.read_bytes()
                    if content.startswith(b"#!"):
                        program.write_bytes(b"#!/usr/bin/env python\n" + content.split(b"\n", 1)[1])


def dependencies(unpacked: Path) -> list[str]:
    """Return what an unpacked wheel requires here, as conda writes it."""
    metadata = HeaderParser().parsestr(next(unpacked.glob("*.dist-info/METADATA")).read_text())
    wanted = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    return [
        f"{canonicalize_name(r.name)} {r.specifier}".strip()
        for r in wanted
        if r.marker is None or r.marker.evaluate({"extra": ""})
    ]


def download(folder: Path) -> list[Path]:
    """Download the wheels and all that they need."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "-d", str(folder)]
    subprocess.check_call([*pip, *WHEELS])
    subprocess.check_call([*pip, "--no-deps", EIGEN])
    return sorted(folder.glob("*.whl"))


async def index(folder: Path) -> None:
    """Write the channel's index."""
    done = index_fs(str(folder))
    if inspect.isawaitable(done):
        await done


def main() -> None:
    """Make the channel."""
    with tempfile.TemporaryDirectory() as work:
        channel = Channel(Path(sys.argv[1]).absolute(), Path(work))
        channel.add_python()
        for name, version in EMPTY.items():
            channel.add_empty(name, version)
        for name, (variable, program) in COMPILERS.items():
            channel.add_compiler(name, variable, program)
        for wheel in download(channel.work / "wheels"):
            channel.add_wheel(wheel)
    asyncio.run(index(channel.folder))
    print("packed", *sorted(p.name for p in (channel.folder / PLATFORM).glob("*.conda")), sep="\n  ")


main()
sys.stdout.flush()
os._exit(0)  # py-rattler sometimes aborts while the interpreter shuts down
