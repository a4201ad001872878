"""usage: covers.py SKIPPED DEEP: every pair of the unskipped run is in the
skipped one; which may have more, where the knowledge replaces a body. A
closure that its function gives to a library is left to the knowledge, which
says where it runs."""
import re
import sys

GIVEN = re.compile(r"^(.*?)(?: \([^()]*:\d+:\d+\))?(?:\(.*\))? -> \1::lambda")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        skipped = set(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        deep = set(file)
    lost = sorted(p for p in deep - skipped if not GIVEN.match(p))
    print(f"{len(deep)} pairs, {len(lost)} lost")
    print("".join(lost[:20]))
    sys.exit(1 if lost or len(deep) < 100 else 0)


if __name__ == "__main__":
    main()
