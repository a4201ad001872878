"""Methods of all kinds, a nested class, a decorator, a class body."""
import functools
import time

from tell import tell


def decorated(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)
    return wrapper


class A:
    class B:
        @property
        def prop(self):
            return tell(), time.sleep(600)

    @classmethod
    def of_class(cls):
        return cls.B().prop

    @staticmethod
    def of_nobody():
        return A.of_class()

    def __init__(self):
        self.value = A.of_nobody()

    @decorated
    def method(self):
        def local():
            return [A() for _ in range(2)]
        return local()

    def __getattr__(self, name):
        return self.method()


class Body:
    made = A.__new__(A).missing
