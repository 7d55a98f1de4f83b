"""The packaged service in a process of its own, and a link to it that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SECRET = "a secret for tests that is long enough"
#: Only this is given to the JVM: tests are short, and share the machine.
QUICKLY = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
START_SECONDS = 60.0


def jar() -> str:
    """The packaged service; without it the test is skipped, and says so."""
    found = os.environ.get("TIDINGS_JAR")
    if not found:
        pytest.skip("TIDINGS_JAR does not say where the packaged service is")
    return found


def free_port() -> int:
    """Below the ports of outgoing connections, one of which could take it while the service restarts."""
    for port in random.sample(range(11_000, 12_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


class Service:
    """Started with these settings, on a free port; events outlive a restart."""

    def __init__(self, **settings: str) -> None:
        self._directory = tempfile.mkdtemp(prefix="tidings-python-")
        self._log = Path(self._directory, "output.log")
        self.port = free_port()
        self._settings = {
            "quarkus.http.port": str(self.port),
            "tidings.auth.secret": SECRET,
            "tidings.log.backend": "sqlite",
            "tidings.log.file": str(Path(self._directory, "log.db")),
            "tidings.pollers.tmux.enabled": "false",
            "tidings.pollers.host.enabled": "false",
            "tidings.limits.messages-per-second": "5000",
            "tidings.limits.burst": "10000",
            "tidings.drain": "200ms",
            **{name.replace("__", "-").replace("_", "."): value for name, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, and waits until it is ready."""
        java = shutil.which("java", path=str(Path(os.environ.get("JAVA_HOME", "/"), "bin"))) or shutil.which("java")
        command = [os.environ.get("TIDINGS_JAVA") or java or "java", *QUICKLY]
        command += [f"-D{name}={value}" for name, value in self._settings.items() if value]
        with open(self._log, "ab") as output:
            self._process = subprocess.Popen([*command, "-jar", jar()], stdout=output, stderr=output)
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise AssertionError(f"it did not start:\n{self._log.read_text()}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/q/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """Ends it in order."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)
            self._process = None

    def kill(self) -> None:
        """Ends it without any warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)


@contextlib.contextmanager
def running(**settings: str) -> Iterator[Service]:
    """A service for as long as the block lasts."""
    jar()
    service = Service(**settings)
    try:
        yield service
    finally:
        service.close()


class Relay:
    """A way to the service that can be cut."""

    def __init__(self, port: int, *, passes_sockets: bool = True) -> None:
        self._target = port
        self._passes_sockets = passes_sockets
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def __aenter__(self) -> Relay:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """All connections are gone, without a word."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if not self._passes_sockets:
                # As a proxy does that knows nothing of them.
                head = await reader.readuntil(b"\r\n\r\n")
                if b"upgrade: websocket" in head.lower():
                    writer.transport.abort()
                    back.transport.abort()
                    return
                back.write(head)
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(1 << 16):
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.transport.abort()
