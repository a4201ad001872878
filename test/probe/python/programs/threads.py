"""Two threads: the main one waits for the other, which waits for a lock."""
import threading

from tell import tell

held = threading.Lock()
held.acquire()
finished = threading.Lock()
finished.acquire()
told = threading.Event()


class Worker(threading.Thread):
    def run(self):
        self.serve()

    def serve(self):
        tell(), told.set(), held.acquire()


def main():
    worker = Worker()
    worker.start()
    told.wait()
    tell(), finished.acquire()


main()
