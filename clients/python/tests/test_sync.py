"""The synchronous client, with the packaged service."""

from __future__ import annotations

import threading

import pytest
from service import SECRET, free_port, running

import tidings
from tidings.sync import connect

SECONDS = 30


def test_it_does_the_same() -> None:
    with running() as service, connect(service.url, tidings.make_token(SECRET, "ada", ["*:*"])) as client:
        client.connected(SECONDS)
        with client.subscribe("sync:1", state=True) as subscription:
            subscription.ready(SECONDS)
            place = client.publish("sync:1", "sync.said", {"n": 1})
            assert subscription.get(SECONDS).as_dict()["offset"] == place.offset == 1
            assert client.patch_state("sync:1", {"on": True})["changed"] is True
            assert subscription.get(SECONDS).as_dict()["event"] == "state.changed"
            assert subscription.state == {"on": True}
            assert [event.offset for event in client.history("sync:1").events] == [1, 2]
            with pytest.raises(tidings.RequestTimedOut):
                subscription.get(0.05)
        assert list(subscription) == []
        with client.handle("sync:2", lambda command: command.args * 2) as handling:
            handling.ready(SECONDS)
            assert client.command("sync:2", "double", 21).result == 42
            with pytest.raises(tidings.CommandFailed, match="the handler failed: TypeError"):
                client.command("sync:2", "double")
        with pytest.raises(tidings.NoHandler):
            client.command("sync:2", "double", 21)
        client.close()
        with pytest.raises(tidings.ClientClosed):
            client.publish("sync:1", "sync.said")


def test_without_a_service_everything_ends_by_an_error() -> None:
    threads = threading.active_count()
    with connect(f"http://127.0.0.1:{free_port()}", "token", request_timeout=0.2) as client:
        with pytest.raises(tidings.ConnectionLost, match="no connection to"):
            client.connected(0.5)
        with pytest.raises(tidings.RequestTimedOut, match="no connection within"):
            client.history("a:1")
        subscription = client.subscribe("a:1")
        threading.Timer(0.2, client.close).start()
        assert list(subscription) == []
    assert threading.active_count() <= threads + 1
