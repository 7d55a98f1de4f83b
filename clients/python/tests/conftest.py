"""One service for all tests that leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service import SECRET, Service, running

import tidings


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    with running() as service:
        yield service


@pytest.fixture
def known(service: Service) -> dict[str, str]:
    """Where it is and who one is, for programs."""
    return {"TIDINGS_URL": service.url, "TIDINGS_TOKEN": tidings.make_token(SECRET, "ada", ["*:*"])}
