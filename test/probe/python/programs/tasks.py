"""Tasks under asyncio that never wait long: coroutines, an asynchronous
generator, futures, callbacks."""
import asyncio

from tell import tell


async def leaf(value):
    await asyncio.sleep(0)
    return value + 1


async def branch(value):
    return await leaf(value) + await leaf(value)


async def values(count):
    for value in range(count):
        yield await branch(value)


async def worker():
    while True:
        async for value in values(5):
            await called_back(value)


async def called_back(value):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(answer, future, value)
    return await future


def answer(future, value):
    future.set_result(value)


async def main():
    tell()
    await asyncio.gather(*(worker() for _ in range(5)))


asyncio.run(main())
