"""The doors: nobody but this machine's own person gets in, and what gets in breaks nothing."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hostile_texts import acting_texts
from server.desk_client import Client, open_desk

from urbanplan.cli.app import run
from urbanplan.cli.start import desk
from urbanplan.server.guard import HEADERS, MAX_FORM_BYTES
from urbanplan.server.run import listen


@pytest.fixture
def stranger(client):
    return Client(client.desk)


def test_the_token_of_the_address_becomes_a_cookie(client, stranger):
    answer = stranger.get(client.desk.keys.address.removeprefix(client.desk.keys.origin))
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert client.desk.keys.token not in cookie
    name, _, value = cookie.partition(";")[0].partition("=")
    assert Client(client.desk, {name: value}).get("/").status == 200


def test_a_ticket_opens_once(client, stranger):
    target = client.desk.keys.new_ticket_address().removeprefix(client.desk.keys.origin)
    assert stranger.get(target).status == 303
    assert stranger.get(target).status == 401


@pytest.mark.parametrize("target", ["/", "/plans/1", "/?token=", "/?token=a&token=b", "/nothing", "/%2e%2e/plans/1"])
def test_without_the_cookie_nothing_opens(stranger, target):
    assert stranger.get(target).status == 401


@pytest.mark.parametrize("cookie", ["", "a", "=", "urbanplan-desk=1", "\x01", "a=b; c", "{cookie}={cookie}"])
def test_a_wrong_cookie_opens_nothing(client, stranger, cookie):
    assert stranger.get("/", Cookie=cookie.format(cookie=client.desk.keys.cookie_name)).status in (400, 401)


HOSTS = ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example:{port}", "[::1]:{port}",
         "0.0.0.0:{port}", "127.0.0.1:{port}@evil.example", "2130706433:{port}", "", "127.0.0.1:{port} x"]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("target", ["/", "/health", "/ogc"])
def test_another_host_is_refused(client, host, target):
    assert client.get(target, Host=host.format(port=client.desk.keys.port)).status in (400, 421)


ORIGINS = ["null", "http://evil.example", "http://127.0.0.1", "https://127.0.0.1:{port}", "http://127.0.0.1:1",
           "http://127.0.0.1:{port}.evil.example", "file://", "", "http://127.0.0.1:{port} http://evil.example"]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
def test_another_origin_is_refused(client, origin):
    origin = origin.format(port=client.desk.keys.port)
    assert client.get("/", Origin=origin).status == 403
    assert client.post("/", Origin=origin).status == 403
    assert client.get("/ogc", Origin=origin).status == 403


def test_a_post_says_where_it_comes_from(client):
    assert client.post("/", Origin=None).status == 403
    assert client.post("/").status == 405


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_embeds_is_refused(client, site):
    assert client.get("/", Sec_Fetch_Site=site, Sec_Fetch_Dest="iframe").status == 403
    assert client.get("/static/desk.js", Sec_Fetch_Site=site, Sec_Fetch_Dest="script").status == 403
    assert client.get("/", Sec_Fetch_Site=site, Sec_Fetch_Dest="document").status == 200


@pytest.mark.parametrize("target", ["/", "/health", "/static/desk.css", "/nothing"])
def test_every_answer_forbids_what_it_does_not_need(client, stranger, target):
    for who in (client, stranger):
        answer = who.get(target)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


def test_pages_hold_no_script_style_or_handler_of_their_own(client):
    page = client.get("/").text
    assert re.findall(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=", page) == []
    assert "小城" in page or "<h2><a" in page


def test_health_needs_no_cookie(stranger):
    assert json.loads(stranger.get("/health").body)["status"] == "ok"


def test_too_much_is_refused(client):
    assert client.post("/", {"a": "x" * MAX_FORM_BYTES}).status == 413
    assert client.ask("POST", "/", Content_Length="9" * 30).status == 400


def test_no_text_breaks_the_server(client):
    texts = acting_texts("canary")
    for text in texts:
        quoted = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
        for target in (f"/plans/{quoted}?lang={quoted}", f"/?token={quoted}"):
            answer = client.get(target)
            assert answer.status < 500, target
            assert text not in answer.text or text.isalnum(), target
    for target in (
        "/%00",
        "/plans/%ff",
        "/plans/../../etc/passwd",
        "/plans/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "//a",
        "/?%",
    ):
        assert 400 <= client.get(target).status < 500 or target == "/?%"


def test_the_language_is_the_reader_s(client):
    answer = client.get("/?lang=zh")
    assert 'lang="zh-Hans"' in answer.text
    assert "计划" in answer.text
    assert answer.headers["set-cookie"].startswith("urbanplan-language=zh;")
    assert 'lang="en"' in client.get("/").text
    kept = Client(client.desk, {**client.cookies, "urbanplan-language": "zh"})
    assert 'lang="zh-Hans"' in kept.get("/").text


def test_a_plan_that_no_longer_reads_is_told_without_a_path_of_the_machine(client):
    file = client.desk.plans[0].file
    text = file.read_bytes()
    try:
        file.write_text("[[layer", encoding="utf-8")
        page = client.get("/")
    finally:
        file.write_bytes(text)
    assert page.status == 200
    assert 'role="alert"' in page.text
    assert str(file.parent.parent) not in page.text


def test_an_answer_does_not_wait_for_the_client():
    """A connection that is taken sends each part of an answer at once, as asyncio sets it for what is named TCP."""
    held = []

    class Taken(asyncio.Protocol):
        def connection_made(self, transport):
            found = transport.get_extra_info("socket")
            held.append(found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    async def take(listener):
        server = await asyncio.get_running_loop().create_server(Taken, sock=listener)
        async with server:
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()

    with listen(None) as listener, ThreadPoolExecutor(1) as beside:  # a browser's loop may run in this thread
        beside.submit(lambda: asyncio.run(take(listener))).result()
    assert held
    assert held[0]


def test_a_taken_port_is_a_slip_of_the_caller(client, capsys):
    port = str(client.desk.keys.port)
    assert run(["serve", str(client.desk.plans[0].file), "--port", port, "--no-browser"]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err
    assert run(["serve", "--port", "70000"]) == 2
    assert run(["serve", "no-such-plan"]) == 2


def ask_until(client, end):
    while time.monotonic() < end:
        client.get("/health")
        time.sleep(0.05)


def test_the_desk_closes_at_a_click(tmp_path, client):
    assert "/end" in client.get("/").text
    with open_desk(tmp_path / "work", client.desk.plans[0].file) as other:
        assert other.get("/end").status == 405, "a link cannot end it"
        assert other.post("/end", Origin="http://elsewhere").status == 403
        assert other.post("/end").status == 200
        end = time.monotonic() + 60
        with pytest.raises(ConnectionError):  # nobody listens any more
            ask_until(other, end)


def test_without_a_console_the_browser_shows_why_it_does_not_open(monkeypatch):
    shown, ended = [], []
    monkeypatch.setattr(sys, "argv", ["urbanplan-desk", "no-such-plan"])
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))  # put back afterwards
    monkeypatch.setattr("webbrowser.open", shown.append)
    monkeypatch.setattr("os._exit", ended.append)
    desk()
    assert ended == [2]
    file = Path(urllib.request.url2pathname(urllib.parse.urlsplit(shown[0]).path))
    assert "no-such-plan" in file.read_text(encoding="utf-8-sig")
    shutil.rmtree(file.parent)


def test_the_command_prints_its_address_first_and_ends_well(client):
    line = [sys.executable, "-m", "urbanplan", "serve", str(client.desk.plans[0].file), "--no-browser"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=[\w-]{40,}", address)
    assert found, address
    link = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=60)
    link.request("GET", "/health")
    assert link.getresponse().status == 200
    link.close()
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=60)[0] == ""
    assert process.returncode == 0
