"""Threads that start, call and end without end, while the main one calls."""
import threading

from tell import tell


def work(depth):
    return work(depth - 1) if depth else 0


def main():
    tell()
    while True:
        threads = [threading.Thread(target=work, args=(depth,))
                   for depth in range(4)]
        for thread in threads:
            thread.start()
        work(20)
        for thread in threads:
            thread.join()


main()
