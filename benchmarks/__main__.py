"""`python -m benchmarks [NAME ...]`: runs the named benchmarks, all without a name."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from benchmarks.table import machine

PARTS = {"__main__", "family", "simulation", "table"}
NAMES = sorted(
    module.name
    for module in iter_modules(benchmarks.__path__)
    if not module.ispkg and module.name not in PARTS
)


def main() -> int:
    wanted = sys.argv[1:] or NAMES
    if unknown := set(wanted) - set(NAMES):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    print(machine())
    for name in wanted:
        module = import_module(f"benchmarks.{name}")
        print(f"\n## {name}\n\n{(module.__doc__ or '').strip()}\n")
        module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
