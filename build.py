"""Runs otdi-site from a clone, the same as the `otdi-site` command; it must do nothing else."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older interpreters get as far as this line, and no traceback
    sys.stderr.write(
        f"Python 3.11 or newer is needed, and this is Python {sys.version_info[0]}.{sys.version_info[1]}.\n"
    )
    sys.exit(2)

try:
    from otdi_site.cli import main
except ModuleNotFoundError as error:
    if error.name is None or error.name.partition(".")[0] == "otdi_site":
        raise
    print(
        f"The Python package that provides {error.name!r} is not installed for {sys.executable}.\n"
        "Run `make site` once, then `.venv/bin/python build.py`.",
        file=sys.stderr,
    )
    sys.exit(2)
except KeyboardInterrupt:
    sys.exit(2)

if __name__ == "__main__":
    main()
