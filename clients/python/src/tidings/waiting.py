"""Waiting, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def in_time(work: Awaitable[T], seconds: float) -> T:
    """What it comes to, within so many seconds.

    Not ``asyncio.wait_for``: before Python 3.12 that swallows a cancellation which comes at the same moment as the result, and
    whoever cancelled waits for an end that never comes.

    :raises asyncio.TimeoutError: when it takes longer; then it has been cancelled
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        elif not task.cancelled():
            # Looked at, or asyncio complains when this waiting was itself cancelled at the moment of a failure.
            task.exception()
    if task.cancelled():
        raise asyncio.TimeoutError
    return task.result()
