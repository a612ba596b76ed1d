"""The wheel, and an environment in which nothing but it is installed."""

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """wheel: what was installed. site: its site-packages. scripts: where its commands lie."""

    wheel: Path
    site: Path
    scripts: Path

    @property
    def python(self) -> str:
        return str(self.scripts / "python")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-P", "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The libraries that the lab needs are those of this environment: the tests need no index."""
    home = tmp_path_factory.mktemp("installed") / "an environment"
    venv.create(home, symlinks=True)
    scripts = home / "bin"
    pip = [sys.executable, "-P", "-m", "pip", "--python", str(scripts / "python"), "--disable-pip-version-check"]
    install = ["install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(wheel=wheel, site=site, scripts=scripts)
