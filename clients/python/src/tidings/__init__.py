"""Client for Tidings: live events and state, resumed without loss.

>>> async with tidings.connect("http://127.0.0.1:8080") as client:
...     async for event in client.subscribe("device:*"):
...         print(event)
"""

from .backoff import Backoff
from .client import Client, connect
from .errors import (
    BufferFull,
    ClientClosed,
    CommandFailed,
    ConnectionLost,
    Forbidden,
    HttpError,
    InvalidRequest,
    NoHandler,
    ProtocolViolation,
    RateLimited,
    RequestTimedOut,
    TidingsError,
    Unauthenticated,
    Unavailable,
)
from .events import (
    Command,
    CommandResult,
    Event,
    Gap,
    History,
    Joined,
    Left,
    Members,
    Message,
    Published,
    Reset,
    State,
    Subscribed,
)
from .handling import Handling
from .merge import merge_patch
from .rest import quick_start_token
from .session import ConnectionState
from .subscription import Subscription
from .tokens import make_token

__version__ = "1.0.0"

__all__ = [
    "Backoff",
    "BufferFull",
    "Client",
    "ClientClosed",
    "Command",
    "CommandFailed",
    "CommandResult",
    "ConnectionLost",
    "ConnectionState",
    "Event",
    "Forbidden",
    "Gap",
    "Handling",
    "History",
    "HttpError",
    "InvalidRequest",
    "Joined",
    "Left",
    "Members",
    "Message",
    "NoHandler",
    "ProtocolViolation",
    "Published",
    "RateLimited",
    "RequestTimedOut",
    "Reset",
    "State",
    "Subscribed",
    "Subscription",
    "TidingsError",
    "Unauthenticated",
    "Unavailable",
    "connect",
    "make_token",
    "merge_patch",
    "quick_start_token",
]
