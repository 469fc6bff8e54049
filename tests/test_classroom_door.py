"""The door to the network: closed at first, opened and closed by the teacher, with TLS where there is a certificate."""

import asyncio
import http.client
import queue
import ssl
import threading
import time
from contextlib import contextmanager

import pytest
import trustme
from class_server import free_port
from terminal import refused

from sim.classroom import door as doors
from sim.classroom.door import Certificate, Door, bound
from sim.classroom.lesson import load
from sim.classroom.session import Session

NETWORK = "127.0.0.2"
"""Stands for this machine's address in a network; no test leaves the machine."""


@contextmanager
def standing(folder, monkeypatch, certificate=None):
    """A door that serves in a thread of its own, and how to ask its loop for something."""
    monkeypatch.setattr(doors, "own_addresses", lambda: [NETWORK])
    loop, doors_made = asyncio.new_event_loop(), queue.Queue()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serving(folder, certificate, doors_made)))
    thread.start()
    door = doors_made.get(timeout=60)
    try:
        yield door, lambda what: asyncio.run_coroutine_threadsafe(what, loop).result(10)
    finally:
        door.inside.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


async def serving(folder, certificate, doors_made):
    session = Session(folder / "a.session", time.time)
    session.begin(*load("january-50"), 1, 0)
    door = Door(session, free_port(), certificate)
    inside = bound("127.0.0.1", door.port)
    doors_made.put(door)
    await door.serve(inside, opened=False)
    session.close()


def asked(port, address, tls=None, path="/join"):
    """The status of a page and its cookies, by address; None where nobody listens."""
    made = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    line = made(address, port, timeout=5, **({"context": tls} if tls else {}))
    try:
        line.request("GET", path)
        return line.getresponse().status
    except ConnectionRefusedError:
        return None
    finally:
        line.close()


def test_the_network_reaches_a_class_only_while_it_is_open(tmp_path, monkeypatch):
    with standing(tmp_path, monkeypatch) as (door, run):
        assert asked(door.port, "127.0.0.1") == 200
        assert asked(door.port, NETWORK) is None
        for _ in range(2):
            run(door.room.open())
            assert door.room.lines.address["addresses"] == [f"http://{NETWORK}:{door.port}"]
            assert asked(door.port, NETWORK) == 200
            assert door.room.link_to("x")["url"].startswith(f"http://{NETWORK}:{door.port}/seat/")
            run(door.room.close())
            assert asked(door.port, NETWORK) is None
            assert door.room.lines.address == {"open": False, "addresses": []}
            assert asked(door.port, "127.0.0.1") == 200


def test_with_a_certificate_the_network_speaks_tls_and_cookies_stay_in_it(tmp_path, monkeypatch):
    authority = trustme.CA()
    given = authority.issue_cert(NETWORK)
    given.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    given.private_key_pem.write_to_path(tmp_path / "key.pem")
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    certificate = Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    certificate.check()
    with standing(tmp_path, monkeypatch, certificate) as (door, run):
        run(door.room.open())
        assert door.room.lines.address["addresses"] == [f"https://{NETWORK}:{door.port}"]
        assert asked(door.port, NETWORK, tls) == 200
        assert asked(door.port, "127.0.0.1") == 200
        for address, context, secure in ((NETWORK, tls, True), ("127.0.0.1", None, False)):
            made = http.client.HTTPSConnection if context else http.client.HTTPConnection
            line = made(address, door.port, timeout=5, **({"context": context} if context else {}))
            origin = f"{'https' if context else 'http'}://{address}:{door.port}"
            kind = {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
            seat = "1/us" if secure else "1/russia"
            line.request("POST", "/join/seat", f"code={door.session.state.code}&name=Ana&seat={seat}", kind)
            answer = line.getresponse()
            assert answer.status == 303
            assert ("; Secure" in str(answer.getheader("set-cookie"))) is secure
            line.close()


def test_what_is_no_certificate_is_refused_in_one_line(tmp_path):
    (tmp_path / "cert.pem").write_text("nothing")
    other = trustme.CA().issue_cert("localhost")
    other.private_key_pem.write_to_path(tmp_path / "key.pem")
    said = refused("class", "--certificate", "cert.pem", "--key", "key.pem", cwd=tmp_path)
    assert "found no certificate with its key" in said
    assert "cannot be read" in refused("class", "--certificate", "none.pem", "--key", "key.pem", cwd=tmp_path)
    assert "expected both or neither" in refused("class", "--key", "key.pem", cwd=tmp_path)
    own = trustme.CA().issue_cert("localhost")
    own.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    with pytest.raises(ValueError, match="found no certificate with its key"):
        Certificate(tmp_path / "cert.pem", tmp_path / "key.pem").check()
