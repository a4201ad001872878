"""A server on asyncio whose handlers stall, each in its own way.

usage: asyncio_server.py PORT SLOW-HOST [--uvloop]
"""
import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

SECONDS = 0.04


async def quick_handler():
    return str(os.getpid())


async def slow_handler():
    time.sleep(SECONDS)  # STALL(sleep)
    return "slept"


async def spin_handler():
    end = time.monotonic() + SECONDS  # STALL(spin begin)
    total = 0
    while time.monotonic() < end:
        for i in range(2000):
            total += i * i
    return str(total)  # STALL(spin end)


async def resolve_handler():
    found = socket.getaddrinfo(sys.argv[2], 80)  # STALL(resolve)
    return found[0][4][0]


async def run_handler():
    done = subprocess.run(["sleep", str(SECONDS)])  # STALL(run)
    return str(done.returncode)


async def pipe_handler():
    script = f"sleep {SECONDS}; echo done"
    with subprocess.Popen(["sh", "-c", script],
                          stdout=subprocess.PIPE) as child:
        data = os.read(child.stdout.fileno(), 100)  # STALL(pipe)
    return data.decode().strip()


HANDLERS = {"/": quick_handler, "/sleep": slow_handler, "/spin": spin_handler,
            "/resolve": resolve_handler, "/run": run_handler,
            "/pipe": pipe_handler}


async def answer_requests(reader, writer):
    while request := await reader.readline():
        path = request.split()[1].decode()
        while (await reader.readline()).strip():
            pass
        body = await HANDLERS[path]()
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
                     f"{body}".encode())
        await writer.drain()


async def serve(reader, writer):
    try:
        await answer_requests(reader, writer)
    except ConnectionError:
        pass  # The client has gone; that is how wrk ends.
    writer.close()


async def main():
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    await ended.wait()
    server.close()


if __name__ == "__main__":
    if "--uvloop" in sys.argv:
        import uvloop
        uvloop.install()
    asyncio.run(main())
