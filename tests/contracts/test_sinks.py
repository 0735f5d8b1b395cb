"""Every channel keeps the same promises, whatever the other side does (adapters/sinks/sink.py)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from monitord.adapters.sinks.sink import KeptAlive
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.time import SECOND
from tests.contracts.sinks.behaviour import BUSY_S, CAN, PATIENT_MS, SOON_MS, Behaviour, Bench
from tests.contracts.sinks.benches import make_bench
from tests.notifications import call

ARRIVED = {DeliveryState.SENT, DeliveryState.DELIVERED}

MakeBench = Callable[..., Awaitable[Bench]]


def each_that_can(*behaviours: Behaviour) -> pytest.MarkDecorator:
    """Run a test over every kind of channel and each of the behaviours that it can meet."""
    pairs = [(kind, one) for kind in CAN for one in behaviours if one in CAN[kind]]
    names = [f"{kind}-{one.name.lower()}" for kind, one in pairs]
    return pytest.mark.parametrize(("bench_of", "meets"), pairs, indirect=["bench_of"], ids=names)


@pytest.fixture(params=CAN)
async def bench_of(request: pytest.FixtureRequest) -> AsyncIterator[MakeBench]:
    """Give a function that makes a bench of one kind; tests run over all kinds."""
    async with AsyncExitStack() as opened:

        async def make(limit_ms: int = PATIENT_MS) -> Bench:
            bench: Bench = await make_bench(request.param, limit_ms)
            opened.push_async_callback(bench.close)
            return bench

        yield make


async def test_what_is_told_arrives(bench_of: MakeBench) -> None:
    """A call, its answer and its end each arrive, and the sink says so."""
    bench = await bench_of()
    for purpose in Purpose:
        came = await bench.sink.send(call(purpose=purpose))
        assert came.state in ARRIVED, came
    await bench.arrived()


async def test_a_sink_says_what_it_is(bench_of: MakeBench) -> None:
    """It has a kind, and those that must be kept alive can be."""
    bench = await bench_of()
    assert bench.sink.kind in CAN
    assert isinstance(bench.sink, KeptAlive) is (bench.sink.refresh_every_ms is not None)


@each_that_can(Behaviour.FAILS, Behaviour.BREAKS_OFF, Behaviour.GONE)
async def test_what_may_pass_is_to_be_tried_again(bench_of: MakeBench, meets: Behaviour) -> None:
    """A server that fails, hangs up or is not there: try again, with a reason and no wait asked."""
    bench = await bench_of()
    await bench.behave(meets)
    came = await bench.sink.send(call())
    assert (DeliveryState.QUEUED, None) == (came.state, came.retry_after_ms)
    assert came.detail


@each_that_can(Behaviour.REFUSES, Behaviour.FORBIDS)
async def test_what_is_refused_is_not_tried_again(bench_of: MakeBench, meets: Behaviour) -> None:
    """A server that does not want it, or does not know us, has the last word."""
    bench = await bench_of()
    await bench.behave(meets)
    came = await bench.sink.send(call())
    assert DeliveryState.FAILED is came.state
    assert came.detail


@each_that_can(Behaviour.BUSY)
async def test_a_busy_server_is_given_the_time_it_asks_for(
    bench_of: MakeBench, meets: Behaviour
) -> None:
    """Too many at once: try again, not before what Retry-After says."""
    bench = await bench_of()
    await bench.behave(meets)
    came = await bench.sink.send(call())
    assert (DeliveryState.QUEUED, BUSY_S * SECOND) == (came.state, came.retry_after_ms)


async def test_a_server_that_hangs_meets_the_limit_and_the_loop_goes_on(
    bench_of: MakeBench,
) -> None:
    """No answer in time: try again; meanwhile everybody else in the event loop has their turn."""
    bench = await bench_of(limit_ms=SOON_MS)
    await bench.behave(Behaviour.HANGS)
    turns = 0

    async def beat() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(SOON_MS / SECOND / 50)
            turns += 1

    beating = asyncio.create_task(beat())
    came = await bench.sink.send(call())
    beating.cancel()
    assert (DeliveryState.QUEUED, "no answer within 0.3 s") == (came.state, came.detail)
    assert 5 < turns


async def test_an_answer_that_is_late_but_in_time_counts(bench_of: MakeBench) -> None:
    """A server that takes its time within the limit has taken it."""
    bench = await bench_of()
    await bench.behave(Behaviour.HANGS)
    sending = asyncio.create_task(bench.sink.send(call()))
    await bench.arrived()
    assert not sending.done()
    bench.release()
    assert (await sending).state in ARRIVED


async def test_the_same_again_has_the_same_key(bench_of: MakeBench) -> None:
    """Sent twice after an answer that came too late, it can be told to be one and the same."""
    bench = await bench_of(limit_ms=SOON_MS)
    await bench.behave(Behaviour.HANGS)
    assert DeliveryState.QUEUED is (await bench.sink.send(call())).state
    bench.release()
    # The machine may be busy: what is tried again and again still has one key.
    for _ in range(20):
        if (await bench.sink.send(call())).state in ARRIVED:
            break
    await bench.arrived()
    assert 1 == len(set(bench.keys()))


async def test_sending_may_be_cancelled_at_any_moment(bench_of: MakeBench) -> None:
    """Cancelled before, while and after it is sent; the next one goes out as if nothing was."""
    bench = await bench_of()
    for turns in range(12):
        sending = asyncio.create_task(bench.sink.send(call(step=turns)))
        for _ in range(turns):
            await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert sending.done()
    await bench.behave(Behaviour.HANGS)
    sending = asyncio.create_task(bench.sink.send(call(step=99)))
    arriving = asyncio.create_task(bench.arrived())
    await asyncio.wait([sending, arriving], return_when=asyncio.FIRST_COMPLETED)
    arriving.cancel()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    bench.release()
    # Of those that were cancelled some may still be under way, and there may be only so many.
    for _ in range(1_000):
        if (await bench.sink.send(call(step=100))).state in ARRIVED:
            return
        await asyncio.sleep(0.01)
    pytest.fail("nothing arrives any more")


async def test_nothing_in_a_notification_can_make_a_sink_raise(bench_of: MakeBench) -> None:
    """Line breaks, controls, no bed, very long and foreign words are told or refused politely."""
    bench = await bench_of()
    for told in [
        call(bed="7\r\nBcc: everybody@ward.test", title="a\0b\x1b[31m"),
        call(bed=None, title="", message="", action="", source=""),
        call(title="t" * 5_000, message="m" * 50_000, action="a" * 5_000),
        call(ward="病房-3", title="発熱 🌡", message="\u202e" + "é" * 400),
    ]:
        assert (await bench.sink.send(told)).state in ARRIVED
