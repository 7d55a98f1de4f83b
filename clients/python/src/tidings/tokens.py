"""Tokens: made from a secret, for whoever has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any


def make_token(
    secret: str,
    subject: str,
    permissions: Sequence[str],
    *,
    expires_in: float = 3600,
    tenant: str | None = None,
    claims: Mapping[str, Any] | None = None,
) -> str:
    """A token signed by HS256.

    :param secret: as in the service's ``tidings.auth.secret``, 32 bytes or more
    :param permissions: such as ``["subscribe:agent:*", "publish:agent:42"]``
    :param expires_in: seconds
    :raises ValueError: when the secret is shorter than the service takes
    """
    key = secret.encode()
    if len(key) < 32:
        raise ValueError(f"a secret has at least 32 bytes, this one has {len(key)}")
    now = int(time.time())
    body: dict[str, Any] = {"sub": subject, "iat": now, "exp": int(now + expires_in), "permissions": list(permissions)}
    if tenant is not None:
        body["tenant"] = tenant
    body.update(claims or {})
    signed = _encoded({"alg": "HS256", "typ": "JWT"}) + b"." + _encoded(body)
    return (signed + b"." + _base64(hmac.new(key, signed, hashlib.sha256).digest())).decode()


def _encoded(part: Mapping[str, Any]) -> bytes:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
