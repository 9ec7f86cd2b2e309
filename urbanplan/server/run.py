"""Running the desk: a socket on this machine's own address, a browser, and an end that is not torn."""

from __future__ import annotations

import errno
import shutil
import signal
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from urbanplan.errors import UsageError
from urbanplan.server.app import build_app
from urbanplan.server.desk import Desk
from urbanplan.server.jobs import Jobs
from urbanplan.server.keys import HOSTS, Keys
from urbanplan.server.opened import open_plans
from urbanplan.server.uploads import Uploads

PORT = 8765  # where no port is asked for and this one is free
_END_SECONDS = 3  # that answers under way have when the server ends


def serve(
    plans: Sequence[Path] = (),
    *,
    port: int | None = None,
    browser: bool = True,
    language: str = "en",
    home: Path | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the desk until the process is asked to end.

    Args:
        plans: files or folders; ``plan.toml`` here, else the shipped example, where none is given.
        port: to listen on; 8765 or a free one unless given. browser: open the desk in the person's browser.
        language: of pages whose reader chose none. home: folder of the plans that are made on the desk; ``urbanplan``
            in the person's own folder unless given. announce: called once with the address that opens the desk.

    Raises:
        PlanError: a plan cannot be read. UsageError: the port is taken.
    """
    home = (home or plans_home()).resolve()
    opened = open_plans(plans, home)
    listener = listen(port)
    work = Path(tempfile.mkdtemp(prefix="urbanplan-desk-")).resolve()
    jobs = Jobs(work / "jobs")
    try:
        keys = Keys(listener.getsockname()[1])
        desk = Desk(keys, opened, work, jobs, Uploads(work / "uploads"), language, home=home)
        announce(desk.keys.address)
        if browser:
            address = desk.keys.new_ticket_address()
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        make_server(desk).run(sockets=[listener])
    finally:
        listener.close()
        jobs.close()
        shutil.rmtree(work, ignore_errors=True)


def plans_home() -> Path:
    """The folder of plans that are made on the desk: ``urbanplan`` in the person's own, else here."""
    try:
        return Path.home() / "urbanplan"
    except RuntimeError:  # the machine knows no such folder
        return Path("urbanplan")


def make_server(desk: Desk) -> uvicorn.Server:
    """The server of a desk; ``run(sockets=[…])`` serves until ``should_exit`` is set or the process is asked to end."""
    config = uvicorn.Config(
        build_app(desk),
        http="h11",
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_END_SECONDS,
    )
    return _Server(config, desk)


def listen(port: int | None) -> socket.socket:
    """A socket on the loopback address and no other.

    Raises:
        UsageError: the port that was asked for is taken or not allowed.
    """
    for asked in (port,) if port is not None else (PORT, 0):
        # named as TCP, asyncio sends each answer at once; without the name its last part waits 40 ms for the client
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        _keep_for_one(listener)
        try:
            listener.bind((HOSTS[0], asked))
            listener.listen(128)  # whoever asks before the server runs waits
        except OSError as error:
            listener.close()
            if port is not None:
                what = "port {port} is taken" if error.errno == errno.EADDRINUSE else "port {port} cannot be used"
                fix = "Name another, or leave --port out for a free one."
                raise UsageError(what, where="--port", fix=fix, port=port) from error
        else:
            return listener
    raise UsageError("no port is free", fix="End other programs that listen on this machine.")


def _keep_for_one(listener: socket.socket) -> None:
    """Let no other program listen on the same port: on Windows the option that frees a port shares it."""
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)


class _Server(uvicorn.Server):
    """A server that ends well when it is asked to, by a signal or a page, and asks nobody else to end."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk = desk

    async def on_tick(self, counter: int) -> bool:
        """Whether to end, asked ten times a second."""
        return await super().on_tick(counter) or self._desk.closing.is_set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """End at the first signal, at once at the second."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = (signal.SIGINT, signal.SIGTERM)
        before = {name: signal.signal(name, self.handle_exit) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)
