#!/usr/bin/env python3
"""Pins every package of the lock, transitive ones too, in pyproject.toml.

    .uv/bin/uv run .ci/pins.py           takes the newest versions and pins them
    .uv/bin/uv run .ci/pins.py --check   fails when a locked package is not pinned, or a pin has no package

uv.lock itself names the index of whoever made it, so it is not kept; the pins are what every machine agrees on.
"""

import argparse
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PROJECT, LOCK = TOP / "pyproject.toml", TOP / "uv.lock"
PINS = re.compile(r"(?ms)^constraint-dependencies = \[.*?^\]\n")


def main() -> int:
    """Pin, or check the pins; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when pins and lock differ")
    if parser.parse_args().check:
        return check()
    repin()
    return 0


def locked() -> list[str]:
    """Return a pin for each package that the lock takes from an index, in the lock's order."""
    packages = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    versions: dict[str, list[dict]] = {}
    for package in packages:
        if "registry" in package["source"]:
            versions.setdefault(package["name"], []).append(package)
    return [pin(package, len(same) > 1) for same in versions.values() for package in same]


def pin(package: dict, is_one_of_several: bool) -> str:
    """ "name==1.2", with the platforms it is for where the lock holds several versions of it."""
    markers = package.get("resolution-markers", []) if is_one_of_several else []
    where = " or ".join(f"({marker})" for marker in markers)
    return f"{package['name']}=={package['version']}" + (f" ; {where}" if where else "")


def check() -> int:
    """Say what is not pinned, and which pins pin nothing."""
    pins = set(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["uv"].get("constraint-dependencies", []))
    wanted = set(locked())
    for name in sorted(wanted - pins):
        print(f"not pinned: {name}", file=sys.stderr)
    for name in sorted(pins - wanted):
        print(f"pins nothing: {name}", file=sys.stderr)
    if pins == wanted:
        print(f"{len(pins)} packages, each pinned")
    return int(pins != wanted)


def repin() -> None:
    """Let uv choose anew without the old pins, then write what it chose; on failure all stays as it was."""
    before = PROJECT.read_text(encoding="utf-8")
    try:
        write_pins(before, [])
        uv("lock", "--upgrade")
        write_pins(before, locked())
        uv("lock")
    except BaseException:
        PROJECT.write_text(before, encoding="utf-8")
        raise


def write_pins(text: str, pins: list[str]) -> None:
    """Put the pins into the text of pyproject.toml and save it."""
    lines = "".join(f'    "{name}",\n' for name in pins)
    changed, number = PINS.subn(lambda _match: f"constraint-dependencies = [\n{lines}]\n", text)
    if number != 1:
        raise SystemExit("pyproject.toml has no place for the pins: constraint-dependencies = [ ... ] under [tool.uv]")
    PROJECT.write_text(changed, encoding="utf-8")


def uv(*arguments: str) -> None:
    """Run the uv that runs this script, or the one README's command installs."""
    program = os.environ.get("UV") or str(TOP / ".uv" / "bin" / "uv")
    subprocess.run([program, *arguments], cwd=TOP, check=True)


if __name__ == "__main__":
    sys.exit(main())
