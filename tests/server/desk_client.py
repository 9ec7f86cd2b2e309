"""A desk on a real port of this machine, and a client that sends exactly what a test says."""

from __future__ import annotations

import http.client
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from urbanplan.server.desk import Desk
from urbanplan.server.jobs import Jobs
from urbanplan.server.keys import Keys
from urbanplan.server.opened import open_plans
from urbanplan.server.run import listen, make_server
from urbanplan.server.uploads import Uploads


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {"src": "/static/desk.js"} if tag == "script" else {}
        self.active += [f"{tag} {name}={value}" for name, value in attrs if name.startswith(("on", "style"))]
        self.active += [
            f"{tag} {value}" for _, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]
        if tag in ("script", "iframe", "object", "embed", "base", "style") and dict(attrs).get("src") != known.get(
            "src", ""
        ):
            self.active.append(tag)


def active_parts(page: str) -> list[str]:
    """What would act on a page besides the desk's own script: scripts, handlers, frames, styles, addresses of code."""
    reader = _Reader()
    reader.feed(page)
    return reader.active


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Client:
    """Requests as the desk's own pages send them; headers given replace those, None leaves one out."""

    desk: Desk
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, target: str, *, body: bytes | None = None, **headers: str | None) -> Answer:
        own: dict[str, str | None] = {"Host": f"127.0.0.1:{self.desk.keys.port}", "Origin": None}
        if method not in ("GET", "HEAD"):
            own["Origin"] = self.desk.keys.origin
        own["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items()) or None
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        link = http.client.HTTPConnection("127.0.0.1", self.desk.keys.port, timeout=60)
        try:
            link.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            if body is not None:
                own["Content-Length"] = str(len(body))
            for name, value in own.items():
                if value is not None:
                    link.putheader(name, value)
            link.endheaders(body)
            got = link.getresponse()
            return Answer(got.status, got.headers, got.read())
        finally:
            link.close()

    def get(self, target: str, **headers: str | None) -> Answer:
        return self.ask("GET", target, **headers)

    def upload(self, target: str, files: dict[str, bytes]) -> Answer:
        edge = "edge-of-the-test"
        parts = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
            + data
            + b"\r\n"
            for name, data in files.items()
        )
        return self.ask(
            "POST",
            target,
            body=parts + f"--{edge}--\r\n".encode(),
            Content_Type=f"multipart/form-data; boundary={edge}",
        )

    def post(self, target: str, fields: dict[str, str] | None = None, **headers: str | None) -> Answer:
        body = urllib.parse.urlencode(fields or {}).encode()
        headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        return self.ask("POST", target, body=body, **headers)


@contextmanager
def open_desk(work: Path, *plans: Path, language: str = "en") -> Iterator[Client]:
    """A desk of plans whose doors the client has opened; it ends with the block."""
    listener = listen(None)
    work.mkdir(parents=True, exist_ok=True)
    home, keys = work.resolve(), Keys(listener.getsockname()[1])
    jobs, uploads = Jobs(home / "jobs"), Uploads(home / "uploads")
    desk = Desk(keys, open_plans(plans), home, jobs, uploads, language, home=home / "plans")
    server = make_server(desk)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield Client(desk, {desk.keys.cookie_name: desk.keys.secret})
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
        desk.jobs.close()
