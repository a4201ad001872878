"""Functions in turn whose frames are at the same addresses. What returned is
still in memory while the next one runs there, and must not be taken for it."""
from tell import tell


def first_called():
    len(())


def second_called():
    len(())


def first():
    first_called()


def second():
    second_called()


def alone():
    len(()); len(()); len(()); len(()); len(())  # noqa: E702
    len(()); len(()); len(()); len(()); len(())  # noqa: E702


def main():
    tell()
    while True:
        first()
        second()
        alone()


main()
