"""A chain of coroutines under asyncio; the innermost spins."""
import asyncio
import itertools

from tell import tell


class Connection:
    async def read(self):
        await asyncio.sleep(0.01)
        for _ in itertools.count(tell()): pass  # noqa: E701


async def handle(connection):
    async with asyncio.timeout(600):
        await connection.read()


async def serve():
    await asyncio.sleep(0)
    await handle(Connection())


async def main():
    await asyncio.gather(serve(), asyncio.sleep(1))


asyncio.run(main())
