"""Two functions in turn whose frames are at the same address. What the first
one called has returned, but is still in memory while the second one runs."""
from tell import tell


def called():
    first = 1; second = first; first = second; second = first  # noqa: E702
    len(()); len(()); len(()); len(()); len(())  # noqa: E702


def calling():
    called()


def alone():
    len(()); len(()); len(()); len(()); len(())  # noqa: E702
    len(()); len(()); len(()); len(()); len(())  # noqa: E702


def main():
    tell()
    while True:
        calling()
        alone()


main()
