"""
Fetch the vendored front-end files at pinned versions: ``python -m tools.vendor``. Needs npm; nobody else does.

Maps of sources are cut off: the manifest storage would look for them. Icons are the lines of ``ui/data/icons.txt``; they
are written into pages as drawings, so that no font has to load.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "src/mingjing/contexts/ui"
STATIC = UI / "web/static/vendor"
TESTS = ROOT / "tests/contexts/ui/vendor"
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$")

TABLER_LICENCE = """Tabler 1.6.1, MIT. Copyright 2018-2026 The Tabler Authors; Copyright 2018-2026 codecalm.net Paweł Kuna.
Contains Bootstrap, MIT. Copyright 2011-2025 The Bootstrap Authors.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package, the digest of its archive, and where which of its files go."""

    name: str
    version: str
    sha256: str
    into: Path
    files: tuple[str, ...]


PACKAGES = (
    Package(
        name="@tabler/core",
        version="1.6.1",
        sha256="d02d679e51f6c179b21f035e154c13cdcb2ae8b18579e56ea606408ba7fc7a87",
        into=STATIC / "tabler-1.6.1",
        files=("dist/css/tabler.min.css",),
    ),
    Package(
        name="@tabler/icons",
        version="3.51.0",
        sha256="b30108713d3fa60aee862c2a133225da8e0f309be0708fe2925763ff810c766c",
        into=STATIC / "tabler-icons-3.51.0",
        files=("LICENSE",),
    ),
    Package(
        name="echarts",
        version="6.1.0",
        sha256="681aff88cc1038c3fa941a3a53d1b177a52250b05335efc607d6105ae13be481",
        into=STATIC / "echarts-6.1.0",
        files=("LICENSE", "NOTICE", "dist/echarts.min.js"),
    ),
    Package(
        name="axe-core",
        version="4.14.1",
        sha256="e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        into=TESTS / "axe-core-4.14.1",
        files=("LICENSE", "axe.min.js"),
    ),
)


def fetch(package: Package, folder: Path) -> Path:
    """Fetch and unpack a package; return its folder."""
    wanted = f"{package.name}@{package.version}"
    subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = folder / f"{package.name.lstrip('@').replace('/', '-')}-{package.version}.tgz"
    if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        sys.exit(f"{wanted} is not the archive that was pinned")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / archive.stem, filter="data")
    return folder / archive.stem / "package"


def icons(nodes: Path) -> str:
    """Return the drawings of the wanted icons as JSON, one icon a line."""
    known = json.loads(nodes.read_text())
    wanted = (UI / "data/icons.txt").read_text().split()
    if unknown := set(wanted) - set(known):
        sys.exit(f"no such icons: {sorted(unknown)}")
    lines = (f'"{name}": {json.dumps(known[name], separators=(",", ":"))}' for name in sorted(set(wanted)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Fetch everything anew."""
    with tempfile.TemporaryDirectory() as name:
        for package in PACKAGES:
            source = fetch(package, Path(name))
            shutil.rmtree(package.into, ignore_errors=True)
            package.into.mkdir(parents=True)
            for file in package.files:
                content = (source / file).read_bytes()
                (package.into / Path(file).name).write_bytes(SOURCE_MAP.sub(b"\n", content))
            if package.name == "@tabler/core":
                (package.into / "LICENSE").write_text(TABLER_LICENCE)
            if package.name == "@tabler/icons":
                (UI / "data/icons.json").write_text(icons(source / "tabler-nodes-outline.json"))


if __name__ == "__main__":
    main()
