import asyncio

from watchkeeper.engine.loop_lag import LoopLag


async def test_one_hiccup_is_not_a_lagging_loop() -> None:
    lag = LoopLag()
    lag._late.extend([0.0, 9.0] + [0.0] * 20)
    assert lag.quantile(1.0) == 9.0
    assert lag.sustained() == 0.0


async def test_late_again_and_again_is() -> None:
    lag = LoopLag()
    lag._late.extend([2.0] * 7)
    assert lag.sustained() == 0.0, "not enough of them"
    lag._late.append(1.5)
    assert lag.sustained() == 1.5


async def test_it_samples_until_it_is_cancelled() -> None:
    lag = LoopLag()
    running = asyncio.create_task(lag.run())
    await asyncio.sleep(0.3)
    running.cancel()
    assert len(lag._late) == 1 and lag.quantile(0.5) < 0.2
