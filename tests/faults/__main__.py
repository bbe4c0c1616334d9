"""`python -m tests.faults [--repeat 50] [--database sqlite|postgresql|URL] [--broker URL] [--only NAME ...]`.

`postgresql` is a cluster of the run's own, on a port of its own, which one of the faults stops. Each fault runs on an
installation that the whole run shares; after each the invariants are looked at. A fault that fails is not repeated.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path


def main() -> int:
    """Run what was asked for; 1 when anything did not hold."""
    wanted = arguments()
    directory = Path(tempfile.mkdtemp(prefix="tracker-faults-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        for name in ("EMAIL_URL", "BASE_URL", "DATABASE_URL", "BROKER_URL"):
            os.environ.pop(name, None)
        os.environ.update(TRACKER_DATA_DIR=str(directory / "data"), DJANGO_SETTINGS_MODULE="config.settings")
        from tests.faults import databases

        cluster, url = stack.enter_context(databases.database(wanted.database, directory))
        if url:
            os.environ["DATABASE_URL"] = url
        if wanted.broker:
            os.environ["BROKER_URL"] = wanted.broker
        import django

        django.setup()
        from tests.faults.scene import scene

        return run(stack.enter_context(scene(cluster)), wanted)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--repeat", type=int, default=50)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--broker", default="")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--without", nargs="*", default=[])
    return parser.parse_args()


def run(stage, wanted: argparse.Namespace) -> int:  # type: ignore[no-untyped-def]
    """Every fault, as often as asked."""
    from tests.faults.invariants import check_all
    from tests.faults.scene import CannotHappen
    from tests.faults.these import FAULTS

    held = failed = 0
    for name, fault in FAULTS.items():
        if (wanted.only and name not in wanted.only) or name in wanted.without:
            continue
        started, number = time.monotonic(), 0
        try:
            while number < wanted.repeat:
                number += 1
                fault(stage)
                stage.clear_up()
                check_all(stage)
        except CannotHappen as reason:
            print(f"-     {name}: {reason}", flush=True)
            stage.clear_up()
        except Exception as error:
            failed += 1
            print(f"FAIL  {name}, time {number}: {type(error).__name__}: {error}\n{stage.last_logs()}", flush=True)
            stage.clear_up()
        else:
            held += 1
            print(f"held  {name} x {wanted.repeat} in {time.monotonic() - started:.0f} s", flush=True)
    print(
        f"{held} faults held, {failed} failed, {wanted.database}, {wanted.broker.partition(':')[0] or 'queue of files'}"
    )
    return 1 if failed or not held else 0


if __name__ == "__main__":
    sys.exit(main())
